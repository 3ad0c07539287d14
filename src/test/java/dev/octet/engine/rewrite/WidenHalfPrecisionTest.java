package dev.octet.engine.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Rewrite;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.rewrite.half.WidenHalfPrecision;
import dev.octet.engine.scheme.ElementType;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WidenHalfPrecisionTest {

    /** A few roundings to 11 bits. */
    private static final double BOUND = 4e-3;

    @TempDir
    Path scratch;

    private Rewrite.Result widened(Model model) {
        Rewrite.Result result = new WidenHalfPrecision().apply(model);
        new Equality(scratch).check(model, result.model(), BOUND);
        assertThat(WidenHalfPrecision.applies(model)).isTrue();
        return result;
    }

    private static Tensor half(String name, long... dims) {
        return Net.random(name.hashCode(), ElementType.FLOAT16, dims);
    }

    @Test
    void weightsAndInnerValuesTurnIntoFloatsBetweenCasts() {
        Model model = Net.opset(17)
                .input("x", ElementType.FLOAT16, -1, 4)
                .constant("w", half("w", 4, 6))
                .node("h = MatMul(x, w)")
                .node("y = Tanh(h)")
                .output(ElementType.FLOAT16, "y", "h")
                .model();
        Rewrite.Result result = widened(model);
        Golden.check("widen-half-precision", model, result);
        assertThat(result.model().graph().constant("w").orElseThrow().type()).isEqualTo(ElementType.FLOAT);
    }

    @Test
    void aModelOfFloatsWithWeightsInHalfPrecisionNeedsNoCastsAtItsEnds() {
        Model model = Net.opset(17)
                .input("x", -1, 4)
                .constant("w", half("w", 4, 6))
                .node("a = Cast(x)", "to", 10)
                .node("h = MatMul(a, w)")
                .node("y = Cast(h)", "to", 1)
                .output("y")
                .model();
        Graph graph = widened(model).model().graph();
        assertThat(graph.nodes()).extracting(Node::op).containsExactly("Cast", "MatMul", "Cast");
        assertThat(graph.nodes().getFirst().intAttribute("to", 0)).isEqualTo(1);
    }

    @Test
    void bodiesGoAlongWithWhatTheyCapture() {
        Graph then = Net.opset(17)
                .constant("b", half("b", 4))
                .node("t = Add(x, b)")
                .output(ElementType.FLOAT16, "t")
                .graph();
        Graph otherwise = Net.opset(17)
                .node("e = Neg(x)")
                .output(ElementType.FLOAT16, "e")
                .graph();
        Model model = Net.opset(17)
                .input("x", ElementType.FLOAT16, 3, 4)
                .node("sum = ReduceSum(x)", "keepdims", 0)
                .constant("zero", Net.random(1, ElementType.FLOAT16, 1).reshaped())
                .node("c = Less(zero, sum)")
                .node("y = If(c)", "then_branch", then, "else_branch", otherwise)
                .output(ElementType.FLOAT16, "y")
                .model();
        widened(model);
    }

    @Test
    void constantsThatAreOutputsAndInputsThatAreOutputsStay() {
        Model model = Net.opset(17)
                .input("x", ElementType.FLOAT16, 3, 4)
                .constant("w", half("w", 4))
                .node("y = Add(x, w)")
                .output(ElementType.FLOAT16, "y", "w", "x")
                .model();
        widened(model);
    }

    @Test
    void typesThatAttributesNameGoAlong() {
        Model model = Net.opset(17)
                .input("x", ElementType.FLOAT16, 3, 3)
                .node("i = EyeLike(x)", "dtype", 10)
                .node("s = Shape(x)")
                .node("f = ConstantOfShape(s)", "value", half("f", 1))
                .node("a = Add(i, f)")
                .node("y = Add(a, x)")
                .output(ElementType.FLOAT16, "y")
                .model();
        widened(model);
    }

    @Test
    void modelsOfFloatsAreLeftAlone() {
        Model model =
                Net.opset(17).input("x", 3).node("y = Relu(x)").output("y").model();
        assertThat(new WidenHalfPrecision().apply(model).model()).isSameAs(model);
        assertThat(WidenHalfPrecision.applies(model)).isFalse();
    }
}
