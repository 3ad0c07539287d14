package dev.octet.engine.search;

import dev.octet.engine.algorithm.ChooseEncodings;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.observe.Observer;
import dev.octet.engine.observe.TensorStatistics;
import dev.octet.engine.plan.AnalyticCosts;
import dev.octet.engine.plan.CostModel;
import dev.octet.engine.plan.EncodedValues;
import dev.octet.engine.plan.IntegersFirst;
import dev.octet.engine.plan.PlaceByMinimumCut;
import dev.octet.engine.plan.Placement;
import dev.octet.engine.plan.QuantizationPlan;
import dev.octet.engine.rewrite.InsertQdq;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.scheme.QuantizationSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;

/** Static quantization: place, calibrate, choose encodings, insert QDQ. */
public final class QuantizeStatically {

    private QuantizeStatically() {}

    /**
     * Where integers pay in {@code model}; where they pay nowhere, all that can be on integers, since the verdict tells the time.
     *
     * @throws EngineException MODEL_UNSUPPORTED where nothing that multiplies by constant weights can be quantized, with the
     *     reasons
     */
    public static Placement place(Model model, QuantizationSettings settings, Set<String> operators) {
        Graph graph = model.graph();
        Placement placement = place(graph, new AnalyticCosts(graph), settings, operators);
        if (!placement.quantizesWeights(graph)) {
            placement = place(graph, new IntegersFirst(), settings, operators);
        }
        if (!placement.quantizesWeights(graph)) {
            throw new EngineException(
                    Fault.MODEL_UNSUPPORTED,
                    "Nothing in the model that multiplies by constant weights can be quantized.",
                    placement.decisions().entrySet().stream()
                            .map(entry -> new EngineException.Detail(
                                    entry.getKey(), entry.getValue().reason()))
                            .limit(100)
                            .toList());
        }
        return placement;
    }

    private static Placement place(Graph graph, CostModel costs, QuantizationSettings settings, Set<String> operators) {
        return PlaceByMinimumCut.place(graph, Uses.of(graph), costs, settings.exclude(), operators);
    }

    /** What a run over {@code samples} shows of the values that {@code placement} encodes. */
    public static Map<String, TensorStatistics> calibrate(
            Model model,
            Placement placement,
            SampleSet samples,
            Observer observer,
            int threads,
            Path scratch,
            LongConsumer progress) {
        Graph graph = model.graph();
        EncodedValues values = EncodedValues.of(graph, Uses.of(graph), placement);
        return Calibrate.run(model, values.observed(), samples, observer.needs(), threads, scratch, progress);
    }

    /** The quantized model, from a placement and what calibration saw. */
    public static Candidate quantize(
            Model model,
            Placement placement,
            Map<String, TensorStatistics> statistics,
            QuantizationSettings settings,
            Observer observer) {
        QuantizationPlan plan = ChooseEncodings.choose(model.graph(), placement, statistics, settings, observer);
        return new Candidate(model, InsertQdq.perform(model, plan), plan, statistics, List.of());
    }
}
