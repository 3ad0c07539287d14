package dev.octet.engine.search.auto;

import dev.octet.engine.graph.Model;
import dev.octet.engine.recipe.Recipe;
import dev.octet.engine.scheme.QuantizationSettings;
import dev.octet.engine.scheme.TrainingOptions;
import dev.octet.engine.search.PreparedModel;
import dev.octet.engine.search.RunData;
import dev.octet.engine.search.SampleSet;
import dev.octet.engine.search.training.TrainQuantized;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a search works on and within.
 *
 * @param recipe the request
 * @param settings its choices about encodings, the target's filled in
 * @param timed whether this machine is the target, so that times mean something
 * @param prepared the float model
 * @param floatFile the same as a file
 * @param data the samples of the run
 * @param learned samples that calibration sees; null where there are none
 * @param selection samples that choices are made on, apart from those
 * @param deadline when to stop trying
 * @param threads threads of all that is not timed
 * @param scratch folder for files of the search; the caller removes it
 */
public record Setting(
        Recipe recipe,
        QuantizationSettings settings,
        boolean timed,
        PreparedModel prepared,
        Path floatFile,
        RunData data,
        @Nullable SampleSet learned,
        SampleSet selection,
        Deadline deadline,
        int threads,
        Path scratch) {

    /** Fewest samples beyond the calibrated ones that choices are made on; with fewer, calibration gives up a part of its own. */
    private static final long FEWEST_APART = 32;

    private static final int GIVEN_UP = 4;

    /** The setting of a run, its calibration samples divided into those to learn from and those to choose on. */
    public static Setting of(
            Recipe recipe,
            QuantizationSettings settings,
            boolean timed,
            PreparedModel prepared,
            Path floatFile,
            RunData data,
            Deadline deadline,
            int threads,
            Path scratch) {
        SampleSet learned = data.learned();
        SampleSet selection = data.evaluation();
        if (learned != null) {
            long beyond = learned.dataset().samples() - learned.first() - learned.count();
            if (data.origin() == RunData.Origin.EVALUATION && beyond >= FEWEST_APART) {
                selection = new SampleSet(
                        learned.dataset(),
                        learned.inputs(),
                        learned.preprocessing(),
                        learned.first() + learned.count(),
                        Math.min(beyond, Yardstick.MOST_SAMPLES));
            } else if (learned.count() > 1) {
                long apart = Math.max(1, learned.count() / GIVEN_UP);
                selection = learned.part(learned.count() - apart, apart);
                learned = learned.atMost(learned.count() - apart);
            }
        }
        return new Setting(
                recipe, settings, timed, prepared, floatFile, data, learned, selection, deadline, threads, scratch);
    }

    Model model() {
        return prepared.model();
    }

    Recipe.Measure measure() {
        return recipe.measure();
    }

    Recipe.Objective objective() {
        return recipe.objective();
    }

    int maxTrials() {
        return recipe.budget().maxTrials();
    }

    boolean calibrates() {
        return learned != null;
    }

    long calibrationSamples() {
        return learned == null ? 0 : learned.count();
    }

    /** Inputs to time with: as in the proof. */
    SampleSet timingSamples() {
        return data.evaluation();
    }

    /** A training of candidates, on what the request names, in the time that is left. */
    TrainQuantized training(Consumer<String> told) {
        Recipe.Training asked = Objects.requireNonNull(recipe.training(), "training");
        TrainingOptions options = deadline.left().map(asked.options()::within).orElse(asked.options());
        return new TrainQuantized(
                recipe,
                options,
                prepared,
                data,
                settings.reduceRange(),
                threads,
                scratch,
                null,
                (_, _, _, message) -> told.accept(message));
    }

    Workshop workshop(Consumer<String> told) {
        return new Workshop(this, learned == null ? selection : learned, told);
    }
}
