package dev.octet.engine.search;

import dev.octet.engine.data.InputSpec;
import dev.octet.engine.data.npz.NpzWriter;
import dev.octet.engine.scheme.ElementType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes up samples where there are none, so that a model can at least be run.
 *
 * <p>Floats are standard normal; integers are 1, which is a token, a mask that hides nothing and a valid index alike. What is
 * measured on them tells that an artifact runs and how fast, not how accurate it is.
 */
public final class SyntheticSamples {

    private static final long SAMPLES = 32;

    private SyntheticSamples() {}

    /** Writes {@value #SAMPLES} samples for {@code inputs} as an npz. */
    public static void write(List<InputSpec> inputs, long seed, Path file) {
        SplittableRandom random = new SplittableRandom(seed);
        try (NpzWriter npz = NpzWriter.create(file)) {
            for (InputSpec input : inputs) {
                List<Long> shape = new ArrayList<>(List.of(SAMPLES));
                input.shape().stream()
                        .skip(1)
                        .map(size -> size < 0 ? PreparedModel.FREE_DIMENSION : size)
                        .forEach(shape::add);
                long count = shape.stream().reduce(1L, Math::multiplyExact);
                boolean real = input.type().isFloatingPoint();
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
}
