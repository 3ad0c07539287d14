package dev.octet.engine.algorithm;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.observe.MinMaxObserver;
import dev.octet.engine.observe.StatisticsRequest;
import dev.octet.engine.observe.TensorStatistics;
import dev.octet.engine.plan.CostModel;
import dev.octet.engine.plan.Costs;
import dev.octet.engine.plan.EncodedValues;
import dev.octet.engine.plan.Network;
import dev.octet.engine.plan.PlaceByMinimumCut;
import dev.octet.engine.plan.Placement;
import dev.octet.engine.plan.QuantizationPlan;
import dev.octet.engine.rewrite.InsertQdq;
import dev.octet.engine.runtime.CpuFeatures;
import dev.octet.engine.runtime.OrtRunner;
import dev.octet.engine.scheme.ObserverKind;
import dev.octet.engine.scheme.QuantType;
import dev.octet.engine.scheme.QuantizationSettings;
import dev.octet.engine.scheme.Range;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A small network quantized statically, for tests: placed where integers pay everywhere, calibrated on random samples or told its
 * ranges.
 *
 * @param network as written down
 * @param prepared the float model with the types of its values
 * @param plan what was decided
 * @param model the quantized model
 */
public record Quantized(Network network, Model prepared, QuantizationPlan plan, Model model) {

    /** Sums saturate on processors without VNNI unless weights have 7 bits: so that tests hold on every machine. */
    public static final QuantizationSettings SETTINGS =
            settings(true, QuantType.UINT8, !CpuFeatures.ofThisMachine().sumsWithoutSaturation());

    public static QuantizationSettings settings(boolean perChannel, QuantType activations, boolean reduceRange) {
        return new QuantizationSettings(
                ObserverKind.MIN_MAX, 99.99, perChannel, activations, QuantType.INT8, reduceRange, Set.of());
    }

    /** Calibrated on four random batches of three samples. */
    public static Quantized calibrated(Network network, Path scratch, QuantizationSettings settings) {
        Model prepared = network.typed(scratch);
        Placement placement = place(prepared.graph(), Costs.integersAlwaysPay(), settings);
        OrtRunner runner = new OrtRunner(scratch);
        Set<String> observed = EncodedValues.of(prepared.graph(), Uses.of(prepared.graph()), placement)
                .observed();
        Map<String, TensorStatistics> statistics = new LinkedHashMap<>();
        for (int batch = 0; batch < 4; batch++) {
            Map<String, Tensor> seen = runner.run(network.model(), network.sample(batch, 3), observed);
            seen.forEach((value, tensor) -> statistics
                    .computeIfAbsent(value, _ -> new TensorStatistics(StatisticsRequest.EXTREMES))
                    .accept(FloatBuffer.wrap(tensor.toFloats())));
        }
        return of(network, prepared, placement, statistics, settings);
    }

    public static Quantized calibrated(Network network, Path scratch) {
        return calibrated(network, scratch, SETTINGS);
    }

    /** With the given ranges; values that are not named reach from -1 to 1, behind a clamp from 0 to 1. */
    public static Quantized withRanges(
            Network network, Path scratch, QuantizationSettings settings, Map<String, Range> ranges) {
        Model prepared = network.typed(scratch);
        Placement placement = place(prepared.graph(), Costs.integersAlwaysPay(), settings);
        Uses uses = Uses.of(prepared.graph());
        Map<String, TensorStatistics> statistics = new LinkedHashMap<>();
        for (String value : EncodedValues.of(prepared.graph(), uses, placement).observed()) {
            boolean clamped = uses.producer(value).filter(placement::isFused).isPresent();
            Range range = ranges.getOrDefault(value, new Range(clamped ? 0 : -1, 1));
            TensorStatistics seen = new TensorStatistics(StatisticsRequest.EXTREMES);
            seen.accept(FloatBuffer.wrap(new float[] {range.min(), range.max()}));
            statistics.put(value, seen);
        }
        return of(network, prepared, placement, statistics, settings);
    }

    private static Placement place(Graph graph, CostModel costs, QuantizationSettings settings) {
        return PlaceByMinimumCut.place(graph, Uses.of(graph), costs, settings.exclude(), Set.of());
    }

    private static Quantized of(
            Network network,
            Model prepared,
            Placement placement,
            Map<String, TensorStatistics> statistics,
            QuantizationSettings settings) {
        QuantizationPlan plan =
                ChooseEncodings.choose(prepared.graph(), placement, statistics, settings, new MinMaxObserver());
        return new Quantized(network, prepared, plan, InsertQdq.perform(prepared, plan));
    }
}
