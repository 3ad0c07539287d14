package dev.octet.engine.graph;

import static dev.octet.engine.graph.TestGraphs.doubling;
import static dev.octet.engine.graph.TestGraphs.floats;
import static dev.octet.engine.graph.TestGraphs.graph;
import static dev.octet.engine.graph.TestGraphs.model;
import static dev.octet.engine.graph.TestGraphs.node;
import static dev.octet.engine.graph.TestGraphs.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GraphVerifierTest {

    private static final List<Value> X = List.of(floats("x", 2));
    private static final List<Value> Y = List.of(floats("y", 2));
    private static final Tensor TWO = Tensor.ofFloats(new float[] {1, 2}, 2);

    private static List<String> faults(Node... nodes) {
        return GraphVerifier.faults(model(graph(X, Y, Map.of(), nodes)));
    }

    @Test
    void passesAGraphThatHoldsTogether() {
        Graph sound = graph(
                List.of(floats("x", 2), floats("c"), floats("w", 2)),
                List.of(floats("y", 2), floats("x", 2), floats("w", 2)),
                Map.of("w", TWO),
                node("Relu", List.of("x"), "r", ""),
                when("c", doubling("r"), "y"));
        assertThatCode(() -> GraphVerifier.verify(model(sound))).doesNotThrowAnyException();
    }

    @Test
    void namesAUseOfWhatNothingProduces() {
        assertThat(faults(node("Add", List.of("x", "ghost"), "y")))
                .containsExactly("node 'y' (Add) of graph 'test' uses 'ghost', which nothing produces");
    }

    @Test
    void namesAUseOfWhatIsMadeLater() {
        assertThat(faults(node("Relu", List.of("h"), "y"), node("Neg", List.of("x"), "h")))
                .containsExactly("node 'y' (Relu) of graph 'test' uses 'h', which is only made later");
    }

    @Test
    void namesAValueThatIsDefinedTwice() {
        assertThat(faults(node("Relu", List.of("x"), "y"), node("Neg", List.of("x"), "y")))
                .containsExactly("'y', output of node 'y' (Neg) of graph 'test', is defined twice in graph 'test'");
        assertThat(faults(node("Relu", List.of("x"), "x"), node("Neg", List.of("x"), "y")))
                .hasSize(1);
        assertThat(GraphVerifier.faults(model(graph(X, Y, Map.of("y", TWO), node("Relu", List.of("x"), "y")))))
                .hasSize(1);
    }

    @Test
    void namesOutputsThatAreMissingOrDouble() {
        assertThat(faults(node("Relu", List.of("x"), "z")))
                .containsExactly("output 'y' of graph 'test' is not produced by anything");
        assertThat(GraphVerifier.faults(model(graph(X, List.of(X.getFirst(), X.getFirst()), Map.of()))))
                .containsExactly("output 'x' of graph 'test' is listed twice");
    }

    @Test
    void namesAnOperatorSetThatIsNotImported() {
        Node custom = new Node("mine", "com.example", "Magic", List.of("x"), List.of("y"), Map.of());
        assertThat(faults(custom))
                .containsExactly(
                        "node 'mine' (Magic) of graph 'test' needs operator set 'com.example', which is not imported");
    }

    @Test
    void looksIntoSubgraphsWhereValuesAroundThemAreVisible() {
        assertThat(faults(when("x", doubling("x"), "y"))).isEmpty();
        assertThat(faults(when("x", doubling("z"), "y"), node("Relu", List.of("x"), "z")))
                .hasSize(2)
                .allSatisfy(f -> assertThat(f)
                        .contains("node 'sum' (Add) of subgraph 'test' of node 'y' (If)")
                        .contains("uses 'z', which nothing produces"));
    }

    @Test
    void looksIntoFunctions() {
        Function function = new Function(
                "local",
                "f",
                List.of("a"),
                List.of("b"),
                List.of(),
                Map.of(),
                List.of(node("Add", List.of("a", "x"), "c")),
                Map.of("", 17L));
        Model model = new Model(graph(X, X, Map.of()), Map.of("", 17L), List.of(function), Map.of(), "test");

        assertThat(GraphVerifier.faults(model))
                .containsExactly(
                        "node 'c' (Add) of function 'local.f' uses 'x', which nothing produces",
                        "output 'b' of function 'local.f' is not produced by anything");
    }

    @Test
    void failsWithEveryFaultAndThePrintedGraph() {
        Model broken = model(graph(X, Y, Map.of(), node("Add", List.of("p", "q"), "z")));
        assertThatThrownBy(() -> GraphVerifier.verify(broken))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'p'")
                .hasMessageContaining("'q'")
                .hasMessageContaining("output 'y'")
                .hasMessageContaining("z = Add(p, q)");
    }

    @Test
    void keepsTheMessageOfAHopelessGraphShort() {
        Node[] nodes = IntStream.range(0, 5_000)
                .mapToObj(i -> node("Add", List.of("p" + i), "z" + i))
                .toArray(Node[]::new);
        assertThatThrownBy(() -> GraphVerifier.verify(model(graph(X, Y, Map.of(), nodes))))
                .hasMessageContaining("and 80 more")
                .hasMessageContaining("more lines")
                .satisfies(
                        e -> assertThat(String.valueOf(e.getMessage()).length()).isLessThan(20_000));
    }
}
