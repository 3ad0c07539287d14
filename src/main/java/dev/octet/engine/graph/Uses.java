package dev.octet.engine.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who makes and who uses each value of a graph.
 *
 * <p>Computed once in time linear in the graph, then answers in constant time. It describes the graph it was made of, not one
 * edited since. What the graph's caller takes (its outputs) is no use; ask {@link #isOutput}.
 */
public final class Uses {

    private final Map<String, Node> producers = new HashMap<>();
    private final Map<String, List<Node>> consumers = new HashMap<>();
    private final Set<String> captured = new HashSet<>();
    private final Set<String> outputs = new HashSet<>();

    private Uses(Graph graph) {
        for (Node node : graph.nodes()) {
            node.outputs().stream().filter(o -> !o.isEmpty()).forEach(o -> producers.put(o, node));
            Set<String> used = new HashSet<>(node.inputs());
            used.remove("");
            Set<String> inside = GraphNames.captures(node);
            captured.addAll(inside);
            used.addAll(inside);
            used.forEach(
                    u -> consumers.computeIfAbsent(u, _ -> new ArrayList<>()).add(node));
        }
        graph.outputs().forEach(o -> outputs.add(o.name()));
    }

    /** The uses in {@code graph}, its top level; subgraphs count as uses by the node that holds them. */
    public static Uses of(Graph graph) {
        return new Uses(graph);
    }

    /** The node that makes {@code value}; empty for inputs, initializers and values of other graphs. */
    public Optional<Node> producer(String value) {
        return Optional.ofNullable(producers.get(value));
    }

    /** The nodes that use {@code value}, in the graph's order, each once; those whose subgraphs capture it included. */
    public List<Node> consumers(String value) {
        return List.copyOf(consumers.getOrDefault(value, List.of()));
    }

    /** The one node that uses {@code value}; empty where there are more or none, or where it is an output of the graph. */
    public Optional<Node> onlyConsumer(String value) {
        List<Node> nodes = consumers.getOrDefault(value, List.of());
        return nodes.size() == 1 && !isOutput(value) ? Optional.of(nodes.getFirst()) : Optional.empty();
    }

    /** Whether a subgraph of some node uses {@code value}. */
    public boolean isCaptured(String value) {
        return captured.contains(value);
    }

    /** Whether {@code value} is an output of the graph. */
    public boolean isOutput(String value) {
        return outputs.contains(value);
    }
}
