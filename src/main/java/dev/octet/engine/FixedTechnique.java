package dev.octet.engine;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.observe.Observer;
import dev.octet.engine.observe.Observers;
import dev.octet.engine.observe.StatisticsRequest;
import dev.octet.engine.plan.EncodedValues;
import dev.octet.engine.plan.Placement;
import dev.octet.engine.recipe.Recipe;
import dev.octet.engine.report.OutcomeFiles;
import dev.octet.engine.scheme.AlgorithmKind;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.scheme.Progress;
import dev.octet.engine.scheme.Progress.Phase;
import dev.octet.engine.scheme.QuantizationSettings;
import dev.octet.engine.search.Candidate;
import dev.octet.engine.search.PreparedModel;
import dev.octet.engine.search.QuantizeDynamically;
import dev.octet.engine.search.QuantizeStatically;
import dev.octet.engine.search.QuantizeWeightsOnly;
import dev.octet.engine.search.RunData;
import dev.octet.engine.search.SampleSet;
import dev.octet.engine.search.calibration.CalibrateOnce;
import dev.octet.engine.search.calibration.Candidates;
import dev.octet.engine.search.calibration.StatisticsKey;
import dev.octet.engine.search.correction.ApplyCorrections;
import dev.octet.engine.search.correction.SmoothDynamically;
import dev.octet.engine.search.training.TrainQuantized;
import dev.octet.engine.train.Libtorch;
import dev.octet.engine.train.Trainer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/**
 * Makes the one candidate of a request that says how to quantize.
 *
 * @param recipe the request
 * @param settings its choices about encodings, the target's filled in
 * @param scratch folder for files of the run
 * @param checkpoint where training writes how far it is
 * @param progress told how far it has come
 * @param threads processors to use
 */
record FixedTechnique(
        Recipe recipe, QuantizationSettings settings, Path scratch, Path checkpoint, Progress progress, int threads) {

    /** The share of a run's time that may go into training; the rest is for calibration and proof. */
    private static final double TRAINING_SHARE = 0.7;

    /** The candidate. */
    Candidate quantize(PreparedModel prepared, RunData data) {
        Model model = prepared.model();
        return switch (recipe.technique()) {
            case STATIC -> statically(model, data);
            case DYNAMIC -> dynamically(model, data);
            case WEIGHT_ONLY ->
                QuantizeWeightsOnly.quantize(model, recipe.settings(), data.learned(), threads, scratch, progress);
            case QAT -> trained(prepared, data);
            case AUTO -> throw new EngineException(Fault.RECIPE_INVALID, "AUTO is no technique of one candidate.");
        };
    }

    /** What STATIC makes, trained further; where that can't be done it is refused before anything takes time. */
    private Candidate trained(PreparedModel prepared, RunData data) {
        Libtorch.require(threads);
        Trainer.require(prepared.model().graph());
        Recipe.Training training = Objects.requireNonNull(recipe.training(), "training");
        Candidate start = statically(prepared.model(), data);
        Integer seconds = recipe.budget().maxRunSeconds();
        return new TrainQuantized(
                        recipe,
                        seconds == null
                                ? training.options()
                                : training.options()
                                        .within(Duration.ofMillis((long) (1000 * TRAINING_SHARE * seconds))),
                        prepared,
                        data,
                        settings.reduceRange(),
                        threads,
                        scratch,
                        checkpoint,
                        progress)
                .train(start);
    }

    private Candidate dynamically(Model model, RunData data) {
        if (recipe.settings().algorithms().contains(AlgorithmKind.SMOOTH_QUANT)) {
            if (data.learned() == null) {
                throw new EngineException(
                        Fault.RECIPE_INVALID, "SMOOTH_QUANT learns from samples: name a calibration set.");
            }
            progress.report(Phase.QUANTIZING, 0, 1, "smoothing activations");
            return SmoothDynamically.quantize(
                    model, data.calibration(), settings, recipe.settings().opTypes(), threads, scratch);
        }
        progress.report(Phase.QUANTIZING, 0, 1, "quantizing weights");
        return QuantizeDynamically.quantize(model, settings, recipe.settings().opTypes());
    }

    private Candidate statically(Model model, RunData data) {
        Placement placement =
                QuantizeStatically.place(model, settings, recipe.settings().opTypes());
        Observer observer = Observers.of(settings.observer(), settings.percentile());
        CalibrateOnce.Calibrated calibrated = calibrate(model, placement, data.calibration());
        calibrated.write(scratch.resolve(OutcomeFiles.STATISTICS));
        progress.report(Phase.QUANTIZING, 0, 1, "choosing encodings");
        Candidate candidate = recipe.settings().algorithms().isEmpty()
                ? QuantizeStatically.quantize(model, placement, calibrated.statistics(), settings, observer)
                : ApplyCorrections.quantize(
                        model,
                        placement,
                        calibrated.statistics(),
                        data.calibration(),
                        settings,
                        observer,
                        recipe.settings().algorithms(),
                        threads,
                        scratch,
                        message -> progress.report(Phase.QUANTIZING, 0, 1, message));
        return candidate.withNote(calibrated.note());
    }

    /** Everything, also where this observer needs less: so that a later job with another observer calibrates no more. */
    private CalibrateOnce.Calibrated calibrate(Model model, Placement placement, SampleSet samples) {
        Graph graph = model.graph();
        progress.report(Phase.CALIBRATING, 0, samples.count(), "running the float model under observers");
        return CalibrateOnce.run(
                model,
                Candidates.affordable(
                        graph,
                        EncodedValues.of(graph, Uses.of(graph), placement).observed()),
                samples,
                StatisticsRequest.EVERYTHING,
                StatisticsKey.origin(recipe.model(), model, RunData.calibrationFile(recipe, scratch), samples),
                recipe.statistics(),
                threads,
                scratch,
                done -> progress.report(Phase.CALIBRATING, done, samples.count(), "calibrating"));
    }
}
