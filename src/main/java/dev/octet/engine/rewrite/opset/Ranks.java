package dev.octet.engine.rewrite.opset;

import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.graph.ValueType;
import java.util.List;

/**
 * Numbers of dimensions where inference gives up.
 *
 * <p>A Reshape to a computed shape has as many dimensions as that shape has elements, which is mostly known.
 */
final class Ranks {

    /** How many operations it looks back. */
    private static final int DEPTH = 8;

    private Ranks() {}

    /** The number of dimensions of {@code value}, or -1 where it is not known. */
    static int of(Graph graph, Uses uses, String value) {
        return of(graph, uses, value, DEPTH);
    }

    private static int of(Graph graph, Uses uses, String value, int depth) {
        Node producer = uses.producer(value).orElse(null);
        if (graph.typeOf(value) instanceof ValueType.TensorType tensor
                && tensor.rank() >= 0
                && (producer == null || graph.types().containsKey(value))) {
            return tensor.rank();
        }
        if (producer == null || depth == 0 || !producer.domain().isEmpty()) {
            return -1;
        }
        return switch (producer.op()) {
            case "Relu", "Sigmoid", "Tanh", "Identity", "Cast", "Clip", "Dropout", "LeakyRelu", "Transpose" ->
                of(graph, uses, producer.input(0), depth - 1);
            case "Flatten", "Gemm" -> 2;
            case "Add", "Sub", "Mul", "Div" -> widest(graph, uses, producer, depth, 0);
            case "MatMul" -> widest(graph, uses, producer, depth, 2);
            case "Reshape" -> length(graph, producer.input(1));
            default -> -1;
        };
    }

    /** The larger rank of two inputs, if both are known and at least {@code least}. */
    private static int widest(Graph graph, Uses uses, Node node, int depth, int least) {
        int a = of(graph, uses, node.input(0), depth - 1);
        int b = of(graph, uses, node.input(1), depth - 1);
        return a >= least && b >= least ? Math.max(a, b) : -1;
    }

    private static int length(Graph graph, String shape) {
        List<Dim> dims = graph.typeOf(shape) instanceof ValueType.TensorType tensor ? tensor.shape() : null;
        return dims != null && dims.size() == 1 ? (int) dims.getFirst().size() : -1;
    }
}
