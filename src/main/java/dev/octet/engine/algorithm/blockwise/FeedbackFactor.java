package dev.octet.engine.algorithm.blockwise;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * How much each weight's rounding error is to be made up for by the weights rounded after it.
 *
 * <p>With the Gram matrix G in the order of rounding, {@code G = (I + U) D (I + U)ᵀ}, where U is strictly upper triangular and D
 * diagonal, and e the errors of one channel, the squared output error is {@code e G eᵀ = sum of D[k] (e[k] + sum over j < k of e[j]
 * U[j,k])²}. So each k in turn rounds {@code w[k] - sum over j < k of e[j] U[j,k]}: GPTQ without inverting G (the equivalence is
 * theorem 6 of J. Chee et al., "QuIP", 2023, arXiv 2307.13304).
 *
 * <p>Input channels are rounded in order of falling energy. One percent of the mean energy is added to the diagonal, and channels
 * that are always zero count as of mean energy.
 */
final class FeedbackFactor {

    private static final double DAMPING = 0.01;
    private static final double LEAST_PIVOT = 1e-10;
    private static final int PANEL = 32;

    private final int[] order;
    private final double[] energy;
    private final double[][] feedback;

    private FeedbackFactor(int[] order, double[] energy, double[][] feedback) {
        this.order = order;
        this.energy = energy;
        this.feedback = feedback;
    }

    /** Factors {@code gram}, which stays as it is. */
    static FeedbackFactor of(GramMatrix gram, Workers workers) {
        int n = gram.columns();
        double[] energy = IntStream.range(0, n).mapToDouble(i -> gram.get(i, i)).toArray();
        double mean = Arrays.stream(energy).filter(d -> d > 0).average().orElse(1);
        double[] diagonal = Arrays.stream(energy).map(d -> d > 0 ? d : mean).toArray();
        int[] order = IntStream.range(0, n)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -diagonal[i]).thenComparing(i -> i))
                .mapToInt(i -> i)
                .toArray();
        double[][] lower = new double[n][];
        for (int i = 0; i < n; i++) {
            lower[i] = new double[i + 1];
            for (int j = 0; j < i; j++) {
                lower[i][j] = gram.get(order[i], order[j]);
            }
            lower[i][i] = diagonal[order[i]] + DAMPING * mean;
        }
        factor(lower, LEAST_PIVOT * mean, workers);
        return new FeedbackFactor(order, diagonal, lower);
    }

    /**
     * Replaces row k of the lower triangle by column k of U, from the last to the first: divides by the pivot, then takes the rank-one
     * product off all that comes before, a panel at a time.
     */
    private static void factor(double[][] lower, double leastPivot, Workers workers) {
        for (int end = lower.length; end > 0; end -= PANEL) {
            int begin = Math.max(0, end - PANEL);
            double[] pivots = new double[end - begin];
            for (int k = end - 1; k >= begin; k--) {
                double pivot = Math.max(lower[k][k], leastPivot);
                pivots[k - begin] = pivot;
                for (int j = 0; j < k; j++) {
                    lower[k][j] /= pivot;
                }
                for (int i = begin; i < k; i++) {
                    addScaled(lower[i], i + 1, -pivot * lower[k][i], lower[k]);
                }
            }
            int from = begin;
            int to = end;
            workers.each(begin, i -> {
                for (int k = to - 1; k >= from; k--) {
                    addScaled(lower[i], i + 1, -pivots[k - from] * lower[k][i], lower[k]);
                }
            });
        }
    }

    private static void addScaled(double[] sum, int n, double a, double[] x) {
        for (int j = 0; j < n; j++) {
            sum[j] += a * x[j];
        }
    }

    int columns() {
        return order.length;
    }

    /** The input channel that is rounded as number {@code k}. */
    int column(int k) {
        return order[k];
    }

    /** What the error of the channel rounded as number {@code j} adds to the error at number {@code k}, {@code j < k}. */
    double feedback(int j, int k) {
        return feedback[k][j];
    }

    /** The feedback of all errors before number {@code k}, in order; its last element means nothing. */
    double[] feedback(int k) {
        return feedback[k];
    }

    /** The energy of each input channel, as importance of its weights; above 0. */
    double[] energy() {
        return energy;
    }
}
