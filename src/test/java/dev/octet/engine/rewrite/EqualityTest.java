package dev.octet.engine.rewrite;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octet.engine.graph.Model;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The comparison that all passes are held to tells models apart. */
class EqualityTest {

    @TempDir
    Path scratch;

    private static Model scaled(float factor) {
        return Net.opset(13)
                .input("x", 2, 3)
                .floats("f", factor)
                .node("y = Mul(x, f)")
                .output("y")
                .model();
    }

    @Test
    void seesADifferenceAboveItsBoundAndForgivesOneBelow() {
        Equality equality = new Equality(scratch);
        equality.check(scaled(1), scaled(1.0001f), 2e-4);
        assertThatThrownBy(() -> equality.check(scaled(1), scaled(1.0001f), 5e-5))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void seesAnotherShape() {
        Model reduced = Net.opset(13)
                .input("x", 2, 3)
                .node("y = ReduceMax(x)")
                .output("y")
                .model();
        assertThatThrownBy(() -> new Equality(scratch).check(scaled(1), reduced, 1))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("FLOAT[2,3]");
    }
}
