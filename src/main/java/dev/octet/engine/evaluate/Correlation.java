package dev.octet.engine.evaluate;

import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.scheme.MetricKind;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Correlation of the models' one output with the label.
 *
 * <p>Pearson's, or Spearman's: Pearson's of the ranks, equal values sharing the mean of their ranks. An output that
 * doesn't vary correlates with nothing: 0. In a resample, ranks follow from the order of the original values and how
 * often each was drawn, so that no resample is sorted.
 */
final class Correlation implements Metric {

    private final MetricKind metric;
    private final GroundTruth truth;
    private final long seed;
    private final DoubleList fp32Outputs = new DoubleList();
    private final DoubleList int8Outputs = new DoubleList();
    private final DoubleList labels = new DoubleList();

    Correlation(MetricKind metric, GroundTruth truth, long seed) {
        if (truth.width() != 1) {
            throw new EngineException(
                    Fault.DATASET_MISMATCH, metric + " needs one score a label, but a label has " + truth.width());
        }
        this.metric = metric;
        this.truth = truth;
        this.seed = seed;
    }

    @Override
    public void add(float[] fp32, float @Nullable [] int8) {
        if (fp32.length != 1) {
            throw new EngineException(
                    Fault.DATASET_MISMATCH,
                    metric + " needs one output a sample (or sentence pairs), but the first output has " + fp32.length);
        }
        labels.add(truth.get(labels.size(), 0));
        fp32Outputs.add(fp32[0]);
        int8Outputs.add(int8 == null ? 0 : int8[0]);
    }

    @Override
    public Score score() {
        double[] label = labels.toArray();
        if (Arrays.stream(label).allMatch(x -> x == label[0])) {
            throw new EngineException(
                    Fault.DATASET_MISMATCH,
                    "nothing correlates with labels that are all the same: " + label.length + " times " + label[0]);
        }
        Variable labelled = new Variable(label, metric);
        Variable first = new Variable(fp32Outputs.toArray(), metric);
        Variable second = new Variable(int8Outputs.toArray(), metric);
        return PairedBootstrap.score(
                metric,
                label.length,
                times -> {
                    double[] expected = labelled.drawn(times);
                    return new PairedBootstrap.Pair(
                            pearson(first.drawn(times), expected, times),
                            pearson(second.drawn(times), expected, times));
                },
                seed);
    }

    /** The ranks of {@code x} where value i occurs {@code times[i]} times. */
    static double[] ranks(double[] x, int[] times) {
        return new Variable(x, MetricKind.SPEARMAN).drawn(times);
    }

    private static double pearson(double[] x, double[] y, int[] times) {
        double meanX = mean(x, times);
        double meanY = mean(y, times);
        double squaresX = 0;
        double squaresY = 0;
        double products = 0;
        for (int i = 0; i < x.length; i++) {
            double dx = x[i] - meanX;
            double dy = y[i] - meanY;
            squaresX += times[i] * dx * dx;
            squaresY += times[i] * dy * dy;
            products += times[i] * dx * dy;
        }
        if (squaresX == 0 || squaresY == 0) {
            return 0;
        }
        return Math.max(-1, Math.min(1, products / (Math.sqrt(squaresX) * Math.sqrt(squaresY))));
    }

    private static double mean(double[] x, int[] times) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += times[i] * x[i];
        }
        return sum / x.length;
    }

    /** One number a sample, as it is or as its rank in a resample. */
    private static final class Variable {
        private final double[] values;
        private final double[] ranks;
        private final int[] order;

        Variable(double[] values, MetricKind metric) {
            this.values = values;
            boolean ranked = metric == MetricKind.SPEARMAN;
            ranks = new double[ranked ? values.length : 0];
            order = IntStream.range(0, ranks.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble(i -> values[i]))
                    .mapToInt(Integer::intValue)
                    .toArray();
        }

        /** What is correlated when sample i is drawn {@code times[i]} times; valid until the next call. */
        double[] drawn(int[] times) {
            if (ranks.length == 0) {
                return values;
            }
            long before = 0;
            for (int from = 0, to; from < order.length; from = to) {
                long equal = 0;
                for (to = from; to < order.length && values[order[to]] == values[order[from]]; to++) {
                    equal += times[order[to]];
                }
                double rank = before + (equal + 1) / 2.0;
                for (int i = from; i < to; i++) {
                    ranks[order[i]] = rank;
                }
                before += equal;
            }
            return ranks;
        }
    }
}
