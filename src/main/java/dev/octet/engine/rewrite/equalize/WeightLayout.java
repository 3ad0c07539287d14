package dev.octet.engine.rewrite.equalize;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.scheme.ElementType;
import java.util.Optional;

/**
 * Which input and output channel each weight of a layer belongs to.
 *
 * <p>A Conv's weights are [out, in / groups, kernel…], a Gemm's or MatMul's [in, out], or [out, in] where a Gemm transposes them.
 *
 * @param groups of a Conv, else 1
 * @param outputs number of output channels
 * @param inputsPerGroup number of input channels that one output channel reads
 * @param kernel weights of one pair of channels
 * @param inputsFirst whether the weights are [in, out]
 */
public record WeightLayout(int groups, int outputs, int inputsPerGroup, int kernel, boolean inputsFirst) {

    /** The layout of the constant float weights of a Conv, Gemm or MatMul; empty where {@code node} is none, or scales its product. */
    public static Optional<WeightLayout> of(Graph graph, Node node) {
        Optional<Tensor> weights = graph.constant(node.input(1))
                .filter(w -> w.type() == ElementType.FLOAT && w.elements() > 0 && w.elements() <= Integer.MAX_VALUE);
        if (weights.isEmpty()) {
            return Optional.empty();
        }
        Tensor w = weights.get();
        int rows = w.rank() > 0 ? (int) w.dim(0) : 0;
        int columns = w.rank() > 1 ? (int) w.dim(1) : 0;
        if (node.is("Conv") && w.rank() >= 3) {
            int groups = Math.toIntExact(node.intAttribute("group", 1));
            return groups > 0 && rows % groups == 0
                    ? Optional.of(new WeightLayout(groups, rows, columns, (int) (w.elements() / rows / columns), false))
                    : Optional.empty();
        }
        if (w.rank() != 2) {
            return Optional.empty();
        }
        if (node.is("MatMul")) {
            return Optional.of(new WeightLayout(1, columns, rows, 1, true));
        }
        boolean plain = node.is("Gemm")
                && node.intAttribute("transA", 0) == 0
                && node.floatAttribute("alpha", 1) == 1
                && node.floatAttribute("beta", 1) == 1;
        if (!plain) {
            return Optional.empty();
        }
        return Optional.of(
                node.intAttribute("transB", 0) != 0
                        ? new WeightLayout(1, rows, columns, 1, false)
                        : new WeightLayout(1, columns, rows, 1, true));
    }

    /** Number of channels that the layer reads. */
    public int inputs() {
        return groups * inputsPerGroup;
    }

    /** Number of weights of one output channel. */
    public int perOutput() {
        return inputsPerGroup * kernel;
    }

    /** Position in the tensor of weight {@code k} of output channel {@code out}; {@code k} counts input channels, then the kernel. */
    public int index(int out, int k) {
        return inputsFirst ? k * outputs + out : out * perOutput() + k;
    }

    /** The output channel of the weight at {@code index}. */
    public int output(int index) {
        return inputsFirst ? index % outputs : index / perOutput();
    }

    /** The input channel of the weight at {@code index}. */
    public int input(int index) {
        if (inputsFirst) {
            return index / outputs;
        }
        int group = index / perOutput() / (outputs / groups);
        return group * inputsPerGroup + index / kernel % inputsPerGroup;
    }
}
