package dev.octet.engine.train.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.octet.engine.train.Libtorch;
import dev.octet.engine.train.execute.Tensors;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values and gradients against the formulas of the paper (arXiv 1902.08153), element by element in double precision. */
class StepSizeTest {

    private static final long SEED = 20261124;
    private static final int CHANNELS = 3;
    private static final int INNER = 40;

    private final float[] x = normal(SEED, 2 * CHANNELS * INNER);
    private final float[] g = normal(SEED + 1, 2 * CHANNELS * INNER);

    @BeforeAll
    static void load() {
        Libtorch.require(1);
    }

    private static float[] normal(long seed, int n) {
        Random random = new Random(seed);
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    @ParameterizedTest(name = "integers from {0} to {1}, step {2}")
    @CsvSource({"-7, 7, 0.11", "0, 15, 0.05", "-128, 127, 0.01", "-3, 12, 0.2", "-127, 127, 0.0001"})
    void learnsOneStepForAll(int low, int high, float step) {
        check(new StepSize(low, high), low, high, new float[] {step}, new long[] {1}, false);
    }

    @Test
    void learnsOneStepAChannel() {
        check(
                new StepSize(-7, 7, 0, 2, 3),
                -7,
                7,
                new float[] {0.05f, 0.2f, 0.4f},
                new long[] {1, CHANNELS, 1, 1},
                false);
    }

    @Test
    void computesTheSameWhereChannelsLieLast() {
        check(new StepSize(-3, 12), -3, 12, new float[] {0.2f}, new long[] {1}, true);
    }

    private void check(StepSize size, int low, int high, float[] steps, long[] stepShape, boolean channelsLast) {
        double[] dx = new double[x.length];
        double[] y = new double[x.length];
        double[] ds = new double[steps.length];
        for (int i = 0; i < x.length; i++) {
            int c = steps.length == 1 ? 0 : i / INNER % CHANNELS;
            double v = (double) x[i] / steps[c];
            double rounded = Math.rint(Math.clamp(v, low, high));
            y[i] = rounded * steps[c];
            boolean within = v > low && v < high;
            dx[i] = within ? g[i] : 0;
            ds[c] += g[i] * (within ? Math.rint(v) - v : v <= low ? low : high);
        }
        double factor = 1 / Math.sqrt((double) x.length / steps.length * Math.max(high, -low));
        try (PointerScope _ = new PointerScope()) {
            Tensor input = image(x, channelsLast);
            Tensor step = Tensor.create(steps, stepShape);
            Tensor made = size.forward(input, step);
            StepSize.Gradients gradients = size.backward(image(g, channelsLast), input, made, step);

            close(Tensors.floats(made), y, 1e-5);
            close(Tensors.floats(gradients.value()), dx, 1e-6);
            float[] actual = Tensors.floats(gradients.step());
            for (int c = 0; c < steps.length; c++) {
                assertThat((double) actual[c])
                        .as("seed %d, step %d", SEED, c)
                        .isCloseTo(ds[c] * factor, within(1e-3 * Math.max(0.01, Math.abs(ds[c] * factor))));
            }
        }
    }

    private static Tensor image(float[] values, boolean channelsLast) {
        Tensor image = Tensor.create(values, 2, CHANNELS, 8, INNER / 8);
        return channelsLast ? image.contiguous(MemoryFormat.ChannelsLast) : image;
    }

    private static void close(float[] actual, double[] expected, double bound) {
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) actual[i]).as("seed %d, element %d", SEED, i).isCloseTo(expected[i], within(bound));
        }
    }
}
