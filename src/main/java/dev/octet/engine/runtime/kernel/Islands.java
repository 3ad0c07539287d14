package dev.octet.engine.runtime.kernel;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Uses;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Finds the parts of a quantized graph that run in floating point, and why they do. */
public final class Islands {

    /**
     * A connected part that runs in floating point.
     *
     * @param nodes its executed nodes, in order
     * @param conversions number of quantizing and dequantizing nodes at its shores
     * @param reasons why, one for each distinct kind of node in it
     */
    public record Island(List<Node> nodes, int conversions, List<String> reasons) {
        public Island {
            nodes = List.copyOf(nodes);
            reasons = List.copyOf(reasons);
        }
    }

    private final IdentityHashMap<Node, Arithmetic> kinds;
    private final Function<Node, List<Node>> origins;
    private final Uses file;
    private final IdentityHashMap<Node, List<Node>> neighbours = new IdentityHashMap<>();

    private Islands(
            Graph executed, IdentityHashMap<Node, Arithmetic> kinds, Function<Node, List<Node>> origins, Uses file) {
        this.kinds = kinds;
        this.origins = origins;
        this.file = file;
        Map<String, Node> producers = new HashMap<>();
        for (Node node : executed.nodes()) {
            for (String input : node.inputs()) {
                Node producer = producers.get(input);
                if (producer != null) {
                    neighbours.computeIfAbsent(node, _ -> new ArrayList<>()).add(producer);
                    neighbours.computeIfAbsent(producer, _ -> new ArrayList<>()).add(node);
                }
            }
            node.outputs().forEach(output -> producers.put(output, node));
            producers.remove("");
        }
    }

    /**
     * The islands of {@code executed}, in order; none where nothing in it is quantized.
     *
     * @param kinds of its nodes
     * @param origins the nodes of the file that a node stands for
     * @param file who makes and uses the file's values
     */
    public static List<Island> find(
            Graph executed, IdentityHashMap<Node, Arithmetic> kinds, Function<Node, List<Node>> origins, Uses file) {
        boolean quantized =
                kinds.values().stream().anyMatch(kind -> kind == Arithmetic.INTEGER || kind == Arithmetic.CONVERSION);
        if (!quantized) {
            return List.of();
        }
        Islands islands = new Islands(executed, kinds, origins, file);
        Set<Node> seen = identitySet();
        List<Island> found = new ArrayList<>();
        for (Node node : executed.nodes()) {
            if (kinds.get(node) == Arithmetic.FLOAT && !seen.contains(node)) {
                found.add(islands.from(node, seen, executed));
            }
        }
        return found;
    }

    private Island from(Node start, Set<Node> seen, Graph executed) {
        Set<Node> part = identitySet();
        Set<Node> shore = identitySet();
        Deque<Node> open = new ArrayDeque<>(List.of(start));
        part.add(start);
        while (!open.isEmpty()) {
            for (Node next : neighbours.getOrDefault(open.pop(), List.of())) {
                if (kinds.get(next) == Arithmetic.CONVERSION) {
                    shore.add(next);
                } else if (kinds.get(next) == Arithmetic.FLOAT && part.add(next)) {
                    open.push(next);
                }
            }
        }
        seen.addAll(part);
        List<Node> ordered = executed.nodes().stream().filter(part::contains).toList();
        List<Node> ofTheFile =
                ordered.stream().filter(node -> !origins.apply(node).isEmpty()).toList();
        List<Node> computing =
                ofTheFile.stream().filter(node -> !Kernels.onlyMoves(node)).toList();
        List<String> reasons = (computing.isEmpty() ? ofTheFile : computing)
                .stream().map(this::reason).distinct().toList();
        return new Island(ordered, shore.size(), reasons.isEmpty() ? List.of("put in by the runtime") : reasons);
    }

    /** Why {@code node} does not run on integers, with the operator that the file calls it by. */
    private String reason(Node node) {
        List<Node> stoodFor = origins.apply(node);
        Node main = main(node, stoodFor);
        if (!Kernels.isFusible(main)) {
            return main.op() + " has no INT8 kernel in the runtime";
        }
        boolean dequantizes = file.producer(main.input(0))
                .filter(from -> from.op().equals("DequantizeLinear"))
                .isPresent();
        boolean quantizes = file.consumers(stoodFor.getLast().id()).stream()
                .anyMatch(to -> to.op().equals("QuantizeLinear"));
        if (!dequantizes && !quantizes) {
            return main.op() + " is left in floating point by the file";
        }
        if (dequantizes && quantizes) {
            return main.op() + " is quantized in the file, but the runtime has no INT8 kernel for this use of it";
        }
        return main.op()
                + (dequantizes
                        ? " has quantized inputs but no quantized output"
                        : " has inputs that are not quantized");
    }

    /** What a person would call {@code node} by: the product in it, else the operator it is, else the last it stands for. */
    private static Node main(Node node, List<Node> stoodFor) {
        List<Node> candidates = stoodFor.stream()
                .filter(origin -> !Kernels.isConversion(origin))
                .toList();
        return candidates.stream()
                .filter(Kernels::multiplies)
                .findFirst()
                .or(() -> candidates.stream()
                        .filter(origin -> origin.op().equals(node.op()))
                        .findFirst())
                .orElse(candidates.isEmpty() ? node : candidates.getLast());
    }

    private static Set<Node> identitySet() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }
}
