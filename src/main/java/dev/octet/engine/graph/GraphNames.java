package dev.octet.engine.graph;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Names of values across a graph and its subgraphs: collecting, renaming, finding the unused.
 *
 * <p>A name that a subgraph defines itself, anywhere in it, means its own value there, whatever the graphs around it define.
 */
final class GraphNames {

    private GraphNames() {}

    /** Adds every value name of {@code graph} and its subgraphs to {@code into}. */
    static void collect(Graph graph, Set<String> into) {
        into.addAll(defined(graph));
        into.addAll(graph.types().keySet());
        graph.outputs().forEach(v -> into.add(v.name()));
        for (Node node : graph.nodes()) {
            into.addAll(node.inputs());
            node.subgraphs().forEach(sub -> collect(sub, into));
        }
    }

    /** The names that {@code graph} itself defines: inputs, initializers, outputs of its nodes. */
    static Set<String> defined(Graph graph) {
        Set<String> names = new HashSet<>(graph.initializers().keySet());
        graph.inputs().forEach(v -> names.add(v.name()));
        graph.nodes().forEach(node -> names.addAll(node.outputs()));
        names.remove("");
        return names;
    }

    /** What {@code node} uses: its inputs and what its subgraphs take from around them. */
    static Set<String> uses(Node node) {
        Set<String> used = captures(node);
        used.addAll(node.inputs());
        used.remove("");
        return used;
    }

    /** What the subgraphs of {@code node} take from around them. */
    static Set<String> captures(Node node) {
        Set<String> captured = new HashSet<>();
        node.subgraphs().forEach(sub -> captured.addAll(captures(sub)));
        return captured;
    }

    private static Set<String> captures(Graph graph) {
        Set<String> captured = new HashSet<>();
        graph.nodes().forEach(node -> captured.addAll(uses(node)));
        graph.outputs().forEach(v -> captured.add(v.name()));
        captured.removeAll(defined(graph));
        return captured;
    }

    /** The node with each used name replaced, captures of its subgraphs included. */
    static Node renameUses(Node node, UnaryOperator<String> rename) {
        Map<String, Attribute> attributes = new LinkedHashMap<>(node.attributes());
        attributes.replaceAll((_, attribute) -> switch (attribute) {
            case Attribute.OfGraph(Graph body) -> new Attribute.OfGraph(renameCaptures(body, rename));
            case Attribute.OfGraphs(List<Graph> bodies) ->
                new Attribute.OfGraphs(bodies.stream()
                        .map(body -> renameCaptures(body, rename))
                        .toList());
            default -> attribute;
        });
        List<String> inputs = node.inputs().stream()
                .map(name -> name.isEmpty() ? name : rename.apply(name))
                .toList();
        return new Node(
                node.name(), node.domain(), node.op(), inputs, node.outputs(), attributes, node.documentation());
    }

    private static Graph renameCaptures(Graph body, UnaryOperator<String> rename) {
        Set<String> own = defined(body);
        UnaryOperator<String> outer = name -> {
            String renamed = own.contains(name) ? name : rename.apply(name);
            if (own.contains(renamed) && !own.contains(name)) {
                throw new IllegalStateException("'" + name + "' can't become '" + renamed + "' in subgraph '"
                        + body.name() + "', which has its own");
            }
            return renamed;
        };
        List<Value> outputs = body.outputs().stream()
                .map(v -> new Value(outer.apply(v.name()), v.type()))
                .toList();
        return body.withOutputs(outputs)
                .withNodes(body.nodes().stream()
                        .map(node -> renameUses(node, outer))
                        .toList());
    }

    /** The graph without nodes, initializers and types that lead to no output. */
    static Graph withoutUnused(Graph graph) {
        Set<String> needed = new HashSet<>();
        graph.outputs().forEach(v -> needed.add(v.name()));
        List<Node> kept = new ArrayList<>();
        for (Node node : graph.nodes().reversed()) {
            if (node.outputs().stream().anyMatch(needed::contains)) {
                kept.add(node);
                needed.addAll(uses(node));
            }
        }
        graph.inputs().forEach(v -> needed.add(v.name()));
        Map<String, Tensor> initializers = new LinkedHashMap<>(graph.initializers());
        initializers.keySet().retainAll(needed);
        kept.forEach(node -> needed.addAll(node.outputs()));
        Map<String, ValueType> types = new LinkedHashMap<>(graph.types());
        types.keySet().retainAll(needed);
        return new Graph(graph.name(), graph.inputs(), graph.outputs(), kept.reversed(), initializers, types);
    }
}
