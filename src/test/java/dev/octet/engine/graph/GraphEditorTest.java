package dev.octet.engine.graph;

import static dev.octet.engine.graph.TestGraphs.doubling;
import static dev.octet.engine.graph.TestGraphs.floats;
import static dev.octet.engine.graph.TestGraphs.graph;
import static dev.octet.engine.graph.TestGraphs.model;
import static dev.octet.engine.graph.TestGraphs.node;
import static dev.octet.engine.graph.TestGraphs.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GraphEditorTest {

    private static final Tensor ONE = Tensor.ofFloats(new float[] {1}, 1);

    private final Node conv = node("Conv", List.of("x", "w"), "h");
    private final Node relu = node("Relu", List.of("h"), "r");
    private final Node add = node("Add", List.of("r", "h"), "y");
    private final Graph graph =
            graph(List.of(floats("x", 1)), List.of(floats("y", 1)), Map.of("w", ONE), conv, relu, add);

    @Test
    void redirectsEveryUserExceptWhatTheNewValueIsMadeBy() {
        Graph edited = new GraphEditor(graph)
                .replace(
                        conv, List.of(conv, node("Quantize", List.of("h"), "q"), node("Dequantize", List.of("q"), "d")))
                .redirect("h", "d")
                .build();

        assertThat(edited.nodes())
                .extracting(Node::op)
                .containsExactly("Conv", "Quantize", "Dequantize", "Relu", "Add");
        assertThat(edited.nodes().get(1).inputs()).containsExactly("h");
        assertThat(edited.nodes().get(3).inputs()).containsExactly("d");
        assertThat(edited.nodes().get(4).inputs()).containsExactly("r", "d");
        GraphVerifier.verify(model(edited));
    }

    @Test
    void redirectsWhatInsertedNodesUseToo() {
        Graph edited = new GraphEditor(graph)
                .remove(relu)
                .redirect("r", "h")
                .replace(add, List.of(node("Sub", List.of("r", "h"), "y")))
                .build();

        assertThat(edited.nodes()).extracting(Node::op).containsExactly("Conv", "Sub");
        assertThat(edited.nodes().get(1).inputs()).containsExactly("h", "h");
    }

    @Test
    void followsChainsOfRedirects() {
        Graph edited = new GraphEditor(graph)
                .remove(relu)
                .redirect("r", "h")
                .addFirst(List.of(node("Dequantize", List.of("q"), "d"), node("Quantize", List.of("h"), "q")))
                .redirect("h", "d")
                .build();

        assertThat(edited.nodes()).extracting(Node::op).containsExactly("Conv", "Quantize", "Dequantize", "Add");
        assertThat(edited.nodes().getLast().inputs()).containsExactly("d", "d");
    }

    @Test
    void redirectsCapturesInSubgraphsButNotTheirOwnNames() {
        Graph shadowing = graph(List.of(), List.of(floats("h", 1)), Map.of(), node("Add", List.of("x", "x"), "h"));
        Node outer = when("c", doubling("h"), "b");
        Node own = when("c", shadowing, "y");
        Graph captured = graph(
                List.of(floats("x", 1), floats("c")),
                List.of(floats("b", 1), floats("y", 1)),
                Map.of("w", ONE),
                conv,
                node("Relu", List.of("h"), "r"),
                outer,
                own);

        Graph edited = new GraphEditor(captured)
                .redirect("h", "r")
                .replace(captured.nodes().get(1), List.of(node("Relu", List.of("h"), "r")))
                .build();

        Graph body = edited.nodes().get(2).subgraphs().getFirst();
        assertThat(body.nodes().getFirst().inputs()).containsExactly("r", "r");
        assertThat(edited.nodes().get(3).subgraphs().getFirst().outputs())
                .extracting(Value::name)
                .containsExactly("h");
        GraphVerifier.verify(model(edited));
    }

    @Test
    void refusesARedirectIntoANameThatASubgraphHasForItself() {
        Graph body = graph(List.of(), List.of(floats("t", 1)), Map.of(), node("Neg", List.of("h"), "t"));
        Graph outer = graph(
                List.of(floats("x", 1), floats("c")),
                List.of(floats("b", 1)),
                Map.of("w", ONE),
                conv,
                node("Relu", List.of("h"), "t"),
                when("c", body, "b"));

        assertThatThrownBy(() -> new GraphEditor(outer).redirect("h", "t").build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'h' can't become 't'");
    }

    @Test
    void leavesTheGraphsOutputsAsTheyAre() {
        Graph edited = new GraphEditor(graph)
                .replace(add, List.of(add, node("Quantize", List.of("y"), "q")))
                .redirect("y", "q")
                .build();

        assertThat(edited).isEqualTo(graph);
    }

    @Test
    void dropsNodesInitializersAndTypesThatNothingNeedsAnyMore() {
        Graph typed = graph.withTypes(
                Map.of("h", floats("h", 1).type(), "r", floats("r", 1).type()));

        Graph edited = new GraphEditor(typed)
                .replace(add, List.of(node("Neg", List.of("x"), "y")))
                .build();

        assertThat(edited.nodes()).extracting(Node::op).containsExactly("Neg");
        assertThat(edited.initializers()).isEmpty();
        assertThat(edited.types()).isEmpty();
    }

    @Test
    void keepsAnInitializerThatIsTheDefaultOfAnInput() {
        Graph optional = new Graph(
                "g",
                List.of(floats("x", 1), floats("w", 1)),
                graph.outputs(),
                graph.nodes(),
                graph.initializers(),
                Map.of());

        Graph edited = new GraphEditor(optional)
                .replace(add, List.of(node("Neg", List.of("x"), "y")))
                .build();

        assertThat(edited.initializers()).containsOnlyKeys("w");
    }

    @Test
    void makesFreshNamesThatNoGraphInsideHasEither() {
        Graph outer = graph(
                List.of(floats("x", 1), floats("c")), List.of(floats("b", 1)), Map.of(), when("c", doubling("x"), "b"));
        GraphEditor editor = new GraphEditor(
                outer.withTypes(Map.of("stale", floats("stale", 3).type())));

        assertThat(editor.freshName("sum")).isEqualTo("sum_1");
        assertThat(editor.freshName("sum")).isEqualTo("sum_2");
        assertThat(editor.freshName("stale")).isEqualTo("stale_1");
        assertThat(editor.freshName("new")).isEqualTo("new");
        assertThat(editor.addInitializer("new", ONE)).isEqualTo("new_1");
        assertThat(editor.freshName("")).isNotEmpty();
    }

    @Test
    void refusesEditsThatWouldBeLost() {
        GraphEditor editor = new GraphEditor(graph).remove(relu).redirect("r", "h");

        assertThatThrownBy(() -> editor.remove(node("Relu", List.of("h"), "r")))
                .hasMessageContaining("'r' is not in the graph");
        assertThatThrownBy(() -> editor.remove(relu)).hasMessageContaining("replaced before");
        assertThatThrownBy(() -> editor.redirect("r", "x")).hasMessageContaining("redirected before");
        assertThatThrownBy(() -> editor.redirect("h", "r")).hasMessageContaining("leads back to itself");
    }
}
