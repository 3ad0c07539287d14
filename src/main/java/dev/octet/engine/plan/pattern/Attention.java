package dev.octet.engine.plan.pattern;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Uses;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The attention in a graph, however it is written out: softmax(q·kᵀ, scaled, masked)·v.
 *
 * <pre>
 * q, kᵀ ─ MatMul ─ (Mul, Div, Add or Where of a mask, Reshape, …) ─ Softmax ─ (Transpose, Where, …) ─ MatMul ─ …
 *                                                                                                    v ┘
 * </pre>
 *
 * <p>All of it stays in floating point. Its two products are a sixth of a percent of the work for each sixteen tokens and 384
 * channels, and quantized they cost a sentence encoder 2 points and half the agreement of its outputs; the mask is minus infinity, or
 * as good as that, which no encoding reaches. Vaswani et al., Attention Is All You Need, 2017 (arXiv 1706.03762).
 */
public final class Attention {

    /** What is between the products beside the Softmax. */
    private static final Set<String> BETWEEN = Set.of(
            "Mul",
            "Div",
            "Add",
            "Sub",
            "Where",
            "Cast",
            "Reshape",
            "Transpose",
            "Unsqueeze",
            "Squeeze",
            "Expand",
            "Clip",
            "Max",
            "Min",
            "Tanh",
            "Slice");

    /** Nodes between a product and the Softmax: masks and position biases are added in a few. */
    private static final int FARTHEST = 8;

    private final Map<String, String> parts = new LinkedHashMap<>();

    private Attention() {}

    /** What is attention in {@code graph}. */
    public static Attention in(Graph graph, Uses uses) {
        Attention attention = new Attention();
        for (Node softmax : graph.nodes()) {
            if (!softmax.is("Softmax")) {
                continue;
            }
            Optional<Node> scores = nearest(
                    softmax,
                    graph,
                    node -> node.inputs().stream()
                            .flatMap(input -> uses.producer(input).stream())
                            .toList());
            Optional<Node> context = nearest(softmax, graph, node -> uses.consumers(node.output(0)));
            if (scores.isPresent() && context.isPresent()) {
                attention.parts.put(scores.get().id(), "multiplies two activations, for the scores of an attention");
                attention.parts.put(softmax.id(), "gives the probabilities of an attention");
                attention.parts.put(context.get().id(), "multiplies two activations, for the context of an attention");
            }
        }
        return attention;
    }

    /** Whether there is any. */
    public boolean any() {
        return !parts.isEmpty();
    }

    /** Why {@code node} stays in floating point; empty where it is no part of an attention. */
    public Optional<String> reason(Node node) {
        return Optional.ofNullable(parts.get(node.id()))
                .map(part -> part + ", which loses more accuracy on integers than it saves time");
    }

    /** The nearest product of two activations, over nodes that may be between it and {@code softmax}. */
    private static Optional<Node> nearest(Node softmax, Graph graph, Function<Node, List<Node>> next) {
        Deque<Node> open = new ArrayDeque<>(next.apply(softmax));
        Set<String> seen = new HashSet<>();
        while (!open.isEmpty() && seen.size() <= FARTHEST) {
            Node node = open.removeFirst();
            if (!seen.add(node.id())) {
                continue;
            }
            boolean product = node.is("MatMul")
                    && node.inputs().stream()
                            .allMatch(input -> graph.constant(input).isEmpty());
            if (product) {
                return Optional.of(node);
            }
            if (node.domain().isEmpty() && BETWEEN.contains(node.op())) {
                open.addAll(next.apply(node));
            }
        }
        return Optional.empty();
    }
}
