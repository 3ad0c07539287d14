package dev.octet.engine.plan;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.plan.NodeDecision.Choice;
import org.assertj.core.api.AbstractAssert;

/** Says what a placement does with each node: {@code assertThatPlacement(p, g).quantizes("c1").keepsFloat("y")}. */
public final class PlacementAssert extends AbstractAssert<PlacementAssert, Placement> {

    private final Graph graph;

    private PlacementAssert(Placement placement, Graph graph) {
        super(placement, PlacementAssert.class);
        this.graph = graph;
    }

    public static PlacementAssert assertThatPlacement(Placement placement, Graph graph) {
        return new PlacementAssert(placement, graph);
    }

    public PlacementAssert quantizes(String... nodes) {
        return decides(Choice.QUANTIZED, nodes);
    }

    public PlacementAssert fuses(String... nodes) {
        return decides(Choice.FUSED, nodes);
    }

    public PlacementAssert keepsFloat(String... nodes) {
        return decides(Choice.FLOAT, nodes);
    }

    /** The node stays in floating point, and the reason holds {@code words}. */
    public PlacementAssert keepsFloatBecause(String node, String words) {
        keepsFloat(node);
        return because(node, words);
    }

    /** The node runs on integers, and the reason holds {@code words}. */
    public PlacementAssert quantizesBecause(String node, String words) {
        quantizes(node);
        return because(node, words);
    }

    private PlacementAssert because(String node, String words) {
        String reason = actual.decisions().get(id(node)).reason();
        if (!reason.contains(words)) {
            failWithMessage("%s is so because <%s>, expected words <%s>", node, reason, words);
        }
        return this;
    }

    private PlacementAssert decides(Choice choice, String... nodes) {
        for (String node : nodes) {
            NodeDecision decision = actual.decisions().get(id(node));
            if (decision == null || decision.choice() != choice) {
                failWithMessage("expected %s for %s, the placement is:%n%s", choice, node, actual.decisions());
            }
        }
        return this;
    }

    private String id(String node) {
        return graph.nodes().stream()
                .filter(n -> n.name().equals(node))
                .map(Node::id)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no node " + node));
    }
}
