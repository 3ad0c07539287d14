package dev.octet.engine.train.learn;

import dev.octet.engine.scheme.Encoding;
import dev.octet.engine.train.execute.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The weights of one quantized node, learned together with their steps.
 *
 * <p>Weights of 8 bits stay the integers that they are, and only what these stand for is learned, one step a channel (Kim et al. 2023,
 * "Memory-Efficient Fine-Tuning via sub-4-bit Integer Quantization", arXiv 2305.14152). They lose next to nothing by rounding; moved,
 * they would be rounded anew at random, step after step, which undoes corrections faster than biases learn them again (Nagel et al.
 * 2022, "Overcoming Oscillations in Quantization-Aware Training", arXiv 2203.11086).
 */
final class QuantizedWeights implements AutoCloseable {

    /** From so many bits on, integers stay what they are. */
    private static final int FINE_BITS = 8;

    private final Encoding start;
    private final Parameter steps;
    private final StepSize rounding;
    private final long[] shared;
    private final @Nullable Parameter weights;
    private final @Nullable Tensor integers;

    /**
     * Weights to learn.
     *
     * @param values what to start from
     * @param start their encoding so far, with zero in the middle
     * @param ends the largest integer, and the least but for its sign
     */
    QuantizedWeights(Tensor values, Encoding start, int ends, Units units) {
        this.start = start;
        this.shared = start.isPerTensor()
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
            this.steps = Parameter.positive(scales, units.of(scales));
            boolean fixed = start.type().bits() >= FINE_BITS;
            this.weights = fixed ? null : Parameter.free(values, units.of(values, shared, scales));
            this.integers = fixed
                    ? Tensors.kept(
                            () -> rounding.forward(values, scales).div(scales).round())
                    : null;
        }
    }

    /** What is learned of them. */
    List<Parameter> parameters() {
        return weights == null ? List.of(steps) : List.of(weights, steps);
    }

    /** The weights as the kernels will see them; a leaf of {@code tape} where there is one. */
    Tensor rounded(@Nullable Tape tape) {
        return integers != null ? scaled(integers, tape) : rounded(Objects.requireNonNull(weights), tape);
    }

    private Tensor rounded(Parameter learned, @Nullable Tape tape) {
        Tensor values = learned.value();
        Tensor rounded = rounding.forward(values, steps.value());
        if (tape == null) {
            return rounded;
        }
        return tape.cut(values, Parameter.leaf(rounded), (gradient, before, after) -> {
            StepSize.Gradients gradients = rounding.backward(gradient, before, after, steps.value());
            learned.descend(gradients.value());
            steps.descend(gradients.step());
            return null;
        });
    }

    private Tensor scaled(Tensor fixed, @Nullable Tape tape) {
        Tensor values = fixed.mul(steps.value());
        if (tape == null) {
            return values;
        }
        return tape.cut(fixed, Parameter.leaf(values), (gradient, before, _) -> {
            Tensor product = gradient.mul(before);
            steps.descend(
                    shared.length == 0
                            ? product.sum().reshape(steps.value().shape())
                            : product.sum(shared, true, new ScalarTypeOptional()));
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

    @Override
    public void close() {
        parameters().forEach(Parameter::close);
        if (integers != null) {
            integers.close();
        }
    }
}
