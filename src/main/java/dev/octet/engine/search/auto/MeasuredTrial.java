package dev.octet.engine.search.auto;

import dev.octet.engine.runtime.LatencyComparison.Latency;
import dev.octet.engine.scheme.Technique;
import dev.octet.engine.search.Findings.Timing;
import java.time.Duration;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * One candidate that was made and measured.
 *
 * @param number from 1, in the order of trying
 * @param technique how it was quantized
 * @param description what it is, in words
 * @param estimate how good it seems
 * @param latency its times against the uploaded model; empty where this machine is not the target
 * @param sizeBytes of its file
 * @param int8MacShare share of multiply-accumulates on integers
 * @param took how long it took
 */
public record MeasuredTrial(
        int number,
        Technique technique,
        String description,
        Estimate estimate,
        List<Timing> latency,
        long sizeBytes,
        double int8MacShare,
        Duration took) {

    public MeasuredTrial {
        latency = List.copyOf(latency);
    }

    /**
     * How many times as fast as the float model it is: the geometric mean over the batch sizes; where that was not measured, 1 more
     * than the share of multiply-accumulates on integers, which puts candidates in an order.
     */
    public double speed() {
        return speed(Latency::speedup);
    }

    /** The least that {@link #speed()} may be, by the intervals. */
    double leastSpeed() {
        return speed(Latency::low);
    }

    /** The most that {@link #speed()} may be, by the intervals. */
    double mostSpeed() {
        return speed(Latency::high);
    }

    private double speed(ToDoubleFunction<Latency> figure) {
        if (latency.isEmpty()) {
            return 1 + int8MacShare;
        }
        double logarithms = latency.stream()
                .mapToDouble(timing -> Math.log(figure.applyAsDouble(timing.latency())))
                .sum();
        return Math.exp(logarithms / latency.size());
    }

    /** Closeness of its outputs to the float model's, in dB. */
    double closeness() {
        return estimate.fidelity().sqnrDb();
    }

    /** Whether {@code other} is at least as good in closeness, speed and size, and better in one. */
    boolean isDominatedBy(MeasuredTrial other) {
        double own = closeness();
        double others = other.closeness();
        boolean nowhereWorse = others >= own && other.speed() >= speed() && other.sizeBytes <= sizeBytes;
        return nowhereWorse && (others > own || other.speed() > speed() || other.sizeBytes < sizeBytes);
    }

    /** Those of {@code trials} that no other dominates: the Pareto front. */
    public static List<MeasuredTrial> front(List<MeasuredTrial> trials) {
        return trials.stream()
                .filter(trial -> trials.stream().noneMatch(trial::isDominatedBy))
                .toList();
    }
}
