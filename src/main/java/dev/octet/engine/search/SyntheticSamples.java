package dev.octet.engine.search;

import dev.octet.engine.data.npz.NpzWriter;
import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType.TensorType;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.search.synthesis.FreeSizes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes up samples where there are none, so that a model can at least be run.
 *
 * <p>Floats are standard normal; integers are 1, which is a token, a mask that hides nothing and a valid index alike. Free sizes of
 * the same name are the same. What is measured on them tells that an artifact runs and how fast, not how accurate it is.
 */
public final class SyntheticSamples {

    private static final long SAMPLES = 32;

    private SyntheticSamples() {}

    /** Writes {@value #SAMPLES} samples for {@code inputs}, tensors of known rank, as an npz. */
    public static void write(List<Value> inputs, long seed, Path file) {
        SplittableRandom random = new SplittableRandom(seed);
        FreeSizes sizes =
                new FreeSizes(inputs.stream().map(SyntheticSamples::dims).toList());
        try (NpzWriter npz = NpzWriter.create(file)) {
            for (Value input : inputs) {
                List<Long> shape = shape(dims(input), sizes);
                long count = shape.stream().reduce(1L, Math::multiplyExact);
                boolean real = type(input).element().isFloatingPoint();
                npz.array(input.name(), real ? ElementType.FLOAT : ElementType.INT32, shape, elements -> {
                    for (long i = 0; i < count; i++) {
                        if (real) {
                            elements.putFloat((float) random.nextGaussian());
                        } else {
                            elements.putInt(1);
                        }
                    }
                });
            }
        }
    }

    /** All samples one behind the other; where they can't be, each as a whole tensor with its first dimension. */
    private static List<Long> shape(List<Dim> dims, FreeSizes sizes) {
        List<Long> shape = new ArrayList<>(List.of(SAMPLES));
        shape.addAll(dims.stream()
                .skip(sizes.areLedBySamples() ? 1 : 0)
                .map(sizes::of)
                .toList());
        return shape;
    }

    private static List<Dim> dims(Value input) {
        List<Dim> dims = type(input).shape();
        return dims == null ? List.of() : dims;
    }

    private static TensorType type(Value input) {
        if (input.type() instanceof TensorType type) {
            return type;
        }
        throw new IllegalArgumentException(input + " is no tensor");
    }
}
