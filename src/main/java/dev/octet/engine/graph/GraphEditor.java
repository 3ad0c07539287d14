package dev.octet.engine.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Builds a changed graph out of another.
 *
 * <p>Collects changes and applies them at {@link #build()}: nodes come out in topological order wherever they were inserted,
 * values no longer used by anything are dropped together with the nodes and initializers that only they needed. Nodes are
 * meant by identity: those of the very graph that is edited.
 */
public final class GraphEditor {

    private final Graph graph;
    private final Set<Node> original = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<String, Tensor> initializers;
    private final Map<String, ValueType> types;
    private List<Value> outputs;
    private final IdentityHashMap<Node, List<Node>> replacements = new IdentityHashMap<>();
    private final List<Node> first = new ArrayList<>();
    private final Map<String, String> renamed = new LinkedHashMap<>();
    private final Set<String> names = new HashSet<>();

    public GraphEditor(Graph graph) {
        this.graph = graph;
        this.original.addAll(graph.nodes());
        this.initializers = new LinkedHashMap<>(graph.initializers());
        this.types = new LinkedHashMap<>(graph.types());
        this.outputs = graph.outputs();
        GraphNames.collect(graph, names);
    }

    /** A name that no value of the graph or its subgraphs has, made from {@code wish}; reserved from now on. */
    public String freshName(String wish) {
        String name = wish;
        for (int i = 1; name.isEmpty() || !names.add(name); i++) {
            name = wish + "_" + i;
        }
        return name;
    }

    /** Adds a constant under a fresh name made from {@code wish} and returns that name. */
    public String addInitializer(String wish, Tensor tensor) {
        String name = freshName(wish);
        initializers.put(name, tensor);
        return name;
    }

    /** Adds {@code nodes} before all others that do not make what they use, in order. */
    public GraphEditor addFirst(List<Node> nodes) {
        first.addAll(nodes);
        return this;
    }

    /**
     * Puts {@code nodes}, in order, in the place of {@code node}; none removes it.
     *
     * @throws IllegalArgumentException where {@code node} is not in the graph, or was replaced before
     */
    public GraphEditor replace(Node node, List<Node> nodes) {
        if (!original.contains(node)) {
            throw new IllegalArgumentException("node '" + node.label() + "' is not in the graph that is edited");
        }
        if (replacements.putIfAbsent(node, List.copyOf(nodes)) != null) {
            throw new IllegalArgumentException("node '" + node.label() + "' was replaced before");
        }
        return this;
    }

    public GraphEditor remove(Node node) {
        return replace(node, List.of());
    }

    /**
     * Makes everything that used value {@code from} use {@code to}: the graph's outputs aside, and aside from inserted nodes
     * that {@code to} itself is made by, such as the QuantizeLinear between the two.
     *
     * @throws IllegalArgumentException where {@code from} was redirected before, or leads back to itself
     */
    public GraphEditor redirect(String from, String to) {
        if (renamed.putIfAbsent(from, to) != null) {
            throw new IllegalArgumentException("'" + from + "' was redirected before, to '" + renamed.get(from) + "'");
        }
        for (String at = to; at != null; at = renamed.get(at)) {
            if (at.equals(from)) {
                throw new IllegalArgumentException("redirecting '" + from + "' to '" + to + "' leads back to itself");
            }
        }
        return this;
    }

    /** Makes {@code values}, inner ones or inserted ones, the graph's outputs. */
    public GraphEditor setOutputs(List<Value> values) {
        outputs = List.copyOf(values);
        return this;
    }

    public GraphEditor setType(String value, ValueType type) {
        types.put(value, type);
        return this;
    }

    /**
     * The changed graph, without what nothing needs any more.
     *
     * @throws IllegalArgumentException where the changes make nodes use each other in a circle
     */
    public Graph build() {
        List<Node> nodes = new ArrayList<>(first);
        for (Node node : graph.nodes()) {
            List<Node> instead = replacements.get(node);
            if (instead == null) {
                nodes.add(node);
            } else {
                nodes.addAll(instead);
            }
        }
        if (!renamed.isEmpty()) {
            Map<String, Set<Node>> makers = makersOfTargets(nodes);
            nodes.replaceAll(node -> GraphNames.renameUses(node, value -> resolve(value, node, makers)));
        }
        return GraphNames.withoutUnused(
                new Graph(graph.name(), graph.inputs(), outputs, TopologicalOrder.of(nodes), initializers, types));
    }

    private String resolve(String value, Node user, Map<String, Set<Node>> makers) {
        String at = value;
        for (String to = renamed.get(at); to != null; to = renamed.get(at)) {
            if (makers.getOrDefault(to, Set.of()).contains(user)) {
                return at;
            }
            at = to;
        }
        return at;
    }

    /** For each value redirected to: the inserted nodes that it is made by, directly or through other inserted nodes. */
    private Map<String, Set<Node>> makersOfTargets(List<Node> nodes) {
        Map<String, Node> inserted = new HashMap<>();
        for (Node node : nodes) {
            if (!original.contains(node)) {
                node.outputs().forEach(output -> inserted.put(output, node));
            }
        }
        inserted.remove("");
        Map<String, Set<Node>> makers = new HashMap<>();
        for (String target : renamed.values()) {
            Set<Node> found = Collections.newSetFromMap(new IdentityHashMap<>());
            addMakers(target, inserted, found);
            makers.put(target, found);
        }
        return makers;
    }

    private static void addMakers(String value, Map<String, Node> inserted, Set<Node> found) {
        List<String> open = new ArrayList<>(List.of(value));
        while (!open.isEmpty()) {
            Node maker = inserted.get(open.removeLast());
            if (maker != null && found.add(maker)) {
                open.addAll(GraphNames.uses(maker));
            }
        }
    }
}
