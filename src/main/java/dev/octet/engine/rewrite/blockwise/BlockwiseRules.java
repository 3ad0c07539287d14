package dev.octet.engine.rewrite.blockwise;

import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.ValueType.TensorType;
import dev.octet.engine.plan.WeightAxis;
import dev.octet.engine.scheme.BlockFormat;
import dev.octet.engine.scheme.ElementType;
import java.util.List;
import java.util.Optional;

/**
 * Which nodes ONNX Runtime can compute from weights in blocks, and why the others can't be.
 *
 * <p>MatMulNBits takes products of an activation of two dimensions or more by a constant matrix, GatherBlockQuantized reads rows of a
 * constant table. There is no such kernel for convolutions or recurrent layers.
 */
public final class BlockwiseRules {

    private final Graph graph;
    private final BlockFormat format;

    public BlockwiseRules(Graph graph, BlockFormat format) {
        this.graph = graph;
        this.format = format;
    }

    /** Why {@code node} keeps its weights in floating point; empty where it need not. */
    public Optional<String> obstacle(Node node) {
        if (!node.domain().isEmpty()) {
            return Optional.of("operators of the domain " + node.domain() + " stay in floating point");
        }
        return switch (node.op()) {
            case "MatMul" -> product(node);
            case "Gemm" -> gemm(node);
            case "Gather" -> table(node);
            case "Conv", "ConvTranspose" ->
                Optional.of("no block-wise kernel for convolutions; choose STATIC for those");
            case "LSTM", "GRU", "RNN" -> Optional.of("no block-wise kernel for recurrent layers");
            case "If", "Loop", "Scan" -> Optional.of("the graphs inside " + node.op() + " stay in floating point");
            default -> Optional.of("has no weights to multiply by");
        };
    }

    /** The weights of a node without {@link #obstacle}, as output channels by input channels. */
    public WeightMatrix weights(Node node) {
        return matrix(node).orElseThrow();
    }

    private Optional<WeightMatrix> matrix(Node node) {
        String name = node.input(WeightAxis.input(node));
        boolean columnsFirst = node.is("MatMul") || (node.is("Gemm") && node.intAttribute("transB", 0) == 0);
        return graph.constant(name)
                .filter(t -> t.type() == ElementType.FLOAT && t.rank() == 2 && t.elements() > 0)
                .map(t -> new WeightMatrix(name, t, columnsFirst));
    }

    private Optional<String> product(Node node) {
        if (graph.constant(node.input(0)).isPresent()) {
            return Optional.of("its weights stand on the left, where there is no block-wise kernel");
        }
        Optional<Tensor> weights = graph.constant(node.input(1));
        if (weights.isEmpty()) {
            return Optional.of("multiplies two activations; it has no weights");
        }
        if (!(graph.typeOf(node.input(0)) instanceof TensorType(var _, List<Dim> shape))
                || shape == null
                || shape.size() < 2) {
            return Optional.of("multiplies a vector, or something of unknown rank");
        }
        return matrix(node).isEmpty() ? Optional.of(shapeless(weights.get())) : size(node);
    }

    private Optional<String> gemm(Node node) {
        Optional<Tensor> weights = graph.constant(node.input(1));
        if (weights.isEmpty() || node.intAttribute("transA", 0) != 0) {
            return Optional.of("its second factor is not constant or its first is transposed");
        }
        if (node.floatAttribute("alpha", 1) != 1 || (node.hasInput(2) && node.floatAttribute("beta", 1) != 1)) {
            return Optional.of("alpha and beta other than 1 have no block-wise kernel");
        }
        return matrix(node).isEmpty() ? Optional.of(shapeless(weights.get())) : size(node);
    }

    private Optional<String> table(Node node) {
        Optional<Tensor> table = graph.constant(node.input(0));
        if (table.isEmpty()) {
            return Optional.of("selects from an activation; it has no weights");
        }
        if (matrix(node).isEmpty() || node.intAttribute("axis", 0) != 0) {
            return Optional.of("selects from a constant that is no table of rows in 32-bit floats");
        }
        return size(node);
    }

    private static String shapeless(Tensor weights) {
        return "its weights are " + weights + "; block-wise kernels take a matrix of 32-bit floats";
    }

    private Optional<String> size(Node node) {
        WeightMatrix weights = weights(node);
        return format.bytes(weights.rows(), weights.columns())
                        >= weights.tensor().data().byteSize()
                ? Optional.of("its blocks would take more room than its floats")
                : Optional.empty();
    }
}
