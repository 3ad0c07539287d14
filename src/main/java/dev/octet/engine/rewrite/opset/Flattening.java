package dev.octet.engine.rewrite.opset;

import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Node;
import java.util.List;

/**
 * Softmax, LogSoftmax and Hardmax from 1 and 11 to 13.
 *
 * <p>Until version 12 they worked on the input flattened to two dimensions at {@code axis} (1 by default), from 13 on along the one
 * axis. For the last axis that is the same; else the flattening is written out:
 *
 * <pre>
 * before:  x -> Softmax(axis=a) -> y
 * after:   x -> Flatten(a) -> Softmax(axis=-1) -> f;  x -> Shape -> s;  f, s -> Reshape -> y
 * </pre>
 */
final class Flattening {

    private Flattening() {}

    static List<Node> adapt(Node node, Scope scope) {
        long axis = node.intAttribute("axis", 1);
        Node last = node.withAttribute("axis", Attribute.of(-1));
        int rank = scope.rank(node.input(0));
        if (axis == -1 || (rank >= 1 && axis == rank - 1)) {
            return List.of(last);
        }
        String y = node.output(0);
        String flat = scope.freshName(y + "_flat");
        String normalized = scope.freshName(y + "_flat_normalized");
        String shape = scope.freshName(y + "_shape");
        return List.of(
                Node.of(node.label() + "_shape", "Shape", List.of(node.input(0)), List.of(shape)),
                Node.of(node.label() + "_flatten", "Flatten", List.of(node.input(0)), List.of(flat))
                        .withAttribute("axis", Attribute.of(axis)),
                last.withInputs(List.of(flat)).withOutputs(List.of(normalized)),
                Node.of(node.label() + "_reshape", "Reshape", List.of(normalized, shape), List.of(y))
                        .withAttribute("allowzero", Attribute.of(1)));
    }
}
