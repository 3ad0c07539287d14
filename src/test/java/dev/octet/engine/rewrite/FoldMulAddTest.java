package dev.octet.engine.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Rewrite;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FoldMulAddTest {

    private static final double BOUND = 1e-5;

    @TempDir
    Path scratch;

    private Equality equality;

    @BeforeEach
    void run() {
        equality = new Equality(scratch);
    }

    private Rewrite.Result fold(Net net) {
        Model model = net.output("y").model();
        Rewrite.Result result = new FoldMulAdd().apply(model);
        equality.check(model, result.model(), BOUND);
        return result;
    }

    private static Net conv() {
        return Net.opset(13)
                .input("x", 2, 3, 4, 4)
                .weight("w", 4, 3, 3, 3)
                .weight("c", 4, 1, 1)
                .weight("d", 1, 4, 1, 1)
                .floats("s", 0.3f)
                .node("h = Conv(x, w)");
    }

    @Test
    void foldsAChainOfArithmeticIntoAConvolution() {
        Net net = conv().node("a = Mul(h, c)")
                .node("b = Add(d, a)")
                .node("e = Sub(b, c)")
                .node("y = Div(e, s)");
        Rewrite.Result result = fold(net);
        assertThat(result.model().graph().nodes()).hasSize(1);
        assertThat(result.notes()).hasSize(4);
        Golden.check("mul-add-after-conv", net.model(), result);
    }

    @Test
    void foldsAConstantMinusTheConvolution() {
        assertThat(fold(conv().node("y = Sub(c, h)")).model().graph().nodes()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"Mul, ConvTranspose", "Add, ConvTranspose"})
    void foldsIntoATransposedConvolution(String op, String layer) {
        Net net = Net.opset(13)
                .input("x", 2, 4, 4, 4)
                .weight("w", 4, 2, 3, 3)
                .weight("c", 4, 1, 1)
                .node("h = " + layer + "(x, w)", "group", 2)
                .node("y = " + op + "(h, c)");
        assertThat(fold(net).model().graph().nodes()).hasSize(1);
    }

    @Test
    void foldsIntoGemm() {
        Net net = Net.opset(13)
                .input("x", 2, 3)
                .weight("w", 3, 5)
                .weight("c", 5)
                .weight("d", 1, 5)
                .node("h = Gemm(x, w)", "alpha", 2f)
                .node("a = Add(h, c)")
                .node("y = Mul(a, d)");
        assertThat(fold(net).model().graph().nodes()).hasSize(1);
    }

    @Test
    void foldsAFactorButNoSummandIntoMatMul() {
        Net net = Net.opset(13)
                .input("x", 2, 4, 3)
                .weight("w", 3, 5)
                .weight("c", 5)
                .node("h = MatMul(x, w)")
                .node("a = Mul(h, c)")
                .node("y = Add(a, c)");
        Rewrite.Result result = fold(net);
        assertThat(result.model().graph().nodes()).extracting(n -> n.op()).containsExactly("MatMul", "Add");
    }

    /** Constants that are no number for each channel: by position, by width, of a higher rank, and of another shape. */
    @ParameterizedTest
    @ValueSource(strings = {"4,2,2", "2,2", "1,1,4,1,1", "2,1,1,1", "1,2"})
    void leavesConstantsThatVaryAlongOtherAxes(String shape) {
        long[] dims = Arrays.stream(shape.split(",")).mapToLong(Long::parseLong).toArray();
        Net net = conv().weight("other", dims).node("y = Mul(h, other)");
        assertThat(fold(net).notes())
                .containsExactly("skipped: no constant Mul, Div, Add or Sub alone follows a layer");
    }

    @Test
    void leavesAConstantThatMakesOneChannelMany() {
        Net net = Net.opset(13)
                .input("x", 2, 3, 4, 4)
                .weight("w", 1, 3, 1, 1)
                .weight("c", 1, 6, 1, 1)
                .node("h = Conv(x, w)")
                .node("y = Mul(h, c)");
        assertThat(fold(net).model().graph().nodes()).hasSize(2);
    }

    @Test
    void leavesDivisionByZeroAndOfAConstant() {
        assertThat(new FoldMulAdd()
                        .apply(conv().floats("zero", 0)
                                .node("y = Div(h, zero)")
                                .output("y")
                                .model())
                        .model()
                        .graph()
                        .nodes())
                .hasSize(2);
        assertThat(fold(conv().node("y = Div(c, h)")).model().graph().nodes()).hasSize(2);
    }

    @Test
    void leavesALayerThatOthersSee() {
        assertThat(fold(conv().node("a = Mul(h, c)").node("y = Add(a, h)"))
                        .model()
                        .graph()
                        .nodes())
                .hasSize(3);
    }

    @Test
    void leavesALayerMultipliedByItself() {
        assertThat(fold(conv().node("y = Mul(h, h)")).model().graph().nodes()).hasSize(2);
    }
}
