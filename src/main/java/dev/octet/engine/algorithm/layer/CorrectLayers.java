package dev.octet.engine.algorithm.layer;

import dev.octet.engine.algorithm.Activations;
import dev.octet.engine.algorithm.Corrected;
import dev.octet.engine.algorithm.EncodeWeights;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.plan.QuantizationPlan;
import dev.octet.engine.plan.Rule;
import dev.octet.engine.plan.Work;
import dev.octet.engine.rewrite.InsertQdq;
import dev.octet.engine.rewrite.equalize.WeightLayout;
import dev.octet.engine.scheme.Encoding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Goes through the layers of a network from front to back, each corrected for what really reaches it.
 *
 * <p>Layers at the same depth are done together: one run of the float model and one of the quantized model, with all corrections made
 * so far, show what each of them reads in either.
 */
final class CorrectLayers {

    private static final int LEAST_ROWS = 1024;
    private static final int MOST_ROWS = 8192;
    private static final int ROWS_PER_WEIGHT = 4;

    /** Numbers kept of one layer in one model. */
    private static final int MOST_NUMBERS = 8 << 20;

    /** Numbers of one sample that are looked at in one run of the float model; more layers take as many runs. */
    private static final double MOST_READ = 4 << 20;

    /** Runs of the models; deeper networks are corrected in as many stretches. */
    private static final int MOST_STAGES = 48;

    private final Model reference;
    private final Activations activations;
    private final Optional<LayerMethod> method;
    private final List<String> notes = new ArrayList<>();
    private Model model;
    private QuantizationPlan plan;

    private CorrectLayers(Model model, QuantizationPlan plan, Activations activations, Optional<LayerMethod> method) {
        this.reference = model;
        this.model = model;
        this.plan = plan;
        this.activations = activations;
        this.method = method;
    }

    /** The model and plan with every layer corrected that can be, its weights rounded by {@code method}, else to the nearest. */
    static Corrected perform(
            Model model, QuantizationPlan plan, Activations activations, Optional<LayerMethod> method) {
        CorrectLayers correct = new CorrectLayers(model, plan, activations, method);
        List<List<String>> stages = correct.stages();
        for (int from = 0; from < stages.size(); ) {
            from = correct.run(stages, from);
        }
        return new Corrected(correct.model, correct.plan, correct.notes);
    }

    /** Ids of layers by depth: the number of layers on the longest way from an input. */
    private List<List<String>> stages() {
        Graph graph = reference.graph();
        Uses uses = Uses.of(graph);
        Map<String, Integer> depths = new HashMap<>();
        TreeMap<Integer, List<String>> byDepth = new TreeMap<>();
        for (Node node : graph.nodes()) {
            int depth = node.inputs().stream()
                    .mapToInt(input -> depths.getOrDefault(input, 0))
                    .max()
                    .orElse(0);
            if (isCorrectable(graph, uses, node)) {
                byDepth.computeIfAbsent(depth, _ -> new ArrayList<>()).add(node.id());
                depth++;
            }
            for (String output : node.outputs()) {
                depths.put(output, depth);
            }
        }
        int together = Math.ceilDiv(byDepth.size(), MOST_STAGES);
        List<List<String>> stages = new ArrayList<>();
        int i = 0;
        for (List<String> layers : byDepth.values()) {
            if (i++ % Math.max(1, together) == 0) {
                stages.add(new ArrayList<>());
            }
            stages.getLast().addAll(layers);
        }
        return stages;
    }

    private boolean isCorrectable(Graph graph, Uses uses, Node node) {
        Rule rule = plan.placement().rule(node);
        if (!plan.placement().isQuantized(node)
                || !rule.isCompute()
                || plan.activation(node.input(0)).isEmpty()
                || plan.weight(node).isEmpty()) {
            return false;
        }
        if (uses.consumers(node.input(1)).size() > 1) {
            notes.add("skipped " + node.label() + ": another node uses its weights too");
            return false;
        }
        if (Patches.of(graph, node).isEmpty()
                || LayerConstants.of(graph, uses, node).isEmpty()) {
            notes.add("skipped " + node.label() + ": it has no place for a bias");
            return false;
        }
        return true;
    }

