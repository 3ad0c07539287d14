package dev.octet.engine.train.execute;

import dev.octet.engine.graph.Node;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.jspecify.annotations.Nullable;

/**
 * One node about to be computed.
 *
 * @param node what it is
 * @param inputs by position; null where an optional one is left out
 */
record Call(Node node, List<@Nullable Tensor> inputs) {

    /** Input {@code i}, which has to be there. */
    Tensor input(int i) {
        Tensor tensor = i < inputs.size() ? inputs.get(i) : null;
        if (tensor == null) {
            throw unsupported("has no input " + i);
        }
        return tensor;
    }

    boolean has(int i) {
        return i < inputs.size() && inputs.get(i) != null;
    }

    /** Input {@code i} as libtorch takes what may be left out. */
    TensorOptional optional(int i) {
        return has(i) ? new TensorOptional(input(i)) : new TensorOptional();
    }

    /** Input {@code i}, of integers, as numbers. */
    long[] longs(int i) {
        return Tensors.longs(input(i));
    }

    /** Input {@code i}, one number. */
    double number(int i) {
        return input(i).item_double();
    }

    /** The attribute {@code name}, or {@code size} times {@code otherwise}. */
    long[] ints(String name, int size, long otherwise) {
        List<Long> values = node.intsAttribute(name, List.of());
        long[] ints = new long[values.isEmpty() ? size : values.size()];
        for (int i = 0; i < ints.length; i++) {
            ints[i] = values.isEmpty() ? otherwise : values.get(i);
        }
        return ints;
    }

    /** {@code axis} of a tensor of {@code rank} dimensions, counted from the front. */
    static int axis(long axis, long rank) {
        return Math.toIntExact(axis < 0 ? axis + rank : axis);
    }

    EngineException unsupported(String what) {
        return new EngineException(
                Fault.MODEL_UNSUPPORTED,
                "The model can't be trained: " + node.op() + " '" + node.label() + "' " + what + ".");
    }
}
