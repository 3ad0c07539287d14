package dev.octet.engine.runtime.kernel;

import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.ValueType;
import dev.octet.engine.graph.ValueType.TensorType;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The multiply-accumulates of a node, from shapes.
 *
 * <p>A dimension that is not known counts as 1, so that with free sizes the figure is that of one sample and one position: good
 * for shares, not for predicting time. Operators other than convolutions, matrix products, attention and recurrent layers count
 * as none.
 */
public final class MultiplyAccumulates {

    private final Function<String, @Nullable ValueType> types;

    /** Counts with what {@code types} knows of values, by name. */
    public MultiplyAccumulates(Function<String, @Nullable ValueType> types) {
        this.types = types;
    }

    /** The number of multiply-accumulates of one run of {@code node}; 0 where it has none. */
    public long of(Node node) {
        return switch (node.op()) {
            case "Conv", "FusedConv", "NhwcFusedConv", "ConvInteger" -> convolution(node, node.input(1));
            case "QLinearConv" -> convolution(node, node.input(3));
            case "ConvTranspose" -> elements(node.input(0)) * tail(node.input(1));
            case "QLinearConvTranspose" -> elements(node.input(0)) * tail(node.input(3));
            case "Gemm", "FusedGemm", "QGemm" ->
                elements(node.output(0)) * fromEnd(node.input(0), node.intAttribute("transA", 0) == 0 ? 1 : 2);
            case "MatMul",
                    "FusedMatMul",
                    "MatMulInteger",
                    "MatMulIntegerToFloat",
                    "DynamicQuantizeMatMul",
                    "QLinearMatMul",
                    "MatMulNBits" ->
                elements(node.output(0)) * fromEnd(node.input(0), node.intAttribute("transA", 0) == 0 ? 1 : 2);
            case "Attention", "QAttention" -> attention(node);
            case "LSTM", "GRU", "RNN", "DynamicQuantizeLSTM" -> recurrent(node);
            default -> 0;
        };
    }

    private long convolution(Node node, String weight) {
        return elements(node.output(0)) * tail(weight);
    }

    /** Projections to query, key and value by one weight [D, 3H], then two products of S×S. */
    private long attention(Node node) {
        if (!node.domain().equals("com.microsoft")) {
            return 0;
        }
        long rows = elements(node.input(0)) / Math.max(1, fromEnd(node.input(0), 1));
        long positions = fromEnd(node.input(0), 2);
        return rows * elements(node.input(1)) + 2 * rows * positions * fromEnd(node.output(0), 1);
    }

    /** Input X [steps, batch, features], weights W and R used once a step. */
    private long recurrent(Node node) {
        long steps = elements(node.input(0)) / Math.max(1, fromEnd(node.input(0), 1));
        return steps * (elements(node.input(1)) + elements(node.input(2)));
    }

    private List<Dim> shape(String value) {
        return types.apply(value) instanceof TensorType tensor && tensor.shape() != null ? tensor.shape() : List.of();
    }

    private static long size(Dim dim) {
        return dim.isKnown() ? dim.size() : 1;
    }

    private long elements(String value) {
        return shape(value).stream().mapToLong(MultiplyAccumulates::size).reduce(1, (a, b) -> a * b);
    }

    /** The product of all dimensions but the first. */
    private long tail(String value) {
        return shape(value).stream()
                .skip(1)
                .mapToLong(MultiplyAccumulates::size)
                .reduce(1, (a, b) -> a * b);
    }

    private long fromEnd(String value, int place) {
        List<Dim> shape = shape(value);
        return shape.size() < place ? 1 : size(shape.get(shape.size() - place));
    }
}
