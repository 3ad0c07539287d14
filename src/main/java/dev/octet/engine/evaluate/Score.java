package dev.octet.engine.evaluate;

import dev.octet.engine.scheme.MetricKind;
import org.jspecify.annotations.Nullable;

/**
 * One metric of both models, side by side.
 *
 * @param metric what was measured; everything else is in its unit (shares, not percent)
 * @param fp32 of the float model
 * @param int8 of the quantized model
 * @param drop by how much the quantized model is worse; negative where it is better
 * @param samples number of scored samples, or of pairs
 * @param fp32Interval 95 percent, of {@code fp32}
 * @param int8Interval 95 percent, of {@code int8}
 * @param dropInterval 95 percent, of {@code drop}, paired
 * @param pValue of the two-sided paired test that the models are equally good; 1 where there is no test
 * @param test the test's name
 * @param ap50 of detections: their average precision at an overlap of .50; null of all else
 */
public record Score(
        MetricKind metric,
        double fp32,
        double int8,
        double drop,
        long samples,
        Interval fp32Interval,
        Interval int8Interval,
        Interval dropInterval,
        double pValue,
        String test,
        @Nullable Ap50 ap50) {

    /** A score of anything but detections. */
    public Score(
            MetricKind metric,
            double fp32,
            double int8,
            double drop,
            long samples,
            Interval fp32Interval,
            Interval int8Interval,
            Interval dropInterval,
            double pValue,
            String test) {
        this(metric, fp32, int8, drop, samples, fp32Interval, int8Interval, dropInterval, pValue, test, null);
    }

    /** Average precision at an overlap of .50, of both models. */
    public record Ap50(double fp32, double int8) {}

    /** The same with {@code ap50}. */
    Score with(Ap50 ap50) {
        return new Score(
                metric, fp32, int8, drop, samples, fp32Interval, int8Interval, dropInterval, pValue, test, ap50);
    }
}
