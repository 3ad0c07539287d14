package dev.octet.engine.graph;

import dev.octet.engine.scheme.ElementType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Small graphs that tests are made of. */
final class TestGraphs {

    private TestGraphs() {}

    static Value floats(String name, long... dims) {
        return new Value(
                name,
                new ValueType.TensorType(
                        ElementType.FLOAT, Arrays.stream(dims).mapToObj(Dim::of).toList()));
    }

    static Node node(String op, List<String> inputs, String... outputs) {
        return Node.of("", op, inputs, List.of(outputs));
    }

    /** An If whose branches are both {@code body}. */
    static Node when(String condition, Graph body, String output) {
        return node("If", List.of(condition), output)
                .withAttribute("then_branch", new Attribute.OfGraph(body))
                .withAttribute("else_branch", new Attribute.OfGraph(body));
    }

    static Graph graph(List<Value> inputs, List<Value> outputs, Map<String, Tensor> constants, Node... nodes) {
        return new Graph("test", inputs, outputs, List.of(nodes), constants, Map.of());
    }

    /** A body that adds the outer value {@code captured} to itself. */
    static Graph doubling(String captured) {
        return graph(List.of(), List.of(floats("sum", 2)), Map.of(), node("Add", List.of(captured, captured), "sum"));
    }

    static Model model(Graph graph) {
        return new Model(graph, Map.of("", 17L), List.of(), Map.of(), "test");
    }
}
