package dev.octet.engine.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Rewrite;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldPadTest {

    /** Padding moves no number; the runtime may only sum in another order. */
    private static final double BOUND = 1e-6;

    @TempDir
    Path scratch;

    private Equality equality;

    @BeforeEach
    void run() {
        equality = new Equality(scratch);
    }

    private Rewrite.Result fold(Net net) {
        Model model = net.output("y").model();
        Rewrite.Result result = new FoldPad().apply(model);
        equality.check(model, result.model(), BOUND);
        return result;
    }

    private void assertFolded(Net net) {
        assertThat(fold(net).model().graph().nodes()).noneMatch(n -> n.is("Pad"));
    }

    private void assertSkipped(Net net) {
        Rewrite.Result result = fold(net);
        assertThat(result.model().graph().nodes()).anyMatch(n -> n.is("Pad"));
        assertThat(result.notes()).allMatch(n -> n.startsWith("skipped "));
    }

    private static Net image(long... pads) {
        return Net.opset(13)
                .input("x", 2, 3, 6, 6)
                .weight("w", 4, 3, 3, 3)
                .floats("zero", 0)
                .longs("p", pads);
    }

    @Test
    void addsItsPadsToThoseOfTheConvolution() {
        Net net = image(0, 0, 1, 2, 0, 0, 3, 0)
                .node("h = Pad(x, p)")
                .node("y = Conv(h, w)", "pads", Net.ints(1, 0, 0, 1));
        Rewrite.Result result = fold(net);
        assertThat(result.model().graph().nodes().getFirst().intsAttribute("pads", List.of()))
                .containsExactly(2L, 2L, 3L, 1L);
        Golden.check("pad-before-conv", net.model(), result);
    }

    @Test
    void ignoresPadsThatAValidConvolutionDoesNotUse() {
        assertFolded(image(0, 0, 1, 1, 0, 0, 1, 1).node("h = Pad(x, p)").node("y = Conv(h, w)", "auto_pad", "VALID"));
    }

    @Test
    void foldsIntoEveryConvolutionThatUsesIt() {
        assertFolded(image(0, 0, 1, 1, 0, 0, 1, 1)
                .node("h = Pad(x, p)")
                .node("a = Conv(h, w)")
                .node("b = Conv(h, w)")
                .node("y = Add(a, b)"));
    }

    @Test
    void readsTheAxesOfVersionEighteen() {
        assertFolded(Net.opset(18)
                .input("x", 2, 3, 6, 6)
                .weight("w", 4, 3, 3, 3)
                .longs("p", 2, 1, 0, 1)
                .longs("axes", -1, 2)
                .node("h = Pad(x, p, , axes)")
                .node("y = Conv(h, w)"));
    }

    @Test
    void foldsIntoAnAveragePoolThatThenCountsThePadding() {
        assertFolded(image(0, 0, 1, 0, 0, 0, 1, 1)
                .node("h = Pad(x, p, zero)")
                .node("y = AveragePool(h)", "kernel_shape", Net.ints(3, 3)));
    }

    @Test
    void leavesPoolsThatPadThemselvesOrByMoreThanTheirKernel() {
        assertSkipped(image(0, 0, 1, 1, 0, 0, 1, 1)
                .node("h = Pad(x, p)")
                .node("y = AveragePool(h)", "kernel_shape", Net.ints(3, 3), "pads", Net.ints(1, 1, 1, 1)));
        assertSkipped(image(0, 0, 3, 3, 0, 0, 3, 3)
                .node("h = Pad(x, p)")
                .node("y = AveragePool(h)", "kernel_shape", Net.ints(3, 3)));
    }

    @Test
    void leavesAMaxPoolAlone() {
        assertSkipped(image(0, 0, 1, 1, 0, 0, 1, 1)
                .node("h = Pad(x, p)")
                .node("y = MaxPool(h)", "kernel_shape", Net.ints(3, 3)));
    }

    @Test
    void leavesWhatIsNoZeroPaddingOfSpatialAxes() {
        assertSkipped(image(0, 0, 1, 1, 0, 0, 1, 1)
                .node("h = Pad(x, p)", "mode", "reflect")
                .node("y = Conv(h, w)"));
        assertSkipped(image(0, 0, 1, 1, 0, 0, 1, 1)
                .floats("one", 1)
                .node("h = Pad(x, p, one)")
                .node("y = Conv(h, w)"));
        assertSkipped(image(1, 0, 1, 1, 0, 0, 1, 1).node("h = Pad(x, p)").node("y = Conv(h, w)"));
        assertSkipped(image(0, 0, -1, 1, 0, 0, 1, 1).node("h = Pad(x, p)").node("y = Conv(h, w)"));
        assertSkipped(
                image(0, 0, 1, 1, 0, 0, 1, 1).node("h = Pad(x, p)").node("y = Conv(h, w)", "auto_pad", "SAME_UPPER"));
    }

    @Test
    void leavesPaddingThatOthersSee() {
        assertSkipped(image(0, 0, 1, 1, 0, 0, 1, 1)
                .node("h = Pad(x, p)")
                .node("a = Conv(h, w)")
                .node("b = ReduceMax(h)", "keepdims", 0)
                .node("y = Add(a, b)"));
    }
}
