package dev.octet.engine.evaluate;

import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.scheme.MetricKind;
import org.jspecify.annotations.Nullable;

/** Mean over the samples of the mean squared error to the label. */
final class SquaredError implements Metric {

    private final GroundTruth truth;
    private final long seed;
    private final DoubleList fp32Errors = new DoubleList();
    private final DoubleList int8Errors = new DoubleList();

    SquaredError(GroundTruth truth, long seed) {
        this.truth = truth;
        this.seed = seed;
    }

    @Override
    public void add(float[] fp32, float @Nullable [] int8) {
        int sample = fp32Errors.size();
        if (fp32.length != truth.width()) {
            throw new EngineException(
                    Fault.DATASET_MISMATCH,
                    "MSE compares output and label number by number, but sample " + sample + " has " + fp32.length
                            + " outputs and a label of " + truth.width());
        }
        fp32Errors.add(error(fp32, sample));
        int8Errors.add(error(int8 == null ? new float[fp32.length] : int8, sample));
    }

    private double error(float[] output, int sample) {
        double sum = 0;
        for (int k = 0; k < output.length; k++) {
            double rest = output[k] - truth.get(sample, k);
            sum += rest * rest;
        }
        return sum / output.length;
    }

    @Override
    public Score score() {
        return meansScore(MetricKind.MSE, fp32Errors.toArray(), int8Errors.toArray(), seed);
    }

    /** The means of two numbers a sample as a score. */
    static Score meansScore(MetricKind metric, double[] fp32, double[] int8, long seed) {
        return PairedBootstrap.score(
                metric,
                fp32.length,
                times -> {
                    double first = 0;
                    double second = 0;
                    for (int i = 0; i < times.length; i++) {
                        first += times[i] * fp32[i];
                        second += times[i] * int8[i];
                    }
                    return new PairedBootstrap.Pair(first / times.length, second / times.length);
                },
                seed);
    }
}
