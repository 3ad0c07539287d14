package dev.octet.engine.rewrite;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.GraphEditor;
import dev.octet.engine.graph.GraphRunner;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Rewrite;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.rewrite.constant.ResultBound;
import dev.octet.engine.rewrite.constant.ResultSize;
import dev.octet.engine.scheme.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Evaluates what depends on constants alone, once, by the runtime.
 *
 * <pre>
 * before:  W -> Transpose -> Cast -> w;  x, w -> MatMul -> y
 * after:   x, w -> MatMul -> y,  w among the initializers
 * </pre>
 *
 * <p>Only deterministic operators of ONNX's own domain without bodies. Left alone: what yields an output of the graph, results over
 * 64 MiB, and results that would make the file much larger: larger than four times what they were made from, or a second form
 * of a large constant that is also used as it is (tied embeddings stay tied). Equal results share one initializer.
 */
public final class FoldConstants implements Rewrite {

    /** Equal results above this share one initializer. */
    private static final long SHARED_BYTES = 1024;

    /** The next round folds what the bounds of the last did not yet allow; real models need one to three. */
    private static final int ROUNDS = 8;

    private final GraphRunner runner;

    public FoldConstants(GraphRunner runner) {
        this.runner = runner;
    }

    @Override
    public String title() {
        return "evaluate constant parts";
    }

    @Override
    public Result apply(Model model) {
        List<String> notes = new ArrayList<>();
        Map<String, String> refused = new LinkedHashMap<>();
        Model current = model;
        for (int i = 0; i < ROUNDS; i++) {
            Map<String, Tensor> results = evaluate(current, refused);
            if (results.isEmpty()) {
                break;
            }
            results.forEach((value, result) -> notes.add("evaluated " + value + " to " + result));
            current = current.withGraph(store(current.graph(), results));
        }
        refused.forEach((value, reason) -> notes.add("skipped " + value + ": " + reason));
        if (notes.isEmpty()) {
            notes.add("skipped: nothing depends on constants alone");
        }
        return new Result(current, notes);
    }

    /** The constant values that others need; again without those that turn out too large, until none does. */
    private Map<String, Tensor> evaluate(Model model, Map<String, String> refused) {
        Graph graph = model.graph();
        for (int i = 0; i < ROUNDS; i++) {
            Map<String, Node> producers = new LinkedHashMap<>();
            Set<Node> folding = constantNodes(graph, refused.keySet(), producers);
            Set<String> wanted = wanted(graph, folding);
            if (wanted.isEmpty()) {
                return Map.of();
            }
            Map<String, Tensor> results = runner.run(model.withGraph(part(graph, folding, wanted)), Map.of(), wanted);
            Map<String, String> objections = new LinkedHashMap<>();
            ResultSize size = new ResultSize(graph, folding, producers);
            results.forEach((value, result) ->
                    size.objection(value, result).ifPresent(reason -> objections.put(value, reason)));
            if (objections.isEmpty()) {
                return results;
            }
            refused.putAll(objections);
        }
        return Map.of();
    }

    /** The nodes that can be evaluated; {@code producers} gets their outputs. */
    private static Set<Node> constantNodes(Graph graph, Set<String> refused, Map<String, Node> producers) {
        Uses uses = Uses.of(graph);
        ResultBound bound = new ResultBound(graph);
        Set<Node> nodes = new LinkedHashSet<>();
        for (Node node : graph.nodes()) {
            boolean evaluates = node.domain().isEmpty()
                    && !node.inputs().isEmpty()
                    && node.subgraphs().isEmpty()
                    && node.inputs().stream()
                            .allMatch(i -> i.isEmpty() || producers.containsKey(i) || isNumeric(graph, i))
                    && node.outputs().stream().noneMatch(o -> uses.isOutput(o) || refused.contains(o));
            long elements = evaluates ? bound.of(node) : ResultBound.UNBOUNDED;
            if (elements <= ResultSize.LIMIT_BYTES / Float.BYTES) {
                nodes.add(node);
                node.outputs().forEach(o -> producers.put(o, node));
            }
        }
        return nodes;
    }

    private static boolean isNumeric(Graph graph, String value) {
        return graph.constant(value).filter(c -> c.type() != ElementType.STRING).isPresent();
    }

    /** The values of {@code folding} that others need. */
    private static Set<String> wanted(Graph graph, Set<Node> folding) {
        Uses uses = Uses.of(graph);
        Set<String> wanted = new LinkedHashSet<>();
        for (Node node : folding) {
            node.outputs().stream()
                    .filter(o -> !o.isEmpty())
                    .filter(o ->
                            uses.isCaptured(o) || uses.consumers(o).stream().anyMatch(c -> !folding.contains(c)))
                    .forEach(wanted::add);
        }
        return wanted;
    }

    /** The constant nodes as a graph of their own, without what {@code wanted} does not need. */
    private static Graph part(Graph graph, Set<Node> folding, Set<String> wanted) {
        Map<String, Node> producers = new HashMap<>();
        folding.forEach(node -> node.outputs().forEach(o -> producers.put(o, node)));
        Set<Node> needed = new HashSet<>();
        Map<String, Tensor> initializers = new LinkedHashMap<>();
        List<String> open = new ArrayList<>(wanted);
        while (!open.isEmpty()) {
            String value = open.removeLast();
            Node producer = producers.get(value);
            if (producer == null) {
                graph.constant(value).ifPresent(tensor -> initializers.put(value, tensor));
            } else if (needed.add(producer)) {
                open.addAll(producer.inputs());
            }
        }
        List<Node> nodes = graph.nodes().stream().filter(needed::contains).toList();
        return new Graph(graph.name(), List.of(), List.of(), nodes, initializers, graph.types());
    }

    /** The graph with the results as initializers; of equal results one is stored and serves all. */
    private static Graph store(Graph graph, Map<String, Tensor> results) {
        Map<String, Tensor> initializers = new LinkedHashMap<>(graph.initializers());
        Map<String, String> same = new LinkedHashMap<>();
        Map<Long, List<String>> bySize = new HashMap<>();
        results.forEach((value, tensor) -> {
            List<String> candidates = bySize.computeIfAbsent(tensor.data().byteSize(), _ -> new ArrayList<>());
            candidates.stream()
                    .filter(other -> equal(Objects.requireNonNull(results.get(other)), tensor))
                    .findFirst()
                    .ifPresentOrElse(other -> same.put(value, other), () -> {
                        candidates.add(value);
                        initializers.put(value, tensor);
                    });
        });
        List<Node> nodes = graph.nodes().stream()
                .filter(node -> node.outputs().stream().noneMatch(results::containsKey))
                .toList();
        GraphEditor editor =
                new GraphEditor(graph.withInitializers(initializers).withNodes(nodes));
        same.forEach(editor::redirect);
        return editor.build();
    }

    private static boolean equal(Tensor a, Tensor b) {
        return a.type() == b.type()
                && Arrays.equals(a.dims(), b.dims())
                && a.data().byteSize() >= SHARED_BYTES
                && a.data().mismatch(b.data()) < 0;
    }
}
