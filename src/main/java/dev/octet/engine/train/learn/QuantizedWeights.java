package dev.octet.engine.train.learn;

import dev.octet.engine.scheme.Encoding;
import dev.octet.engine.train.execute.Tensors;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** The weights of one quantized node, learned together with their steps. */
final class QuantizedWeights {

    private final Encoding start;
    private final Parameter weights;
    private final Parameter steps;
    private final StepSize rounding;

    /**
     * Weights to learn.
     *
     * @param values what to start from
     * @param start their encoding so far, with zero in the middle
     * @param ends the largest integer, and the least but for its sign
     */
    QuantizedWeights(Tensor values, Encoding start, int ends, Units units) {
        this.start = start;
        long[] shared = start.isPerTensor()
                ? new long[0]
                : LongStream.range(0, values.dim())
                        .filter(axis -> axis != start.axis())
                        .toArray();
        this.rounding = new StepSize(-ends, ends, shared);
        try (PointerScope _ = new PointerScope()) {
            long[] shape = new long[Math.toIntExact(values.dim())];
            Arrays.fill(shape, 1);
            if (!start.isPerTensor()) {
                shape[start.axis()] = start.channels();
            }
            Tensor scales = Tensor.create(start.scales(), start.channels()).reshape(shape);
            this.weights = Parameter.free(values, units.of(values, shared, scales));
            this.steps = Parameter.positive(scales, units.of(scales));
        }
    }

    Parameter weights() {
        return weights;
    }

    Parameter steps() {
        return steps;
    }

    /** The weights as the kernels will see them; a leaf of {@code tape} where there is one. */
    Tensor rounded(@Nullable Tape tape) {
        Tensor values = weights.value();
        Tensor step = steps.value();
        Tensor rounded = rounding.forward(values, step);
        if (tape == null) {
            return rounded;
        }
        return tape.cut(values, Parameter.leaf(rounded), (gradient, before, after) -> {
            StepSize.Gradients gradients = rounding.backward(gradient, before, after, steps.value());
            weights.descend(gradients.value());
            steps.descend(gradients.step());
            return null;
        });
    }

    /** The step of each channel, or the one there is, as a vector. */
    Tensor step() {
        return steps.value().reshape(-1);
    }

    /** The encoding as learned. */
    Encoding encoding() {
        try (PointerScope _ = new PointerScope()) {
            float[] scales = Tensors.floats(steps.value());
            return start.isPerTensor()
                    ? Encoding.perTensor(start.type(), scales[0], start.zeroPoint(0))
                    : Encoding.perChannel(start.type(), scales, start.zeroPoints(), start.axis());
        }
    }

    /** The weights as learned, on their grid: they are the integers that the kernels compute with. */
    dev.octet.engine.graph.Tensor values() {
        try (PointerScope _ = new PointerScope()) {
            return Tensors.constant(rounded(null));
        }
    }
}
