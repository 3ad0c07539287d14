package dev.octet.engine.outline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType.TensorType;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.ModelOutline;
import dev.octet.engine.scheme.ModelOutline.Entry;
import dev.octet.engine.scheme.ModelOutline.Expectation;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutlineTest {
    private static final Map<String, Tensor> WEIGHTS = Map.of(
            "w", floats(4, 3, 3, 3), "scale", floats(4), "shift", floats(4), "mean", floats(4), "var", floats(4));

    private static Tensor floats(long... dims) {
        return Tensor.of(
                ElementType.FLOAT, dims, MemorySegment.ofArray(new byte[(int) Tensor.bytes(ElementType.FLOAT, dims)]));
    }

    private static Value image(String name) {
        return new Value(name, new TensorType(ElementType.FLOAT, List.of(Dim.of(1), Dim.of(3), Dim.of(8), Dim.of(8))));
    }

    private static ModelOutline outline(Map<String, Tensor> weights, Node... nodes) {
        String last = nodes[nodes.length - 1].id();
        Graph graph = new Graph("g", List.of(image("x")), List.of(image(last)), List.of(nodes), weights, Map.of());
        return Outline.of(new Model(graph, Map.of("", 17L), List.of(), Map.of(), ""));
    }

    @Test
    void eachNodeHasItsWeightsAndWhatWouldBecomeOfIt() {
        ModelOutline outline = outline(
                WEIGHTS,
                Node.of("conv", "Conv", List.of("x", "w"), List.of("a")),
                Node.of("", "BatchNormalization", List.of("a", "scale", "shift", "mean", "var"), List.of("b")),
                Node.of("relu", "Relu", List.of("b"), List.of("c")),
                Node.of("odd", "Erf", List.of("c"), List.of("d")));

        assertThat(outline.total()).isEqualTo(4);
        assertThat(outline.nodes())
                .extracting(Entry::name, Entry::operator, Entry::parameterBytes, Entry::expected)
                .containsExactly(
                        tuple("conv", "Conv", 4L * 27 * 4, Expectation.QUANTIZED),
                        tuple("b", "BatchNormalization", 4L * 16, Expectation.FUSED),
                        tuple("relu", "Relu", 0L, Expectation.QUANTIZED),
                        tuple("odd", "Erf", 0L, Expectation.FLOAT));
        assertThat(outline.nodes().getFirst().inputs()).containsExactly("x");
        assertThat(outline.nodes().getFirst().weights())
                .singleElement()
                .satisfies(weight -> assertThat(weight.shape()).isEqualTo(List.<Object>of(4L, 3L, 3L, 3L)));
        assertThat(outline.nodes().getLast().reason()).contains("Erf");
    }

    @Test
    void constantsAreNoNodesAndWhatReadsOnlyThemIsGone() {
        Node constant = new Node(
                "c", "", "Constant", List.of(), List.of("k"), Map.of("value", new Attribute.OfTensor(floats(1))));
        ModelOutline outline = outline(
                Map.of(),
                constant,
                Node.of("twice", "Add", List.of("k", "k"), List.of("kk")),
                Node.of("use", "Add", List.of("x", "kk"), List.of("y")));

        assertThat(outline.nodes())
                .extracting(Entry::name, Entry::expected)
                .containsExactly(tuple("twice", Expectation.FUSED), tuple("use", Expectation.QUANTIZED));
        assertThat(outline.nodes().getFirst().parameterBytes()).isEqualTo(8);
    }

    @Test
    void whatComputesSizesIsNotTakenForALayer() {
        ModelOutline outline = outline(
                Map.of(),
                Node.of("size", "Shape", List.of("x"), List.of("s")),
                Node.of("y", "Relu", List.of("x"), List.of("y")));

        Entry size = outline.nodes().getFirst();
        assertThat(size.expected()).isEqualTo(Expectation.FLOAT);
        assertThat(size.reason()).contains("sizes, indices or truth values");
    }

    @Test
    void nodesOfABodyFollowTheirOwnerAndSayWhoseTheyAre() {
        Graph body = new Graph(
                "body",
                List.of(),
                List.of(image("inner")),
                List.of(Node.of("inside", "Conv", List.of("x", "w"), List.of("inner"))),
                Map.of(),
                Map.of());
        Node branch =
                new Node("branch", "", "If", List.of("x"), List.of("y"), Map.of("then", new Attribute.OfGraph(body)));
        ModelOutline outline = outline(WEIGHTS, branch, Node.of("after", "Relu", List.of("y"), List.of("z")));

        assertThat(outline.nodes()).extracting(Entry::name).containsExactly("branch", "inside", "after");
        Entry inside = outline.nodes().get(1);
        assertThat(inside.inside()).isEqualTo("branch");
        assertThat(inside.parameterBytes()).isEqualTo(4L * 27 * 4);
        assertThat(inside.expected()).isEqualTo(Expectation.FLOAT);
    }

    /** 50,000 nodes whose names are of 10,000 characters: half a gigabyte, were they all told. */
    @Test
    void whatComesOutIsBounded() {
        String name = "n".repeat(10_000);
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            nodes.add(Node.of(name, "Relu", List.of(i == 0 ? "x" : "v" + (i - 1)), List.of("v" + i)));
        }
        ModelOutline outline = outline(Map.of(), nodes.toArray(Node[]::new));

        assertThat(outline.total()).isEqualTo(50_000);
        assertThat(outline.nodes()).hasSizeBetween(1000, 20_000);
        assertThat(outline.nodes().getFirst().name()).hasSize(300).endsWith("…");
    }
}