    /** Corrects the stages from {@code from} on whose float inputs can be looked at in one run; where to go on. */
    private int run(List<List<String>> stages, int from) {
        Work work = new Work(reference.graph());
        List<Node> layers = new ArrayList<>();
        Set<String> read = new LinkedHashSet<>();
        int to = from;
        while (to < stages.size()) {
            List<Node> next = layers(stages.get(to));
            next.forEach(layer -> read.add(layer.input(0)));
            if (to > from && read.stream().mapToDouble(work::elements).sum() > MOST_READ) {
                break;
            }
            layers.addAll(next);
            to++;
        }
        Map<String, LayerRows> exact = rows(reference, layers, false);
        for (int i = from; i < to; i++) {
            stage(layers(stages.get(i)), exact);
        }
        return to;
    }

    private List<Node> layers(List<String> ids) {
        return reference.graph().nodes().stream()
                .filter(node -> ids.contains(node.id()))
                .toList();
    }

    private void stage(List<Node> layers, Map<String, LayerRows> exact) {
        Graph graph = model.graph();
        Set<String> computed = new LinkedHashSet<>();
        layers.forEach(layer -> computed.add(layer.input(0)));
        graph.requiredInputs().forEach(input -> computed.remove(input.name()));
        Model quantized = computed.isEmpty() ? model : InsertQdq.instrumented(model, plan, computed);
        Map<String, LayerRows> reached = rows(quantized, layers, true);
        for (Node layer : layers) {
            LayerRows before = exact.get(layer.id());
            LayerRows now = reached.get(layer.id());
            if (before != null && now != null && before.count() == now.count() && now.count() > 1) {
                correct(layer.id(), before, now);
            }
        }
    }

    private int most(Node layer, Patches patches) {
        int each = WeightLayout.of(reference.graph(), layer).orElseThrow().perOutput();
        int wanted = Math.clamp((long) ROWS_PER_WEIGHT * each, LEAST_ROWS, MOST_ROWS);
        return Math.max(1, Math.min(wanted, MOST_NUMBERS / patches.width()));
    }

    /** What each layer reads in {@code of}; encoded as the plan has it, and kept where the method asks for it, if {@code quantized}. */
    private Map<String, LayerRows> rows(Model of, List<Node> layers, boolean quantized) {
        Map<String, LayerRows> rows = new LinkedHashMap<>();
        Map<String, List<LayerRows>> byInput = new LinkedHashMap<>();
        for (Node layer : layers) {
            Patches patches = Patches.of(reference.graph(), layer).orElseThrow();
            LayerRows drawn = new LayerRows(
                    patches,
                    activations.samples(),
                    most(layer, patches),
                    quantized ? plan.activation(layer.input(0)).orElseThrow() : null,
                    quantized && method.isPresent());
            rows.put(layer.id(), drawn);
            byInput.computeIfAbsent(layer.input(0), _ -> new ArrayList<>()).add(drawn);
        }
        activations.run(
                of,
                byInput.keySet(),
                (value, first, shape, values) ->
                        byInput.getOrDefault(value, List.of()).forEach(each -> each.accept(first, shape, values)));
        return rows;
    }

    private void correct(String id, LayerRows exact, LayerRows reached) {
        Graph graph = model.graph();
        Node node = node(graph, id);
        Uses uses = Uses.of(graph);
        LayerConstants constants = LayerConstants.of(graph, uses, node).orElseThrow();
        WeightLayout layout = WeightLayout.of(graph, node).orElseThrow();
        Encoding encoding = plan.weight(node).orElseThrow();
        Optional<float[]> rounded =
                method.map(method -> method.rounded(constants.weights(), layout, encoding, reached));
        float[] grid = GridPoints.of(rounded.orElse(constants.weights()), layout, encoding);
        float[] bias = MeanError.bias(constants.weights(), constants.bias(), exact, grid, reached, layout);
        // The plan rounds to the nearest: weights to be rounded otherwise are put on their grid points.
        model = model.withGraph(constants.in(graph, rounded.map(_ -> grid), bias));
        Map<String, Encoding> weights = new LinkedHashMap<>(plan.weights());
        weights.put(id, widened(model.graph(), id, encoding));
        plan = new QuantizationPlan(plan.placement(), plan.groups(), plan.activations(), weights);
    }

    /** {@code encoding}, or a wider one where the new bias would leave INT32. */
    private Encoding widened(Graph graph, String id, Encoding encoding) {
        Node node = node(graph, id);
        float scale = plan.activation(node.input(0)).orElseThrow().scale(0);
        return node.hasInput(2)
                ? EncodeWeights.widenedForBias(
                        encoding, graph.constant(node.input(2)).orElseThrow().toFloats(), scale)
                : encoding;
    }

    private static Node node(Graph graph, String id) {
        return graph.nodes().stream()
                .filter(node -> node.id().equals(id))
                .findFirst()
                .orElseThrow();
    }
}
