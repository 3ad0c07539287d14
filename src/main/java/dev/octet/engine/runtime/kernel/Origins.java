package dev.octet.engine.runtime.kernel;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes of a file became which executed node.
 *
 * <p>Optimizing keeps most names of values: an executed node stands for what the file has between its outputs and the next names
 * upstream that other executed nodes still give.
 *
 * <pre>
 *   file:      x → DQ → Conv → Relu → Q → y        executed:  x → QLinearConv → y
 *   so QLinearConv stands for DQ, Conv, Relu, Q
 * </pre>
 *
 * Where a new layout renamed a value, its name is found again through the layout's own nodes (Transpose, ReorderInput,
 * ReorderOutput), through the value name that the blocked layout puts into its node's name ({@code y_nchwc}), or through the node
 * name that the channels-last layout keeps ({@code conv1_token_7}).
 */
public final class Origins {

    private static final Set<String> LAYOUT = Set.of("Transpose", "ReorderInput", "ReorderOutput");
    private static final String BLOCKED = "_nchwc";

    /** The input of a blocked convolution that is added to its result. */
    private static final int SUMMAND = 3;

    private final Map<String, Node> fileProducers = new HashMap<>();
    private final Map<String, List<Node>> fileConsumers = new HashMap<>();
    private final Map<String, Node> fileNodes = new HashMap<>();
    private final Set<String> fileValues = new HashSet<>();
    private final Map<String, Node> executedProducers = new HashMap<>();
    private final Map<String, List<Node>> executedConsumers = new HashMap<>();
    private final Map<String, String> aliases = new HashMap<>();
    private final Set<String> boundary = new HashSet<>();
    private final IdentityHashMap<Node, List<Node>> origins = new IdentityHashMap<>();

    /** Compares the {@code file}'s graph with the {@code executed} one. */
    public Origins(Graph file, Graph executed) {
        file.inputs().forEach(input -> fileValues.add(input.name()));
        index(file, fileProducers, fileConsumers);
        fileValues.addAll(fileProducers.keySet());
        for (Node node : file.nodes()) {
            if (!node.name().isEmpty()) {
                fileNodes.putIfAbsent(node.name(), node);
            }
        }
        index(executed, executedProducers, executedConsumers);
        for (Node node : executed.nodes()) {
            node.outputs().stream().filter(output -> !output.isEmpty()).forEach(output -> {
                String alias = alias(output, node);
                if (alias != null) {
                    aliases.put(output, alias);
                    boundary.add(alias);
                }
            });
        }
        executed.nodes().forEach(this::extend);
        executed.nodes().forEach(node -> origins.put(node, trace(node)));
    }

    /**
     * Moves the alias of a blocked convolution's output downstream over the sum and the activation that it has swallowed: the
     * layout names the node after the convolution, and only then fuses the end of a residual block into it.
     */
    private void extend(Node executed) {
        String alias = aliases.get(executed.output(0));
        if (alias == null || !executed.name().endsWith(BLOCKED) || !executed.hasInput(SUMMAND)) {
            return;
        }
        Node sum = onlyConsumer(alias);
        if (sum == null || !sum.op().equals("Add")) {
            return;
        }
        Node activation = executed.attributes().containsKey("activation") ? onlyConsumer(sum.output(0)) : null;
        boundary.remove(alias);
        String end = activation == null ? sum.output(0) : activation.output(0);
        aliases.put(executed.output(0), end);
        boundary.add(end);
    }

    private @Nullable Node onlyConsumer(String value) {
        List<Node> consumers = fileConsumers.getOrDefault(value, List.of());
        return consumers.size() == 1 ? consumers.getFirst() : null;
    }

    private static void index(Graph graph, Map<String, Node> producers, Map<String, List<Node>> consumers) {
        for (Node node : graph.nodes()) {
            node.outputs().stream().filter(output -> !output.isEmpty()).forEach(output -> producers.put(output, node));
            for (String input : new LinkedHashSet<>(node.inputs())) {
                consumers.computeIfAbsent(input, _ -> new ArrayList<>()).add(node);
            }
        }
    }

    /** The nodes of the file that {@code executed} stands for, upstream first; none where the runtime made it up. */
    public List<Node> of(Node executed) {
        return origins.getOrDefault(executed, List.of());
    }

    /** The file's name of the value that the executed graph calls {@code value}; null where there is none. */
    public @Nullable String nameInFile(String value) {
        return fileValues.contains(value) ? value : aliases.get(value);
    }

    private @Nullable String alias(String value, Node producer) {
        if (fileValues.contains(value)) {
            return value;
        }
        if (producer.name().endsWith(BLOCKED)) {
            String original = producer.name().substring(0, producer.name().length() - BLOCKED.length());
            if (fileValues.contains(original)) {
                return original;
            }
        }
        if (LAYOUT.contains(producer.op())) {
            return aliases.get(producer.input(0));
        }
        for (Node consumer : executedConsumers.getOrDefault(value, List.of())) {
            if (LAYOUT.contains(consumer.op()) && fileValues.contains(consumer.output(0))) {
                return consumer.output(0);
            }
        }
        Node named = fileNodes.get(value);
        if (named == null) {
            named = fileNodes.get(producer.name().replaceAll("_token_\\d+$", ""));
        }
        return named == null ? null : endOf(named, producer);
    }

    /** Where what begins with the file's {@code first} ends, if {@code executed} fused it: after its QuantizeLinear. */
    private String endOf(Node first, Node executed) {
        Node last = first;
        if (!first.op().equals(executed.op())) {
            for (Node next = onlyConsumer(first.id()); next != null; next = onlyConsumer(next.id())) {
                if (next.op().equals("QuantizeLinear")) {
                    last = next;
                    break;
                }
            }
        }
        return last.id();
    }

    private List<Node> trace(Node executed) {
        if (LAYOUT.contains(executed.op()) && !isInFile(executed)) {
            return List.of();
        }
        Set<String> stops = new HashSet<>(boundary);
        Deque<String> open = new ArrayDeque<>();
        for (String output : executed.outputs()) {
            String alias = aliases.get(output);
            if (alias != null) {
                stops.remove(alias);
                open.add(alias);
            }
        }
        Set<Node> found = java.util.Collections.newSetFromMap(new IdentityHashMap<>());
        List<Node> ordered = new ArrayList<>();
        while (!open.isEmpty()) {
            String value = open.poll();
            Node producer = fileProducers.get(value);
            if (producer != null && !stops.contains(value) && found.add(producer)) {
                ordered.add(producer);
                open.addAll(producer.inputs());
            }
        }
        return List.copyOf(ordered.reversed());
    }

    private boolean isInFile(Node executed) {
        Node producer = fileProducers.get(executed.output(0));
        return producer != null && producer.op().equals(executed.op());
    }
}
