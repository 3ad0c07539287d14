package dev.octet.engine.rewrite.opset;

import dev.octet.engine.graph.Node;
import java.util.List;

/** Says in a later operator version what a node says in an earlier one. */
@FunctionalInterface
interface Adapter {

    /** The nodes, in order, that compute the same; the node itself where it is refused through {@code scope}. */
    List<Node> adapt(Node node, Scope scope);
}
