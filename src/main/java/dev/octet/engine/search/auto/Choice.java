package dev.octet.engine.search.auto;

import dev.octet.engine.recipe.Recipe;
import dev.octet.engine.scheme.Preference;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Which trial the objective asks for, and why, in a sentence. */
final class Choice {

    /** Speeds closer than this are the same to any user: the more accurate one is taken. */
    private static final double SAME_SPEED = 0.97;

    /** And so are those closer than this whose intervals overlap. */
    private static final double MAYBE_SAME_SPEED = 0.95;

    private final Recipe.Objective objective;
    private final List<MeasuredTrial> trials;
    private String reason = "";

    /** A choice among {@code trials}, of which there is at least one. */
    Choice(Recipe.Objective objective, List<MeasuredTrial> trials) {
        this.objective = objective;
        this.trials = trials;
    }

    /** The trial to keep. */
    MeasuredTrial choose() {
        List<MeasuredTrial> good = trials.stream().filter(this::meets).toList();
        if (good.isEmpty()) {
            return mostAccurate();
        }
        List<MeasuredTrial> faster =
                good.stream().filter(trial -> trial.speed() > 1).toList();
        List<MeasuredTrial> among = faster.isEmpty() ? good : faster;
        MeasuredTrial chosen = switch (objective.prefer()) {
            case FASTEST -> fastest(among);
            case SMALLEST -> best(among, Comparator.comparingLong(trial -> -trial.sizeBytes()));
            case MOST_ACCURATE -> best(among, Comparator.comparingDouble(MeasuredTrial::closeness));
        };
        reason = String.format(
                Locale.ROOT,
                "Trial %d was chosen of %d: the %s of %d whose expected drop keeps within %.4f (its own: %.4f, standard"
                        + " error %.4f).",
                chosen.number(),
                trials.size(),
                word(objective.prefer()),
                good.size(),
                allowed(chosen),
                chosen.estimate().drop(),
                chosen.estimate().dropError());
        return chosen;
    }

    /** Why {@link #choose()} took what it took. */
    String reason() {
        return reason;
    }

    private MeasuredTrial mostAccurate() {
        MeasuredTrial chosen = best(trials, Comparator.comparingDouble(MeasuredTrial::closeness));
        reason = String.format(
                Locale.ROOT,
                "No trial is expected to keep the drop within %.4f; trial %d, the closest to the float model, loses"
                        + " %.4f (standard error %.4f).",
                allowed(chosen),
                chosen.number(),
                chosen.estimate().drop(),
                chosen.estimate().dropError());
        return chosen;
    }

    private static MeasuredTrial fastest(List<MeasuredTrial> among) {
        MeasuredTrial fastest = best(among, Comparator.comparingDouble(MeasuredTrial::speed));
        return best(
                among.stream().filter(trial -> isAsFast(trial, fastest)).toList(),
                Comparator.comparingDouble(MeasuredTrial::closeness));
    }

    private static boolean isAsFast(MeasuredTrial trial, MeasuredTrial fastest) {
        double ratio = trial.speed() / fastest.speed();
        return ratio >= SAME_SPEED || (ratio >= MAYBE_SAME_SPEED && trial.mostSpeed() >= fastest.leastSpeed());
    }

    private static MeasuredTrial best(List<MeasuredTrial> among, Comparator<MeasuredTrial> by) {
        return among.stream().max(by).orElseThrow();
    }

    /** Whether the objective will be met, as far as the samples tell that choices are made on. */
    boolean meets(MeasuredTrial trial) {
        return trial.estimate().cautiousDrop() <= allowed(trial);
    }

    private double allowed(MeasuredTrial trial) {
        return objective.allowedDrop(trial.estimate().expectedScore());
    }

    private static String word(Preference preference) {
        return switch (preference) {
            case FASTEST -> "fastest";
            case SMALLEST -> "smallest";
            case MOST_ACCURATE -> "most accurate";
        };
    }
}
