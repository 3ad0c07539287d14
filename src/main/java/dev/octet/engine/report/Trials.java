package dev.octet.engine.report;

import dev.octet.engine.report.Outcome.Closeness;
import dev.octet.engine.report.Outcome.Result;
import dev.octet.engine.report.Outcome.Speedup;
import dev.octet.engine.report.Outcome.Times;
import dev.octet.engine.report.Outcome.Trial;
import dev.octet.engine.scheme.Technique;
import dev.octet.engine.search.auto.MeasuredTrial;
import dev.octet.engine.search.auto.SearchAutomatically.Found;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts trials into the words of the contract. */
public final class Trials {

    private Trials() {}

    /** A trial that has just finished, before anything is chosen. */
    public static Trial finished(MeasuredTrial trial, Instant now) {
        return view(trial, false, false, null, now);
    }

    /** All trials of a search, the chosen one with the {@code result} of its proof. */
    static List<Trial> of(Found found, Result result, Instant now) {
        List<MeasuredTrial> front = MeasuredTrial.front(found.trials());
        return found.trials().stream()
                .map(trial -> view(
                        trial,
                        trial.number() == found.chosen().number(),
                        front.contains(trial),
                        trial.number() == found.chosen().number() ? result : null,
                        now))
                .toList();
    }

    /** The one trial of a request that left nothing to search. */
    static Trial only(Technique technique, Result result, Duration took, Instant now) {
        return new Trial(
                1,
                "COMPLETED",
                technique.name(),
                technique + " as requested",
                true,
                null,
                result.metric(),
                null,
                result.fidelity().sqnrDb(),
                result.fidelity(),
                result.latency(),
                result.latency().stream().map(Speedup::of).toList(),
                result.sizeBytes().int8(),
                result.int8MacShare(),
                true,
                seconds(took),
                now.toString());
    }

    private static Trial view(
            MeasuredTrial trial, boolean chosen, boolean onFront, @Nullable Result proven, Instant now) {
        List<Times> latency = trial.latency().stream().map(Times::of).toList();
        Closeness closeness = Closeness.of(trial.estimate().fidelity());
        return new Trial(
                trial.number(),
                "COMPLETED",
                trial.technique().name(),
                trial.description(),
                chosen,
                null,
                proven == null ? null : proven.metric(),
                trial.estimate().drop(),
                closeness.sqnrDb(),
                closeness,
                latency,
                latency.stream().map(Speedup::of).toList(),
                trial.sizeBytes(),
                trial.int8MacShare(),
                onFront,
                seconds(trial.took()),
                now.toString());
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
