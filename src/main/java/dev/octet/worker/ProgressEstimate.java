package dev.octet.worker;

import dev.octet.jobs.Progress;
import dev.octet.platform.api.model.JobPhase;
import dev.octet.worker.process.EngineLine.Step;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells how much of a whole job is done from what its phase says.
 *
 * <p>Each phase has a usual share of a job's time; within it the steps count evenly. The rest of the time follows from the time so
 * far: with share f done after t, (1 - f) / f · t remains. The share never falls, also where a search comes back to a phase.
 */
final class ProgressEstimate {
    private static final List<JobPhase> ORDER = List.of(
            JobPhase.PREPARING,
            JobPhase.CALIBRATING,
            JobPhase.QUANTIZING,
            JobPhase.EVALUATING,
            JobPhase.BENCHMARKING,
            JobPhase.SEARCHING,
            JobPhase.PACKAGING);

    /** Measured on the bundled networks with 256 calibration and some thousand evaluation samples; sums to 1. */
    private static final Map<JobPhase, Double> SHARES = Map.of(
            JobPhase.PREPARING, 0.05,
            JobPhase.CALIBRATING, 0.35,
            JobPhase.QUANTIZING, 0.05,
            JobPhase.EVALUATING, 0.30,
            JobPhase.BENCHMARKING, 0.15,
            JobPhase.SEARCHING, 0.05,
            JobPhase.PACKAGING, 0.05);

    /** Below this share, or this time, a guess would only mislead. */
    private static final double ENOUGH = 0.05;

    private static final Duration SOON = Duration.ofSeconds(2);

    private double fraction;

    /**
     * The progress after a step of the engine.
     *
     * @param elapsed since the attempt began
     */
    Progress after(Step step, Duration elapsed) {
        double before = 0;
        for (JobPhase phase : ORDER.subList(0, ORDER.indexOf(step.phase()))) {
            before += SHARES.getOrDefault(phase, 0.0);
        }
        Long total = step.total();
        double within = total == null ? 0 : (double) step.done() / total;
        fraction = Math.clamp(before + within * SHARES.getOrDefault(step.phase(), 0.0), fraction, 1);
        return new Progress(step.phase(), step.done(), total, fraction, eta(elapsed));
    }

    private @Nullable Double eta(Duration elapsed) {
        if (fraction < ENOUGH || elapsed.compareTo(SOON) < 0) {
            return null;
        }
        double seconds = elapsed.toMillis() / 1000.0 * (1 - fraction) / fraction;
        return Math.round(seconds * 10) / 10.0;
    }
}
