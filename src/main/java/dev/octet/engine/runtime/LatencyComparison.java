package dev.octet.engine.runtime;

import dev.octet.engine.data.Column;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How much faster one model is than another, measured side by side.
 *
 * <p>Both models stay open; a round runs one, then the other, the order turning round by round, so that whatever else the machine
 * does weighs on both. No thread spins. Both run equally often in a round, and a round's figure is the lower quartile of its runs of one
 * model: where others compete for the processor, the median of a few runs is the time of a run that was interrupted, more often so
 * for the slower model. The speed-up is the median over rounds of the ratio of the two figures, with the distribution-free interval of a median (order statistics; Conover, Practical
 * Nonparametric Statistics, 3rd ed. 1999, section 3.2).
 */
public final class LatencyComparison {

    private static final int FEWEST_ROUNDS = 15;
    private static final int MOST_ROUNDS = 1000;

    /** Whether to stop is asked after so many rounds at the earliest, and then only now and then: who asks often is told by chance. */
    private static final int ROUNDS_BETWEEN_LOOKS = 40;

    private static final double NARROW = 0.015;
    private static final long ROUND_NANOS = 4_000_000;
    private static final int MOST_RUNS_A_ROUND = 20;
    private static final int FEWEST_WARM_UPS = 3;
    private static final int MOST_WARM_UPS = 50;
    private static final double COVERAGE = 0.95;

    /**
     * Times of one model's runs.
     *
     * @param p50 median
     * @param p95 the time that 95 of 100 runs keep
     */
    public record Times(Duration p50, Duration p95) {}

    /**
     * What was measured.
     *
     * @param fp32 times of the float model
     * @param int8 times of the quantized model
     * @param speedup median of the per-round ratios float over quantized; above 1 the quantized model is faster
     * @param low lower end of the speed-up's interval
     * @param high upper end of it
     * @param rounds number of rounds
     * @param difference whether the interval excludes 1: otherwise the two are as fast as each other, as far as can be seen
     */
    public record Latency(
            Times fp32, Times int8, double speedup, double low, double high, int rounds, boolean difference) {}

    private LatencyComparison() {}

    /**
     * Measures two models on the same inputs.
     *
     * @param inputs a batch for both models
     * @param threads threads of either
     * @param budget about how long to measure at most; at least 15 rounds are run however long they take. It ends sooner once the
     *     speed-up's interval reaches no further than 1.5 % to either side and excludes 1
     * @throws dev.octet.engine.scheme.EngineException MODEL_UNSUPPORTED where the runtime refuses one of them
     */
    public static Latency measure(Path fp32, Path int8, List<Column> inputs, int threads, Duration budget) {
        RuntimeOptions options = RuntimeOptions.deployed(threads);
        try (RuntimeSession first = RuntimeSession.open(fp32, options);
                RuntimeSession second = RuntimeSession.open(int8, options)) {
            Timed one = new Timed(() -> first.run(inputs));
            Timed other = new Timed(() -> second.run(inputs));
            long end = System.nanoTime() + budget.toNanos();
            // The first runs find memory and, where the models are large, page their weights in.
            one.warmUp(budget.dividedBy(10));
            other.warmUp(budget.dividedBy(10));
            int runs = Math.max(one.runsARound(), other.runsARound());
            List<Double> ratios = new ArrayList<>();
            while (ratios.size() < FEWEST_ROUNDS
                    || (System.nanoTime() < end && ratios.size() < MOST_ROUNDS && !isSettled(ratios))) {
                boolean swapped = ratios.size() % 2 == 1;
                double early = (swapped ? other : one).round(runs);
                double late = (swapped ? one : other).round(runs);
                ratios.add(swapped ? late / early : early / late);
            }
            return summary(one.times(), other.times(), ratios);
        }
    }

    /** One model's runs. */
    private static final class Timed {
        private final Runnable run;
        private final List<Double> nanos = new ArrayList<>();
        private long fastest = Long.MAX_VALUE;

        Timed(Runnable run) {
            this.run = run;
        }

        void warmUp(Duration most) {
            long end = System.nanoTime() + most.toNanos();
            for (int i = 0; i < FEWEST_WARM_UPS || (i < MOST_WARM_UPS && System.nanoTime() < end); i++) {
                fastest = Math.min(fastest, Math.max(1, time()));
            }
        }

        /** Runs that fit into a round. */
        int runsARound() {
            return Math.toIntExact(Math.clamp(ROUND_NANOS / fastest, 1, MOST_RUNS_A_ROUND));
        }

        double round(int runs) {
            double[] times = new double[runs];
            for (int i = 0; i < runs; i++) {
                times[i] = time();
                nanos.add(times[i]);
            }
            Arrays.sort(times);
            return quantile(times, 0.25);
        }

        private long time() {
            long start = System.nanoTime();
            run.run();
            return System.nanoTime() - start;
        }

        Times times() {
            double[] sorted =
                    nanos.stream().mapToDouble(Double::doubleValue).sorted().toArray();
            return new Times(duration(quantile(sorted, 0.5)), duration(quantile(sorted, 0.95)));
        }

        private static Duration duration(double nanos) {
            return Duration.ofNanos(Math.round(nanos));
        }
    }

    /** Whether more rounds than {@code ratios} would tell nothing new. */
    static boolean isSettled(List<Double> ratios) {
        if (ratios.isEmpty() || ratios.size() % ROUNDS_BETWEEN_LOOKS != 0) {
            return false;
        }
        Speedup speedup = Speedup.of(ratios);
        return speedup.difference()
                && speedup.low() > speedup.median() * (1 - NARROW)
                && speedup.high() < speedup.median() * (1 + NARROW);
    }

    static Latency summary(Times fp32, Times int8, List<Double> ratios) {
        Speedup speedup = Speedup.of(ratios);
        return new Latency(
                fp32, int8, speedup.median(), speedup.low(), speedup.high(), ratios.size(), speedup.difference());
    }

    /** The median of ratios and its interval. */
    private record Speedup(double median, double low, double high) {

        static Speedup of(List<Double> ratios) {
            double[] sorted =
                    ratios.stream().mapToDouble(Double::doubleValue).sorted().toArray();
            int rank = lowerRank(sorted.length);
            return new Speedup(quantile(sorted, 0.5), sorted[rank], sorted[sorted.length - 1 - rank]);
        }

        boolean difference() {
            return low > 1 || high < 1;
        }
    }

    /** The value below which a share {@code q} of {@code sorted} lies, interpolated between neighbours. */
    static double quantile(double[] sorted, double q) {
        double position = q * (sorted.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }

    /**
     * Index k, from 0, such that the k-th smallest and the k-th largest of {@code n} values hold the median between them with a
     * probability of at least 95 %: the largest k with P(Binomial(n, 1/2) ≤ k) ≤ 2.5 %; 0 where even the extremes do not suffice.
     */
    static int lowerRank(int n) {
        double term = Math.pow(0.5, n);
        double cumulated = term;
        int k = 0;
        while (k < (n - 1) / 2) {
            term *= (double) (n - k) / (k + 1);
            cumulated += term;
            if (cumulated > (1 - COVERAGE) / 2) {
                break;
            }
            k++;
        }
        return k;
    }
}
