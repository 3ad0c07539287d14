package dev.octet.engine.evaluate;

import dev.octet.engine.scheme.MetricKind;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Percentile intervals of two models' scores, by resampling samples.
 *
 * <p>Efron and Tibshirani 1993, "An Introduction to the Bootstrap", chapters 13 and 16: each of {@value #RESAMPLES}
 * resamples draws n samples with replacement, the same for both models. The two-sided p value is that of the percentile
 * interval that just touches zero, 2 (min(#drop ≤ 0, #drop ≥ 0) + 1) / (resamples + 1), at most 1.
 */
final class PairedBootstrap {

    static final int RESAMPLES = 2000;

    /** Scores a resample. */
    interface Statistic {
        /** The scores of both models where sample i is taken {@code times[i]} times. */
        Pair scores(int[] times);
    }

    /** The scores of the float and the quantized model. */
    record Pair(double fp32, double int8) {}

    private PairedBootstrap() {}

    /** The score over {@code samples} samples, with intervals and test from the resamples that {@code seed} gives. */
    static Score score(MetricKind metric, int samples, Statistic statistic, long seed) {
        int[] times = new int[samples];
        Arrays.fill(times, 1);
        Pair whole = statistic.scores(times);
        double[] fp32 = new double[RESAMPLES];
        double[] int8 = new double[RESAMPLES];
        double[] drop = new double[RESAMPLES];
        int notWorse = 0;
        int notBetter = 0;
        SplittableRandom random = new SplittableRandom(seed);
        for (int r = 0; r < RESAMPLES; r++) {
            Arrays.fill(times, 0);
            for (int i = 0; i < samples; i++) {
                times[random.nextInt(samples)]++;
            }
            Pair pair = statistic.scores(times);
            fp32[r] = pair.fp32();
            int8[r] = pair.int8();
            drop[r] = drop(metric, pair);
            notWorse += drop[r] <= 0 ? 1 : 0;
            notBetter += drop[r] >= 0 ? 1 : 0;
        }
        double p = 2.0 * (Math.min(notWorse, notBetter) + 1) / (RESAMPLES + 1);
        return new Score(
                metric,
                whole.fp32(),
                whole.int8(),
                drop(metric, whole),
                samples,
                percentiles(fp32),
                percentiles(int8),
                percentiles(drop),
                Math.min(1, p),
                "paired bootstrap, " + RESAMPLES + " resamples");
    }

    private static double drop(MetricKind metric, Pair pair) {
        return metric.higherIsBetter() ? pair.fp32() - pair.int8() : pair.int8() - pair.fp32();
    }

    private static Interval percentiles(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return new Interval(quantile(sorted, 0.025), quantile(sorted, 0.975));
    }

    /** Linear between order statistics (type 7 of Hyndman and Fan 1996). */
    private static double quantile(double[] sorted, double share) {
        double place = share * (sorted.length - 1);
        int below = (int) place;
        double rest = place - below;
        return rest == 0 ? sorted[below] : sorted[below] + rest * (sorted[below + 1] - sorted[below]);
    }
}
