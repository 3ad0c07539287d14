package dev.octet.engine.report;

import dev.octet.engine.plan.QuantizationPlan;
import dev.octet.engine.plan.Target;
import dev.octet.engine.recipe.Recipe;
import dev.octet.engine.report.Outcome.Provenance;
import dev.octet.engine.runtime.CpuFeatures;
import dev.octet.engine.runtime.OrtRunner;
import dev.octet.engine.scheme.Sha256;
import dev.octet.engine.train.Libtorch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells what made a result: hashes of all that went in, versions of all that ran. */
final class Provenances {

    private Provenances() {}

    static Provenance of(Recipe recipe, Target target, QuantizationPlan plan) {
        CpuFeatures cpu = CpuFeatures.ofThisMachine();
        Recipe.Calibration calibration = recipe.calibration();
        Recipe.Evaluation evaluation = recipe.evaluation();
        Recipe.Training training = recipe.training();
        return new Provenance(
                Build.ofThis().version(),
                "onnxruntime " + OrtRunner.version(),
                Sha256.of(recipe.model()),
                calibration == null ? null : Sha256.of(calibration.dataset()),
                evaluation == null ? null : Sha256.of(evaluation.dataset()),
                training == null || training.dataset() == null ? null : Sha256.of(training.dataset()),
                training == null ? null : "libtorch " + Libtorch.VERSION,
                Sha256.of(settings(recipe)),
                Sha256.of(plan.text()),
                target.id(),
                recipe.seed(),
                cpu.model(),
                List.copyOf(cpu.instructionSets()),
                Runtime.getRuntime().availableProcessors(),
                Runtime.version().toString(),
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"));
    }

    /** The request without the places of its files, which are hashed by content. */
    private static String settings(Recipe recipe) {
        Recipe.Calibration calibration = recipe.calibration();
        Recipe.Evaluation evaluation = recipe.evaluation();
        return String.join(
                "\n",
                recipe.technique().name(),
                String.valueOf(recipe.target()),
                calibration == null ? "" : calibration.samples() + " " + calibration.preprocessing(),
                evaluation == null
                        ? ""
                        : evaluation.metric() + " " + evaluation.samples() + " " + evaluation.preprocessing() + " "
                                + evaluation.pairs() + " " + evaluation.pooling(),
                text(recipe.settings()),
                training(recipe.training()),
                recipe.objective().toString(),
                recipe.measure().toString(),
                Long.toString(recipe.seed()));
    }

    private static String training(Recipe.@Nullable Training training) {
        return training == null ? "" : training.samples() + " " + training.preprocessing() + " " + training.options();
    }

    /** Sets in a fixed order: their own order changes from run to run. */
    private static String text(Recipe.Settings settings) {
        return settings.observer() + " " + settings.percentile() + " " + settings.perChannel() + " "
                + settings.activationType() + " " + settings.weightType() + " " + settings.reduceRange() + " "
                + settings.opTypes().stream().sorted().toList() + " "
                + settings.exclude().stream().sorted().toList() + " "
                + settings.algorithms().stream().sorted().toList() + " "
                + settings.blockSize() + " " + settings.weightMethod();
    }
}
