package dev.octet.engine.plan;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Uses;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which nodes run on integers and which in floating point, with the reasons.
 *
 * @param rules how each node may be quantized, by {@link Node#id()}
 * @param decisions what becomes of each node, by {@link Node#id()}, in the graph's order
 */
public record Placement(Map<String, Rule> rules, Map<String, NodeDecision> decisions) {

    public Placement {
        rules = Collections.unmodifiableMap(new LinkedHashMap<>(rules));
        decisions = Collections.unmodifiableMap(new LinkedHashMap<>(decisions));
    }

    public Rule rule(Node node) {
        return rules.getOrDefault(node.id(), Rule.floating("produces nothing"));
    }

    public boolean isQuantized(Node node) {
        NodeDecision decision = decisions.get(node.id());
        return decision != null && decision.isQuantized();
    }

    public boolean isFused(Node node) {
        NodeDecision decision = decisions.get(node.id());
        return decision != null && decision.choice() == NodeDecision.Choice.FUSED;
    }

    /** The value whose encoding is the output encoding of {@code node}: behind a fused clamp, if there is one. */
    public String encodedOutput(Node node, Uses uses) {
        List<Node> consumers = uses.consumers(node.output(0));
        return consumers.size() == 1 && isFused(consumers.getFirst())
                ? consumers.getFirst().output(0)
                : node.output(0);
    }

    /** The placement with one node moved to floating point for {@code reason}. */
    public Placement withFloat(String nodeId, String reason) {
        return with(nodeId, new NodeDecision(NodeDecision.Choice.FLOAT, reason));
    }

    /** The placement with another decision on one node. */
    public Placement with(String nodeId, NodeDecision decision) {
        Map<String, NodeDecision> changed = new LinkedHashMap<>(decisions);
        changed.put(nodeId, decision);
        return new Placement(rules, changed);
    }

    /** Whether any node of {@code graph} that multiplies by constant weights runs on integers. */
    public boolean quantizesWeights(Graph graph) {
        return graph.nodes().stream()
                .anyMatch(node -> isQuantized(node) && rule(node).isCompute());
    }
}
