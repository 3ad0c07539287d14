package dev.octet.engine.report;

import dev.octet.engine.algorithm.blockwise.EncodedMatrix;
import dev.octet.engine.evaluate.SignalNoise;
import dev.octet.engine.graph.Channels;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.observe.TensorStatistics;
import dev.octet.engine.observe.WeightEncoder;
import dev.octet.engine.observe.shape.Portrait;
import dev.octet.engine.plan.NodeDecision;
import dev.octet.engine.plan.QuantizationPlan;
import dev.octet.engine.plan.WeightAxis;
import dev.octet.engine.plan.Work;
import dev.octet.engine.report.Outcome.Activation;
import dev.octet.engine.report.Outcome.EncodingView;
import dev.octet.engine.report.Outcome.Layer;
import dev.octet.engine.report.Outcome.Weight;
import dev.octet.engine.scheme.Encoding;
import dev.octet.engine.search.Findings;
import dev.octet.engine.search.LayerErrors.LayerError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Tells of each node of the prepared model what became of it. */
final class LayerTable {

    private final Findings findings;
    private final Graph graph;
    private final Uses uses;
    private final QuantizationPlan plan;
    private final Work work;
    private final Map<String, String> emittedIds = new HashMap<>();

    private LayerTable(Findings findings) {
        this.findings = findings;
        this.graph = findings.candidate().base().graph();
        this.uses = Uses.of(graph);
        this.plan = findings.candidate().plan();
        this.work = new Work(graph);
        findings.candidate().model().graph().nodes().forEach(node -> emittedIds.putIfAbsent(node.name(), node.id()));
    }

    /** One row a node, in the graph's order. */
    static List<Layer> of(Findings findings) {
        LayerTable table = new LayerTable(findings);
        List<Layer> layers = new ArrayList<>();
        for (Node node : table.graph.nodes()) {
            layers.add(table.layer(node, layers.size()));
        }
        return layers;
    }

    private Layer layer(Node node, int position) {
        NodeDecision decision = plan.placement().decisions().get(node.id());
        String choice = decision == null ? "FLOAT" : decision.choice().name();
        String value = plan.placement().encodedOutput(node, uses);
        EncodedMatrix blocks = findings.candidate().blocks().get(node.id());
        LayerError error = plan.weight(node).isPresent() ? findings.errors().get(value) : null;
        return new Layer(
                position,
                node.label(),
                node.domain().isEmpty() ? node.op() : node.domain() + ":" + node.op(),
                choice,
                decision == null ? "produces nothing" : decision.reason(),
                choice.equals("FLOAT")
                        ? "FP32"
                        : blocks == null
                                ? "INT8"
                                : "INT" + blocks.matrix().format().bits(),
                work.macs(node),
                weight(node),
                activation(value, error),
                error == null ? null : error.aloneDb(),
                error == null ? null : error.accumulatedDb(),
                micros(findings.floatTimes().get(node.id())),
                micros(findings.int8Times().get(emittedIds.getOrDefault(node.name(), ""))));
    }

    private @Nullable Weight weight(Node node) {
        Optional<Tensor> constant = WeightAxis.of(node) == Encoding.PER_TENSOR
                ? Optional.empty()
                : graph.constant(node.input(WeightAxis.input(node)))
                        .filter(t -> t.type().isFloatingPoint());
        if (constant.isEmpty() || constant.get().elements() == 0) {
            return null;
        }
        float[] bounds = {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
        Channels.of(constant.get(), Encoding.PER_TENSOR).forEachElement((values, from, to) -> {
            for (int i = from; i < to; i++) {
                bounds[0] = Math.min(bounds[0], values[i]);
                bounds[1] = Math.max(bounds[1], values[i]);
            }
        });
        Encoding encoding = plan.weights().get(node.id());
        return new Weight(
                encoding == null ? null : view(encoding),
                (double) bounds[0],
                (double) bounds[1],
                weightDb(node, constant.get(), encoding));
    }

    private @Nullable Double weightDb(Node node, Tensor weights, @Nullable Encoding encoding) {
        EncodedMatrix blocks = findings.candidate().blocks().get(node.id());
        if (blocks != null) {
            return Math.min(SignalNoise.MOST_DB, blocks.sqnrDb());
        }
        return encoding == null ? null : Math.min(SignalNoise.MOST_DB, WeightEncoder.sqnrDb(weights, encoding, false));
    }

    private @Nullable Activation activation(String value, @Nullable LayerError error) {
        if (value.isEmpty()) {
            return null;
        }
        TensorStatistics statistics = findings.candidate().statistics().get(value);
        TensorStatistics seen = statistics == null || statistics.count() == 0 ? null : statistics;
        Optional<Encoding> encoding = plan.activation(value);
        Portrait portrait = seen == null ? null : Portrait.of(seen, encoding.orElse(null));
        return new Activation(
                value,
                encoding.map(LayerTable::view).orElse(null),
                seen == null ? null : (double) seen.min(),
                seen == null ? null : (double) seen.max(),
                error == null ? null : error.saturation(),
                portrait == null ? null : portrait.bins(),
                portrait == null || portrait.worst().isEmpty() ? null : portrait.worst(),
                portrait == null ? null : portrait.causes());
    }

    private static EncodingView view(Encoding encoding) {
        float[] scales = encoding.scales();
        int[] zeroPoints = encoding.zeroPoints();
        return new EncodingView(
                IntStream.range(0, scales.length).mapToObj(i -> scales[i]).toList(),
                IntStream.of(zeroPoints).boxed().toList(),
                encoding.type().name(),
                encoding.isPerTensor() ? null : encoding.axis());
    }

    private static @Nullable Double micros(@Nullable Duration time) {
        return time == null ? null : time.toNanos() / 1e3;
    }
}
