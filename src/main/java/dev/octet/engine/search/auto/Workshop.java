package dev.octet.engine.search.auto;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.observe.Observer;
import dev.octet.engine.observe.Observers;
import dev.octet.engine.observe.StatisticsFile;
import dev.octet.engine.observe.StatisticsRequest;
import dev.octet.engine.observe.TensorStatistics;
import dev.octet.engine.observe.origin.StatisticsOrigin;
import dev.octet.engine.plan.CostModel;
import dev.octet.engine.plan.IntegersFirst;
import dev.octet.engine.plan.PlaceByMinimumCut;
import dev.octet.engine.plan.Placement;
import dev.octet.engine.recipe.Recipe;
import dev.octet.engine.scheme.AlgorithmKind;
import dev.octet.engine.scheme.Technique;
import dev.octet.engine.search.Candidate;
import dev.octet.engine.search.QuantizeDynamically;
import dev.octet.engine.search.QuantizeStatically;
import dev.octet.engine.search.RunData;
import dev.octet.engine.search.SampleSet;
import dev.octet.engine.search.calibration.CalibrateOnce;
import dev.octet.engine.search.calibration.Candidates;
import dev.octet.engine.search.calibration.StatisticsKey;
import dev.octet.engine.search.correction.ApplyCorrections;
import dev.octet.engine.search.correction.SmoothDynamically;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Makes candidates out of configurations; calibrates once for all of them. */
final class Workshop {

    private final Setting setting;
    private final Model model;
    private final SampleSet samples;
    private final Map<String, TensorStatistics> statistics = new LinkedHashMap<>();
    private final Consumer<String> told;
    private final Map<Configuration, Candidate> trained = new HashMap<>();
    private @Nullable StatisticsOrigin origin;

    /**
     * A workshop.
     *
     * @param samples to calibrate on
     * @param told what is being done, where it takes long
     */
    Workshop(Setting setting, SampleSet samples, Consumer<String> told) {
        this.setting = setting;
        this.model = setting.model();
        this.samples = samples;
        this.told = told;
    }

    /** The cheapest placement under {@code costs}. */
    Placement place(CostModel costs) {
        Graph graph = model.graph();
        return PlaceByMinimumCut.place(
                graph,
                Uses.of(graph),
                costs,
                setting.settings().exclude(),
                setting.recipe().settings().opTypes());
    }

    /** All that can run on integers. */
    Placement everything() {
        return place(new IntegersFirst());
    }

    /**
     * Observes all values that any placement could encode, with all that any observer needs; or takes them from an earlier run.
     *
     * @return what was taken from there, in a sentence; empty where none was given
     */
    String calibrate(LongConsumer progress) {
        Recipe recipe = setting.recipe();
        CalibrateOnce.Calibrated calibrated = CalibrateOnce.run(
                model,
                Candidates.of(model.graph()),
                samples,
                StatisticsRequest.EVERYTHING,
                StatisticsKey.origin(
                        recipe.model(), model, RunData.calibrationFile(recipe, setting.scratch()), samples),
                recipe.statistics(),
                setting.threads(),
                setting.scratch(),
                progress);
        origin = calibrated.origin();
        statistics.putAll(calibrated.statistics());
        return calibrated.note();
    }

    void writeStatistics(Path file) {
        if (origin != null) {
            StatisticsFile.write(origin, statistics, file);
        }
    }

    /** The candidate of {@code configuration}; training is done once. */
    Candidate make(Configuration configuration) {
        if (!configuration.trained()) {
            return untrained(configuration);
        }
        Candidate made = trained.get(configuration);
        if (made == null) {
            made = setting.training(told).train(untrained(configuration));
            trained.put(configuration, made);
        }
        return made;
    }

    private Candidate untrained(Configuration configuration) {
        Placement placement = configuration.placement();
        if (placement == null && configuration.algorithms().contains(AlgorithmKind.SMOOTH_QUANT)) {
            return SmoothDynamically.quantize(
                    model,
                    samples,
                    setting.settings(),
                    setting.recipe().settings().opTypes(),
                    setting.threads(),
                    setting.scratch());
        }
        if (configuration.technique() == Technique.DYNAMIC || placement == null) {
            return QuantizeDynamically.quantize(
                    model, setting.settings(), setting.recipe().settings().opTypes());
        }
        Observer observer =
                Observers.of(configuration.observer(), setting.settings().percentile());
        Candidate candidate = configuration.algorithms().isEmpty()
                ? QuantizeStatically.quantize(model, placement, statistics, setting.settings(), observer)
                : ApplyCorrections.quantize(
                        model,
                        placement,
                        statistics,
                        samples,
                        setting.settings(),
                        observer,
                        configuration.algorithms(),
                        setting.threads(),
                        setting.scratch(),
                        told);
        return configuration.adaptive() ? AddDynamic.to(candidate, setting.settings()) : candidate;
    }
}
