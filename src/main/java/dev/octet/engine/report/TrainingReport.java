package dev.octet.engine.report;

import dev.octet.engine.train.task.Epoch;
import dev.octet.engine.train.task.TrainingStory;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a training went and what was decided, as the HTTP contract's {@code TrainingReport}.
 *
 * @param decision TRAINED, or START_KEPT where training did not beat what it began with on held-out samples
 * @param reason the decision in a sentence, with its numbers
 * @param origin what was trained on
 * @param history each epoch, 0 the state before
 * @param best number of the epoch that was best in training
 * @param resumedAfter epochs that an earlier attempt had done; 0 where there was none
 * @param ending why it ended
 */
public record TrainingReport(
        String decision,
        String reason,
        String origin,
        long samples,
        long heldOut,
        boolean labelled,
        List<Step> history,
        int best,
        int resumedAfter,
        String ending,
        double seconds,
        Nearness start,
        Nearness trained) {

    /** One epoch; what is no number is left out. */
    public record Step(
            int epoch,
            @Nullable Double loss,
            double heldOutLoss,
            @Nullable Double agreement,
            double learningRate,
            double seconds) {}

    /** How near a file's outputs are to the float model's on held-out samples. */
    public record Nearness(double distance, double cosine, double agreement) {}

    static @Nullable TrainingReport of(@Nullable TrainingStory story) {
        if (story == null) {
            return null;
        }
        return new TrainingReport(
                story.kept() ? "TRAINED" : "START_KEPT",
                reason(story),
                story.origin(),
                story.samples(),
                story.heldOut(),
                story.labelled(),
                story.epochs().stream().map(TrainingReport::step).toList(),
                story.best(),
                story.resumed(),
                story.ending(),
                story.epochs().stream().mapToDouble(Epoch::seconds).sum(),
                nearness(story.before()),
                nearness(story.after()));
    }

    private static String reason(TrainingStory story) {
        TrainingStory.Nearness before = story.before();
        TrainingStory.Nearness after = story.after();
        String numbers = String.format(
                Locale.ROOT,
                "on %d samples that were not trained on, distance from the float model %.5f (%.2f %% the same answer)"
                        + " after training, %.5f (%.2f %%) before.",
                story.heldOut(),
                after.distance(),
                100 * after.agreement(),
                before.distance(),
                100 * before.agreement());
        return (story.kept()
                        ? "The trained model is nearer to the float model: "
                        : "Training brought nothing, so the result is what it began with: ")
                + numbers;
    }

    private static Step step(Epoch epoch) {
        return new Step(
                epoch.number(),
                number(epoch.loss()),
                epoch.heldOutLoss(),
                number(epoch.agreement()),
                epoch.learningRate(),
                epoch.seconds());
    }

    private static Nearness nearness(TrainingStory.Nearness nearness) {
        return new Nearness(nearness.distance(), nearness.cosine(), nearness.agreement());
    }

    private static @Nullable Double number(double value) {
        return Double.isNaN(value) ? null : value;
    }
}
