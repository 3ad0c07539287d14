package dev.octet.engine.plan;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.plan.NodeDecision.Choice;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides for all nodes at once which run on integers, at the least total time.
 *
 * <p>Each node is labelled INT8 (source) or float (sink); it costs its own time under that label. A value costs one
 * QuantizeLinear where a float producer has an INT8 consumer, one DequantizeLinear where an INT8 producer has a float consumer,
 * however many they are: an auxiliary vertex a value and direction, tied to the consumers. Such a labelling is a minimum s-t
 * cut, so the result is the optimum for the given costs (Greig, Porteous and Seheult 1989, "Exact maximum a posteriori
 * estimation for binary images").
 */
public final class PlaceByMinimumCut {

    private final Graph graph;
    private final Uses uses;
    private final CostModel costs;
    private final Work work;
    private final Map<String, Rule> rules = new LinkedHashMap<>();
    private final Map<String, Integer> vertices = new LinkedHashMap<>();

    private PlaceByMinimumCut(Graph graph, Uses uses, CostModel costs) {
        this.graph = graph;
        this.uses = uses;
        this.costs = costs;
        this.work = new Work(graph);
    }

    /**
     * The cheapest placement.
     *
     * @param graph with the types of its values
     * @param excluded names that have to stay in floating point, as {@link Exclusions} reads them
     * @param operators operator types that may be quantized; empty for all
     */
    public static Placement place(
            Graph graph, Uses uses, CostModel costs, Set<String> excluded, Set<String> operators) {
        PlaceByMinimumCut cut = new PlaceByMinimumCut(graph, uses, costs);
        OperatorRules operatorRules = new OperatorRules(graph, uses);
        Exclusions exclusions = new Exclusions(excluded);
        for (Node node : graph.nodes()) {
            Rule rule = operatorRules.rule(node);
            if (exclusions.cover(node)) {
                rule = Rule.floating("excluded by the request");
            } else if (isLeftOut(node, rule, operators)) {
                rule = Rule.floating("not among the operator types of the request");
            } else if (rule.role() == Role.CLAMP && !cut.clampsItsProducer(node)) {
                rule = Rule.floating("what it clamps is written by an operator that stays in floating point or has no"
                        + " encoding of its own");
            }
            cut.rules.put(node.id(), rule);
        }
        return cut.solve();
    }

    /** Whether the request leaves the operator type out; a clamp goes with what it clamps. */
    private static boolean isLeftOut(Node node, Rule rule, Set<String> operators) {
        return !operators.isEmpty()
                && rule.quantizable()
                && rule.role() != Role.CLAMP
                && !operators.contains(node.op());
    }

    private Placement solve() {
        MinimumCut network = new MinimumCut();
        for (Node node : graph.nodes()) {
            vertices.put(node.id(), network.addVertex());
        }
        for (Node node : graph.nodes()) {
            addOwnCosts(network, node);
            addOutputCosts(network, node);
        }
        graph.requiredInputs().forEach(input -> addInputCosts(network, input.name()));
        boolean[] quantized = network.solve();
        Map<String, NodeDecision> decisions = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            decisions.put(node.id(), decision(node, quantized[vertex(node)]));
        }
        return new Placement(rules, decisions);
    }

    private void addOwnCosts(MinimumCut network, Node node) {
        Rule rule = rule(node);
        switch (rule.role()) {
            case FLOAT, RECURRENT -> network.addChoice(vertex(node), Double.POSITIVE_INFINITY, 0);
            // A table of rows is read in 8 bits for its size; it changes no neighbour's precision.
            case TABLE -> network.addChoice(vertex(node), Double.POSITIVE_INFINITY, 0);
            case CLAMP -> {
                int producer = vertex(uses.producer(node.input(0)).orElseThrow());
                network.addEdge(vertex(node), producer, Double.POSITIVE_INFINITY);
                network.addEdge(producer, vertex(node), Double.POSITIVE_INFINITY);
            }
            case ARITHMETIC -> {
                network.addChoice(vertex(node), costs.int8Nanos(node), costs.floatNanos(node));
                tieToProducers(network, node);
            }
            case COMPUTE, COMPUTE_FLOAT_OUT, MOVEMENT, CONCAT ->
                network.addChoice(vertex(node), costs.int8Nanos(node), costs.floatNanos(node));
        }
    }

    /**
     * Keeps arithmetic in floating point unless what it reads is on integers already: alone it loses accuracy, above all where a
     * mask of huge values is added, and rarely saves time. For Mul the larger factor decides, since the smaller is often a gate.
     */
    private void tieToProducers(MinimumCut network, Node node) {
        List<String> inputs = node.is("Mul")
                ? List.of(work.elements(node.input(0)) >= work.elements(node.input(1)) ? node.input(0) : node.input(1))
                : rule(node).activations().stream().map(node::input).toList();
        for (String input : inputs) {
            Optional<Node> producer = uses.producer(input);
            if (producer.isPresent()) {
                network.addEdge(vertex(node), vertex(producer.get()), Double.POSITIVE_INFINITY);
            } else {
                network.addChoice(vertex(node), Double.POSITIVE_INFINITY, 0);
            }
        }
    }

    private boolean clampsItsProducer(Node clamp) {
        return uses.producer(clamp.input(0))
                .map(producer -> switch (rule(producer).role()) {
                    case COMPUTE, COMPUTE_FLOAT_OUT, ARITHMETIC -> true;
                    case CLAMP, MOVEMENT, CONCAT, TABLE, RECURRENT, FLOAT -> false;
                })
                .orElse(false);
    }

    private void addOutputCosts(MinimumCut network, Node producer) {
        for (String value : producer.outputs()) {
            if (value.isEmpty()) {
                continue;
            }
            List<Node> consumers = uses.consumers(value);
            boolean leaves = graph.isOutput(value) || uses.isCaptured(value);
            boolean clamped =
                    consumers.size() == 1 && rule(consumers.getFirst()).role() == Role.CLAMP;
            if ((consumers.isEmpty() && !leaves) || clamped) {
                continue;
            }
            int quantize = network.addVertex();
            network.addEdge(quantize, vertex(producer), costs.quantizeNanos(value));
            int dequantize = network.addVertex();
            boolean freeFloatOutput = rule(producer).role() == Role.COMPUTE_FLOAT_OUT;
            network.addEdge(vertex(producer), dequantize, freeFloatOutput ? 0 : costs.dequantizeNanos(value));
            for (Node consumer : consumers) {
                if (takesQuantized(consumer, value)) {
                    network.addEdge(vertex(consumer), quantize, Double.POSITIVE_INFINITY);
                }
                network.addEdge(dequantize, vertex(consumer), Double.POSITIVE_INFINITY);
            }
            if (leaves) {
                network.addChoice(dequantize, Double.POSITIVE_INFINITY, 0);
            }
        }
    }

    private void addInputCosts(MinimumCut network, String input) {
        int quantize = network.addVertex();
        network.addChoice(quantize, costs.quantizeNanos(input), 0);
        uses.consumers(input).stream()
                .filter(consumer -> takesQuantized(consumer, input))
                .forEach(consumer -> network.addEdge(vertex(consumer), quantize, Double.POSITIVE_INFINITY));
    }

    private boolean takesQuantized(Node consumer, String value) {
        return rule(consumer).activations().stream()
                .anyMatch(i -> consumer.input(i).equals(value));
    }

    private NodeDecision decision(Node node, boolean quantized) {
        Rule rule = rule(node);
        if (rule.role() == Role.TABLE) {
            return new NodeDecision(Choice.QUANTIZED, "its rows are read in 8 bits, one scale a row");
        }
        if (!rule.quantizable()) {
            return new NodeDecision(Choice.FLOAT, rule.reason());
        }
        if (!quantized) {
            return new NodeDecision(Choice.FLOAT, "between its neighbours, integers would lose accuracy or time");
        }
        return rule.role() == Role.CLAMP
                ? new NodeDecision(Choice.FUSED, "the encoding before it clamps at zero already")
                : new NodeDecision(Choice.QUANTIZED, "integers save time here");
    }

    private Rule rule(Node node) {
        return rules.getOrDefault(node.id(), Rule.floating("produces nothing"));
    }

    private int vertex(Node node) {
        return vertices.getOrDefault(node.id(), 0);
    }
}
