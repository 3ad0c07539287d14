package dev.octet.engine.evaluate;

import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.scheme.MetricKind;
import org.jspecify.annotations.Nullable;

/**
 * The share of samples whose label is among the k largest scores.
 *
 * <p>Of equal scores the one of lower index counts as larger. Keeps four counts only.
 */
final class TopK implements Metric {

    private final MetricKind metric;
    private final int k;
    private final GroundTruth truth;
    private PairedProportions counts = new PairedProportions(0, 0, 0, 0);

    TopK(MetricKind metric, int k, GroundTruth truth) {
        if (truth.width() != 1) {
            throw new EngineException(
                    Fault.DATASET_MISMATCH,
                    metric + " needs one class index a sample, but a label has " + truth.width() + " numbers");
        }
        this.metric = metric;
        this.k = k;
        this.truth = truth;
    }

    @Override
    public void add(float[] fp32, float @Nullable [] int8) {
        long sample = counts.samples();
        if (fp32.length <= k) {
            throw new EngineException(
                    Fault.DATASET_MISMATCH,
                    metric + " needs more than " + k + " scores a sample, but the first output has " + fp32.length);
        }
        double label = truth.get(sample, 0);
        if (label != Math.rint(label) || label < 0 || label >= fp32.length) {
            throw new EngineException(
                    Fault.DATASET_MISMATCH,
                    "label " + label + " of sample " + sample + " is not a class index: the first output has "
                            + fp32.length + " scores");
        }
        boolean first = among(fp32, (int) label);
        boolean second = int8 != null && among(int8, (int) label);
        counts = new PairedProportions(
                counts.both() + (first && second ? 1 : 0),
                counts.firstOnly() + (first && !second ? 1 : 0),
                counts.secondOnly() + (!first && second ? 1 : 0),
                counts.neither() + (!first && !second ? 1 : 0));
    }

    private boolean among(float[] scores, int label) {
        int ahead = 0;
        for (int i = 0; i < scores.length; i++) {
            if (scores[i] > scores[label] || (scores[i] == scores[label] && i < label)) {
                ahead++;
            }
        }
        return ahead < k;
    }

    @Override
    public Score score() {
        return counts.score(metric);
    }
}
