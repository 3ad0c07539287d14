package dev.octet.engine.search.auto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.evaluate.Fidelity;
import dev.octet.engine.recipe.Recipe;
import dev.octet.engine.runtime.LatencyComparison.Latency;
import dev.octet.engine.runtime.LatencyComparison.Times;
import dev.octet.engine.scheme.Preference;
import dev.octet.engine.scheme.Technique;
import dev.octet.engine.search.Findings.Timing;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChoiceTest {

    private static final MeasuredTrial FAST_AND_WRONG = trial(1, 2.5, 10, 0.05, 100);
    private static final MeasuredTrial FAST = trial(2, 2.0, 20, 0.004, 120);
    private static final MeasuredTrial AS_FAST_AND_CLOSER = trial(3, 1.99, 25, 0.002, 130);
    private static final MeasuredTrial CLOSE = trial(4, 1.2, 40, 0.0001, 300);
    private static final MeasuredTrial SLOW_AND_CLOSE = trial(5, 0.8, 50, 0, 400);
    private static final List<MeasuredTrial> ALL =
            List.of(FAST_AND_WRONG, FAST, AS_FAST_AND_CLOSER, CLOSE, SLOW_AND_CLOSE);

    private static MeasuredTrial trial(int number, double speed, double sqnrDb, double drop, long size) {
        Times times = new Times(Duration.ofMillis(1), Duration.ofMillis(1));
        return new MeasuredTrial(
                number,
                Technique.STATIC,
                "trial",
                new Estimate(new Fidelity(sqnrDb, 1, null, 64, null), drop, 0.0005, 1),
                List.of(new Timing(1, 1, new Latency(times, times, speed, speed, speed, 15, true))),
                size,
                1,
                Duration.ZERO);
    }

    private static Recipe.Objective objective(double maxDrop, Preference prefer) {
        return new Recipe.Objective(maxDrop, false, prefer);
    }

    @ParameterizedTest
    @CsvSource({"FASTEST, 3", "SMALLEST, 2", "MOST_ACCURATE, 4"})
    void amongThoseThatMeetTheGoalThePreferenceDecides(Preference prefer, int number) {
        Choice choice = new Choice(objective(0.01, prefer), ALL);
        assertThat(choice.choose().number()).isEqualTo(number);
        assertThat(choice.reason()).contains("Trial " + number).contains("of 4 whose");
    }

    @Test
    void whereNoneMeetsTheGoalTheClosestIsKeptAndTheReasonSaysSo() {
        Choice choice = new Choice(objective(0.001, Preference.FASTEST), List.of(FAST_AND_WRONG, FAST));
        assertThat(choice.choose()).isEqualTo(FAST);
        assertThat(choice.reason()).startsWith("No trial is expected to keep the drop within 0.0010");
    }

    @Test
    void whatIsSlowerThanTheFloatModelIsTakenOnlyWhereNothingElseWillDo() {
        assertThat(new Choice(objective(0.01, Preference.MOST_ACCURATE), ALL).choose())
                .isNotEqualTo(SLOW_AND_CLOSE);
        assertThat(new Choice(objective(0.01, Preference.MOST_ACCURATE), List.of(FAST_AND_WRONG, SLOW_AND_CLOSE))
                        .choose())
                .isEqualTo(SLOW_AND_CLOSE);
    }

    @Test
    void aDropIsBelievedOnlyWithItsError() {
        MeasuredTrial barely = trial(1, 2, 20, 0.0098, 100);
        assertThat(new Choice(objective(0.01, Preference.FASTEST), List.of(barely)).meets(barely))
                .isFalse();
        assertThat(new Choice(objective(0.0104, Preference.FASTEST), List.of(barely)).meets(barely))
                .isTrue();
    }

    @Test
    void theFrontHoldsWhatNothingElseBeatsEverywhere() {
        assertThat(MeasuredTrial.front(ALL)).containsExactlyElementsOf(ALL);
        MeasuredTrial beaten = trial(6, 1.1, 30, 0, 310);
        assertThat(MeasuredTrial.front(List.of(CLOSE, beaten))).containsExactly(CLOSE);
        MeasuredTrial equal = trial(7, 1.2, 40, 0, 300);
        assertThat(MeasuredTrial.front(List.of(CLOSE, equal))).hasSize(2);
    }
}
