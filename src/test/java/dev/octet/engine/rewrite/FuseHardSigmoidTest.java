package dev.octet.engine.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Rewrite;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FuseHardSigmoidTest {

    private static final double BOUND = 1e-6;

    @TempDir
    Path scratch;

    private Rewrite.Result fuse(Net net) {
        Model model = net.output("y").model();
        Rewrite.Result result = new FuseHardSigmoid().apply(model);
        new Equality(scratch).check(model, result.model(), BOUND);
        return result;
    }

    private static Net net() {
        return Net.opset(17)
                .input("x", 2, 3, 16)
                .floats("three", 3)
                .floats("six", 6)
                .floats("sixth", 1 / 6f)
                .floats("zero", 0)
                .floats("five", 5);
    }

    @ParameterizedTest
    @CsvSource({"'Add(x, three)', 'Div(c, six)'", "'Add(three, x)', 'Mul(sixth, c)'"})
    void aHardSigmoidWrittenOutBecomesOneNode(String add, String last) {
        Rewrite.Result result =
                fuse(net().node("a = " + add).node("c = Clip(a, zero, six)").node("y = " + last));
        assertThat(result.model().graph().nodes()).extracting(Node::op).containsExactly("HardSigmoid");
    }

    @ParameterizedTest
    @CsvSource({"'Mul(x, c)', 'Div(m, six)'", "'Mul(c, x)', 'Mul(m, sixth)'"})
    void aHardSwishWrittenOutBecomesTwoNodes(String product, String last) {
        Rewrite.Result result = fuse(net().node("a = Add(x, three)")
                .node("c = Clip(a, zero, six)")
                .node("m = " + product)
                .node("y = " + last));
        assertThat(result.model().graph().nodes()).extracting(Node::op).containsExactly("HardSigmoid", "Mul");
    }

    @Test
    void theOperatorHardSwishIsWrittenOutLikewise() {
        Rewrite.Result result = fuse(net().node("y = HardSwish(x)"));
        assertThat(result.model().graph().nodes()).extracting(Node::op).containsExactly("HardSigmoid", "Mul");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Div(c, five)", "Mul(c, six)", "Div(six, c)", "Add(c, six)", "Mul(c, c)"})
    void whatComputesSomethingElseStays(String last) {
        Rewrite.Result result = fuse(
                net().node("a = Add(x, three)").node("c = Clip(a, zero, six)").node("y = " + last));
        assertThat(result.model().graph().nodes()).extracting(Node::op).contains("Clip");
        assertThat(result.notes()).singleElement().asString().startsWith("skipped: ");
    }

    @Test
    void aValueThatIsUsedElsewhereStays() {
        Rewrite.Result result = fuse(net().node("a = Add(x, three)")
                .node("c = Clip(a, zero, six)")
                .node("h = Div(c, six)")
                .node("y = Add(h, a)"));
        assertThat(result.model().graph().nodes()).extracting(Node::op).contains("Clip");
    }

    @Test
    void aClipFromAboveZeroStays() {
        Rewrite.Result result = fuse(
                net().node("a = Add(x, three)").node("c = Clip(a, five, six)").node("y = Div(c, six)"));
        assertThat(result.model().graph().nodes()).extracting(Node::op).contains("Clip");
    }
}
