package dev.octet.engine.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Rewrite;
import dev.octet.engine.scheme.ElementType;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnnotateTypesTest {

    @TempDir
    Path scratch;

    private Equality equality;

    @BeforeEach
    void run() {
        equality = new Equality(scratch);
    }

    private Rewrite.Result annotate(Net net) {
        Model model = net.output("y").model();
        Rewrite.Result result = new AnnotateTypes(equality.runner()).apply(model);
        equality.check(model, result.model(), 0);
        return result;
    }

    @Test
    void writesDownElementTypesAndShapesWithTheirSymbols() {
        Rewrite.Result result = annotate(Net.opset(13)
                .input("x", -1, 3)
                .weight("w", 3, 5)
                .node("h = MatMul(x, w)")
                .node("s = Shape(h)")
                .node("r = Cast(s)", "to", 1)
                .node("y = ReduceSum(r)"));
        assertThat(result.model().graph().typeOf("h")).hasToString("FLOAT[N,5]");
        assertThat(result.model().graph().typeOf("s")).hasToString("INT64[2]");
        assertThat(result.notes()).containsExactly("types of 4 values are known, of 0 not");
    }

    @Test
    void replacesAWrongShapeThatTheFileClaims() {
        Rewrite.Result result = annotate(Net.opset(13)
                .input("x", 2, 3)
                .type("h", ElementType.FLOAT, 7, 7, 7)
                .node("h = Relu(x)")
                .node("y = Neg(h)"));
        assertThat(result.model().graph().typeOf("h")).hasToString("FLOAT[2,3]");
    }

    @Test
    void leavesLargeWeightsAndInputsAsTheyAre() {
        Model model = Net.opset(13)
                .input("x", -1, 200)
                .weight("w", 200, 100)
                .node("h = MatMul(x, w)")
                .node("y = Relu(h)")
                .output("y")
                .model();
        Model annotated = new AnnotateTypes(equality.runner()).apply(model).model();
        assertThat(annotated.graph().typeOf("h")).hasToString("FLOAT[N,100]");
        assertThat(annotated.graph().initializers()).containsOnlyKeys("w");
        assertThat(annotated.graph().inputs()).isEqualTo(model.graph().inputs());
    }

    @Test
    void callsARankUnknownThatTheRuntimeDoesNotKnow() {
        Rewrite.Result result = annotate(Net.opset(13)
                .input("x", 2, 3)
                .input("shape", ElementType.INT64, -1)
                .longs("ones", 1, 1, 1)
                .node("s = Max(shape, ones)")
                .node("t = Min(s, ones)")
                .longs("six", 6, 1, 1)
                .node("u = Mul(t, six)")
                .node("h = Reshape(x, u)")
                .node("y = Neg(h)"));
        assertThat(result.model().graph().typeOf("h")).hasToString("FLOAT[*]");
    }
}
