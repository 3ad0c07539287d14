package dev.octet.engine.search.auto;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.observe.Observers;
import dev.octet.engine.observe.StatisticsRequest;
import dev.octet.engine.observe.TensorStatistics;
import dev.octet.engine.plan.CostModel;
import dev.octet.engine.plan.EncodedValues;
import dev.octet.engine.plan.IntegersFirst;
import dev.octet.engine.plan.PlaceByMinimumCut;
import dev.octet.engine.plan.Placement;
import dev.octet.engine.plan.Role;
import dev.octet.engine.scheme.ObserverKind;
import dev.octet.engine.scheme.QuantizationSettings;
import dev.octet.engine.scheme.Technique;
import dev.octet.engine.search.Calibrate;
import dev.octet.engine.search.Candidate;
import dev.octet.engine.search.QuantizeDynamically;
import dev.octet.engine.search.QuantizeStatically;
import dev.octet.engine.search.SampleSet;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;

/** Makes candidates out of configurations; calibrates once for all of them. */
final class Workshop {

    private final Model model;
    private final QuantizationSettings settings;
    private final Set<String> operators;
    private final SampleSet samples;
    private final int threads;
    private final Path scratch;
    private final Map<String, TensorStatistics> statistics = new LinkedHashMap<>();

    /**
     * A workshop for {@code model}.
     *
     * @param operators operator types that may be quantized; empty for all
     * @param samples to calibrate on
     */
    Workshop(
            Model model,
            QuantizationSettings settings,
            Set<String> operators,
            SampleSet samples,
            int threads,
            Path scratch) {
        this.model = model;
        this.settings = settings;
        this.operators = operators;
        this.samples = samples;
        this.threads = threads;
        this.scratch = scratch;
    }

    /** The cheapest placement under {@code costs}. */
    Placement place(CostModel costs) {
        Graph graph = model.graph();
        return PlaceByMinimumCut.place(graph, Uses.of(graph), costs, settings.exclude(), operators);
    }

    /** All that can run on integers. */
    Placement everything() {
        return place(new IntegersFirst());
    }

    /** Observes all values that any placement could encode, with all that any observer needs. */
    void calibrate(LongConsumer progress) {
        Graph graph = model.graph();
        Placement everything = everything();
        Set<String> values = new LinkedHashSet<>(
                EncodedValues.of(graph, Uses.of(graph), everything).observed());
        for (Node node : graph.nodes()) {
            // What moves values shares its source's encoding, unless it stays in floating point behind one that is on
            // integers.
            if (everything.isQuantized(node) && everything.rule(node).role() == Role.MOVEMENT) {
                values.add(node.output(0));
            }
        }
        observe(values, progress);
    }

    private void observe(Set<String> values, LongConsumer progress) {
        values.removeAll(statistics.keySet());
        StatisticsRequest request = StatisticsRequest.EXTREMES;
        for (ObserverKind kind : ObserverKind.values()) {
            request = request.and(Observers.of(kind, settings.percentile()).needs());
        }
        statistics.putAll(Calibrate.run(model, values, samples, request, threads, scratch, progress));
    }

    /** What calibration saw so far. */
    Map<String, TensorStatistics> statistics() {
        return statistics;
    }

    /** The candidate of {@code configuration}. */
    Candidate make(Configuration configuration) {
        Placement placement = configuration.placement();
        if (configuration.technique() == Technique.DYNAMIC || placement == null) {
            return QuantizeDynamically.quantize(model, settings, operators);
        }
        Graph graph = model.graph();
        observe(
                new LinkedHashSet<>(
                        EncodedValues.of(graph, Uses.of(graph), placement).observed()),
                _ -> {});
        return QuantizeStatically.quantize(
                model, placement, statistics, settings, Observers.of(configuration.observer(), settings.percentile()));
    }
}
