package dev.octet.engine.rewrite.inline;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.GraphEditor;
import dev.octet.engine.graph.Node;
import java.util.HashSet;
import java.util.Set;

/** Names of values and nodes that are still free anywhere in a model's graph. */
final class Names {

    private final GraphEditor values;
    private final Set<String> nodes = new HashSet<>();

    Names(Graph graph) {
        this.values = new GraphEditor(graph);
        collect(graph);
    }

    /** A free name for a value, made from {@code wish}; taken from now on. */
    String value(String wish) {
        return values.freshName(wish);
    }

    /** A free name for a node, made from {@code wish}; taken from now on. */
    String node(String wish) {
        String name = wish;
        for (int i = 1; !nodes.add(name); i++) {
            name = wish + "_" + i;
        }
        return name;
    }

    private void collect(Graph graph) {
        for (Node node : graph.nodes()) {
            nodes.add(node.name());
            node.subgraphs().forEach(this::collect);
        }
    }
}
