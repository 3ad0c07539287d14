package dev.octet.engine.plan;

import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.ValueType.TensorType;
import java.util.List;

/** How much a node has to do: elements and multiply-accumulates, from shapes. */
public final class Work {

    private final Graph graph;

    /** Over a graph whose {@link Graph#types()} hold the shapes of its values; unknown dimensions count as 1. */
    public Work(Graph graph) {
        this.graph = graph;
    }

    /** Number of elements of {@code value}; 0 where it is no tensor of known rank. */
    public long elements(String value) {
        return graph.typeOf(value) instanceof TensorType(var _, List<Dim> shape) && shape != null
                ? shape.stream().mapToLong(d -> d.isKnown() ? d.size() : 1).reduce(1, Math::multiplyExact)
                : 0;
    }

    /** Multiply-accumulates of a Conv, ConvTranspose, Gemm, MatMul or LSTM; 0 for every other node. */
    public long macs(Node node) {
        return switch (node.op()) {
            case "Conv" -> elements(node.output(0)) * perOutput(node.input(1));
            case "ConvTranspose" -> elements(node.input(0)) * perOutput(node.input(1));
            case "Gemm" -> elements(node.output(0)) * last(node.input(0), node.intAttribute("transA", 0) != 0);
            case "MatMul" -> elements(node.output(0)) * last(node.input(0), false);
            case "LSTM" ->
                elements(node.input(0))
                        / Math.max(1, last(node.input(0), false))
                        * (constants(node.input(1)) + constants(node.input(2)));
            default -> 0;
        };
    }

    private long constants(String value) {
        return graph.constant(value).map(Tensor::elements).orElse(0L);
    }

    /** Input channels that each group of a Conv reads. */
    public long channelsPerGroup(Node conv) {
        return graph.constant(conv.input(1)).map(w -> w.dim(1)).orElse(1L);
    }

    /** Products that each output element of a Conv sums. */
    public long sumLength(Node conv) {
        return Math.max(1, perOutput(conv.input(1)));
    }

    /** Output channels of a Conv. */
    public long outputChannels(Node conv) {
        return Math.max(1, graph.constant(conv.input(1)).map(w -> w.dim(0)).orElse(1L));
    }

    private long perOutput(String weights) {
        return graph.constant(weights)
                .filter(w -> w.rank() > 1 && w.dim(0) > 0)
                .map(Tensor::elements)
                .map(n -> n / graph.constant(weights).orElseThrow().dim(0))
                .orElse(0L);
    }

    private long last(String value, boolean first) {
        if (graph.typeOf(value) instanceof TensorType(var _, List<Dim> shape) && shape != null && !shape.isEmpty()) {
            Dim dim = first ? shape.getFirst() : shape.getLast();
            return dim.isKnown() ? dim.size() : 1;
        }
        return 0;
    }
}
