package dev.octet.worker.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.octet.jobs.Progress;
import dev.octet.platform.api.model.JobPhase;
import dev.octet.platform.api.model.Technique;
import dev.octet.worker.process.EngineLine.Step;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProgressEstimateTest {
    private static final Duration LATER = Duration.ofSeconds(40);
    private final ProgressEstimate estimate = new ProgressEstimate(Technique.STATIC);

    private Progress at(JobPhase phase, long done, long total) {
        return estimate.after(new Step(phase, done, total, null), LATER);
    }

    @Test
    void phasesAddUpToTheWholeJob() {
        assertThat(at(JobPhase.PREPARING, 0, 1).fraction()).isZero();
        assertThat(at(JobPhase.CALIBRATING, 0, 10).fraction()).isEqualTo(0.05, within(1e-9));
        assertThat(at(JobPhase.CALIBRATING, 10, 10).fraction()).isEqualTo(0.40, within(1e-9));
        assertThat(at(JobPhase.PACKAGING, 1, 1).fraction()).isEqualTo(1, within(1e-9));
    }

    @Test
    void aSearchThatHandsOverItsFirstCandidateIsNotYetDone() {
        ProgressEstimate search = new ProgressEstimate(Technique.AUTO);
        assertThat(search.after(new Step(JobPhase.PACKAGING, 1, 1L, null), LATER)
                        .fraction())
                .isEqualTo(0.35, within(1e-9));
        assertThat(search.after(new Step(JobPhase.SEARCHING, 25, 50L, null), LATER)
                        .fraction())
                .isEqualTo(0.675, within(1e-9));
        assertThat(search.after(new Step(JobPhase.SEARCHING, 50, 50L, null), LATER)
                        .fraction())
                .isEqualTo(1, within(1e-9));
    }

    @Test
    void theRestFollowsFromTheTimeSoFar() {
        assertThat(at(JobPhase.CALIBRATING, 10, 10).etaSeconds()).isEqualTo(60);
    }

    @Test
    void tooEarlyNothingIsGuessed() {
        assertThat(at(JobPhase.PREPARING, 0, 1).etaSeconds()).isNull();
        assertThat(estimate.after(new Step(JobPhase.EVALUATING, 1, 2L, null), Duration.ofSeconds(1))
                        .etaSeconds())
                .isNull();
    }

    @Test
    void theShareNeverFallsAndStaysBetweenNothingAndAll() {
        Random random = new Random(17);
        double before = 0;
        for (int i = 0; i < 1000; i++) {
            JobPhase phase = List.of(JobPhase.values()).get(random.nextInt(JobPhase.values().length));
            Long total = random.nextBoolean() ? Long.valueOf(100) : null;
            double fraction = estimate.after(new Step(phase, random.nextInt(101), total, null), LATER)
                    .fraction();
            assertThat(fraction).as("seed 17, step %d", i).isBetween(before, 1.0 + 1e-9);
            before = fraction;
        }
    }
}
