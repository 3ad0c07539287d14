package dev.octet.engine.evaluate;

import dev.octet.engine.scheme.MetricKind;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Mean cosine of the quantized model's output to the float model's.
 *
 * <p>Where the output is one number a sample, a cosine would tell its sign alone: there it is 1 less the mean error over the root mean
 * square of the float model's numbers, not below 0 for any sample.
 */
final class MeanCosine implements Metric {

    private final long seed;
    private final DoubleList cosines = new DoubleList();
    private final DoubleList exactNumbers = new DoubleList();
    private final DoubleList numberErrors = new DoubleList();

    MeanCosine(long seed) {
        this.seed = seed;
    }

    @Override
    public void add(float[] fp32, float @Nullable [] int8) {
        if (fp32.length == 1) {
            exactNumbers.add(fp32[0]);
            numberErrors.add(int8 == null ? Double.POSITIVE_INFINITY : Math.abs((double) fp32[0] - int8[0]));
        } else {
            cosines.add(int8 == null ? 0 : SignalNoise.cosine(fp32, int8));
        }
    }

    /** Closeness of each number that was an output by itself. */
    private static double[] closeness(double[] exact, double[] errors) {
        double rms = Math.sqrt(Arrays.stream(exact).map(x -> x * x).average().orElse(0));
        return Arrays.stream(errors)
                .map(error -> error == 0 ? 1 : rms == 0 ? 0 : Math.max(0, 1 - error / rms))
                .toArray();
    }

    /** The float model's own cosine is 1, so the drop is what is missing to 1, and there is nothing to test. */
    @Override
    public Score score() {
        double[] int8 =
                exactNumbers.size() > 0 ? closeness(exactNumbers.toArray(), numberErrors.toArray()) : cosines.toArray();
        double[] fp32 = new double[int8.length];
        Arrays.fill(fp32, 1);
        Score means = SquaredError.meansScore(MetricKind.FIDELITY, fp32, int8, seed);
        return new Score(
                means.metric(),
                means.fp32(),
                means.int8(),
                means.drop(),
                means.samples(),
                means.fp32Interval(),
                means.int8Interval(),
                means.dropInterval(),
                1,
                "none");
    }
}
