package dev.octet.engine.evaluate;

import dev.octet.engine.scheme.MetricKind;
import java.util.Arrays;

/**
 * Foretells without labels what a metric will lose, from both models' outputs.
 *
 * <p>Of classes: the float model's own probability of its answer less that of the quantized model's answer, a paired estimate of the
 * accuracy lost if the float model's probabilities are honest. Of correlations: noise that is independent of the labels takes a
 * correlation ρ to ρ·r, where r correlates the two models' scores (attenuation; Spearman 1904, "The proof and measurement of
 * association between two things"), so that at most 1 - r is lost.
 */
public final class ExpectedDrop {

    private final MetricKind metric;
    private final boolean pairs;
    private final DoubleList losses = new DoubleList();
    private final DoubleList confidences = new DoubleList();
    private final DoubleList numbers = new DoubleList();
    private final DoubleList exactScores = new DoubleList();
    private final DoubleList quantizedScores = new DoubleList();
    private float[] exactBefore = {};
    private float[] quantizedBefore = {};

    /** For {@code metric}; {@code pairs} where samples 2i and 2i+1 belong together. */
    public ExpectedDrop(MetricKind metric, boolean pairs) {
        this.metric = metric;
        this.pairs = pairs;
    }

    /** Takes in both models' output for the next sample. */
    public void add(float[] exact, float[] given) {
        // What is no number says nothing, as zeros would.
        float[] quantized = finite(given) ? given : new float[given.length];
        if (pairs) {
            if (exactBefore.length == 0) {
                exactBefore = exact.clone();
                quantizedBefore = quantized.clone();
            } else {
                exactScores.add(SignalNoise.cosine(exactBefore, exact));
                quantizedScores.add(SignalNoise.cosine(quantizedBefore, quantized));
                exactBefore = new float[0];
            }
            return;
        }
        losses.add(
                switch (metric) {
                    case TOP1, TOP5 -> classLoss(exact, given);
                    case MSE -> squaredError(exact, quantized);
                    default ->
                        exact.length == 1
                                ? numberLoss(exact[0], quantized[0])
                                : 1 - SignalNoise.cosine(exact, quantized);
                });
    }

    /** The expected drop in the metric's unit; 0 before anything was added. */
    public double drop() {
        if (!pairs) {
            return mean(losses.toArray()) / scale();
        }
        return 1 - correlation(exactScores.toArray(), quantizedScores.toArray());
    }

    /** What the float model is expected to score: the mean probability of its answers; 1 where its outputs do not tell. */
    public double score() {
        return classes() && !pairs && losses.size() > 0 ? mean(confidences.toArray()) : 1;
    }

    private boolean classes() {
        return metric == MetricKind.TOP1 || metric == MetricKind.TOP5;
    }

    /** Standard error of {@link #drop()}. */
    public double error() {
        if (pairs) {
            // Of a correlation near 1, by Fisher's transformation.
            long n = exactScores.size();
            return n < 4 ? 1 : (1 - Math.pow(1 - drop(), 2)) / Math.sqrt(n - 3.0);
        }
        double[] values = losses.toArray();
        double mean = mean(values);
        double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
        return values.length < 2 ? 1 : Math.sqrt(squares / (values.length - 1.0) / values.length) / scale();
    }

    /** The error of an output that is one number; {@link #scale()} makes it a share. */
    private double numberLoss(float exact, float quantized) {
        numbers.add((double) exact * exact);
        return Math.abs((double) exact - quantized);
    }

    /** Root mean square of the float model's outputs where they are single numbers; else 1. */
    private double scale() {
        double square = mean(numbers.toArray());
        return square > 0 ? Math.sqrt(square) : 1;
    }

    private double classLoss(float[] exact, float[] quantized) {
        double[] probabilities = probabilities(exact);
        int answer = Math.max(0, largest(exact));
        confidences.add(probabilities[answer]);
        int other = largest(quantized);
        return other < 0 ? probabilities[answer] : probabilities[answer] - probabilities[other];
    }

    /** {@code scores} themselves where they are probabilities, else their softmax. */
    private static double[] probabilities(float[] scores) {
        double sum = 0;
        boolean negative = false;
        for (float score : scores) {
            sum += score;
            negative |= score < 0;
        }
        double[] result = new double[scores.length];
        boolean already = !negative && Math.abs(sum - 1) < 1e-3;
        double top = scores[Math.max(0, largest(scores))];
        double total = 0;
        for (int i = 0; i < scores.length; i++) {
            result[i] = already ? scores[i] : Math.exp(scores[i] - top);
            total += result[i];
        }
        for (int i = 0; i < scores.length; i++) {
            result[i] /= total;
        }
        return result;
    }

    private static double squaredError(float[] exact, float[] quantized) {
        double sum = 0;
        for (int i = 0; i < exact.length; i++) {
            double difference = (double) exact[i] - quantized[i];
            sum += difference * difference;
        }
        return exact.length == 0 ? 0 : sum / exact.length;
    }

    /** Index of the largest of {@code scores}; -1 where one is NaN. */
    private static int largest(float[] scores) {
        int best = 0;
        for (int i = 0; i < scores.length; i++) {
            if (Float.isNaN(scores[i])) {
                return -1;
            }
            best = scores[i] > scores[best] ? i : best;
        }
        return best;
    }

    private static boolean finite(float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }

    private static double mean(double[] values) {
        return values.length == 0 ? 0 : Arrays.stream(values).sum() / values.length;
    }

    private static double correlation(double[] one, double[] other) {
        double meanOne = mean(one);
        double meanOther = mean(other);
        double product = 0;
        double squaresOne = 0;
        double squaresOther = 0;
        for (int i = 0; i < one.length; i++) {
            product += (one[i] - meanOne) * (other[i] - meanOther);
            squaresOne += (one[i] - meanOne) * (one[i] - meanOne);
            squaresOther += (other[i] - meanOther) * (other[i] - meanOther);
        }
        double scale = Math.sqrt(squaresOne * squaresOther);
        return scale == 0 ? 1 : product / scale;
    }
}
