package dev.octet.worker.relay;

import dev.octet.jobs.Progress;
import dev.octet.platform.api.model.JobPhase;
import dev.octet.platform.api.model.Technique;
import dev.octet.worker.process.EngineLine.Step;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells how much of a whole job is done from what its phase says.
 *
 * <p>Each phase has a usual share of a job's time; within it the steps count evenly. The rest of the time follows from the time so
 * far: with share f done after t, (1 - f) / f · t remains. The share never falls, also where a search comes back to a phase.
 */
final class ProgressEstimate {
    private record Share(JobPhase phase, double of) {}

    /** Measured on the bundled networks with 256 calibration and some thousand evaluation samples; sums to 1. */
    private static final List<Share> ONE_CANDIDATE = List.of(
            new Share(JobPhase.PREPARING, 0.05),
            new Share(JobPhase.CALIBRATING, 0.35),
            new Share(JobPhase.QUANTIZING, 0.05),
            new Share(JobPhase.EVALUATING, 0.30),
            new Share(JobPhase.BENCHMARKING, 0.15),
            new Share(JobPhase.SEARCHING, 0.05),
            new Share(JobPhase.PACKAGING, 0.05));

    /** A search hands its first candidate over before it goes on, and takes most of the time; sums to 1. */
    private static final List<Share> SEARCH = List.of(
            new Share(JobPhase.PREPARING, 0.04),
            new Share(JobPhase.CALIBRATING, 0.12),
            new Share(JobPhase.QUANTIZING, 0.02),
            new Share(JobPhase.EVALUATING, 0.10),
            new Share(JobPhase.BENCHMARKING, 0.05),
            new Share(JobPhase.PACKAGING, 0.02),
            new Share(JobPhase.SEARCHING, 0.65));

    /** Training takes most of the time; sums to 1. */
    private static final List<Share> TRAINING = List.of(
            new Share(JobPhase.PREPARING, 0.01),
            new Share(JobPhase.CALIBRATING, 0.04),
            new Share(JobPhase.QUANTIZING, 0.02),
            new Share(JobPhase.TRAINING, 0.80),
            new Share(JobPhase.EVALUATING, 0.08),
            new Share(JobPhase.BENCHMARKING, 0.03),
            new Share(JobPhase.PACKAGING, 0.02));

    /** Below this share, or this time, a guess would only mislead. */
    private static final double ENOUGH = 0.05;

    private static final Duration SOON = Duration.ofSeconds(2);

    private final List<Share> shares;
    private double fraction;

    /** @param technique how the job quantizes: where its time goes */
    ProgressEstimate(Technique technique) {
        this.shares = switch (technique) {
            case AUTO -> SEARCH;
            case QAT -> TRAINING;
            case STATIC, DYNAMIC, WEIGHT_ONLY -> ONE_CANDIDATE;
        };
    }

    /**
     * The progress after a step of the engine.
     *
     * @param elapsed since the attempt began
     */
    Progress after(Step step, Duration elapsed) {
        Long total = step.total();
        double within = total == null ? 0 : (double) step.done() / total;
        double done = 0;
        for (Share share : shares) {
            if (share.phase() == step.phase()) {
                done += within * share.of();
                break;
            }
            done += share.of();
        }
        fraction = Math.clamp(done, fraction, 1);
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
