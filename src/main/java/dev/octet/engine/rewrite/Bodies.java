package dev.octet.engine.rewrite;

import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The graphs inside If, Loop and Scan nodes, rewritten in place. */
final class Bodies {

    private Bodies() {}

    /** The node with each of its bodies replaced by what {@code rewrite} makes of it; the same node where none changes. */
    static Node map(Node node, UnaryOperator<Graph> rewrite) {
        Node mapped = node;
        for (Map.Entry<String, Attribute> attribute : node.attributes().entrySet()) {
            if (attribute.getValue() instanceof Attribute.OfGraph(Graph body)) {
                Graph changed = rewrite.apply(body);
                if (!changed.equals(body)) {
                    mapped = mapped.withAttribute(attribute.getKey(), new Attribute.OfGraph(changed));
                }
            } else if (attribute.getValue() instanceof Attribute.OfGraphs(List<Graph> bodies)) {
                List<Graph> changed = bodies.stream().map(rewrite).toList();
                mapped = mapped.withAttribute(attribute.getKey(), new Attribute.OfGraphs(changed));
            }
        }
        return mapped;
    }
}
