package dev.octet.engine.search;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.runtime.ExecutedGraph;
import dev.octet.engine.runtime.ExecutedGraph.ExecutedNode;
import dev.octet.engine.runtime.LatencyComparison;
import dev.octet.engine.runtime.LatencyComparison.Latency;
import dev.octet.engine.runtime.Profiler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Times models on real samples: whole runs of two models against each other, and one model node by node. */
public final class MeasureTimes {

    private static final Set<String> CONVERSIONS = Set.of("QuantizeLinear", "DequantizeLinear");
    private static final int PROFILED_RUNS = 20;

    private MeasureTimes() {}

    /** Latency of both files at {@code batchSize}; empty where there are not so many samples or the model takes another batch. */
    public static Optional<Latency> latency(
            Path fp32, Path int8, SampleSet samples, int batchSize, int threads, Duration budget) {
        boolean possible =
                samples.count() >= batchSize && (samples.fixedBatch() < 0 || samples.fixedBatch() == batchSize);
        if (!possible) {
            return Optional.empty();
        }
        return samples.withFirst(
                batchSize, batch -> LatencyComparison.measure(fp32, int8, batch.columns(), threads, budget));
    }

    /**
     * Time of each of the file's nodes by its id. What the runtime fused has one time, which is given to the first of its nodes in
     * the order of the graph that computes; the others have none.
     *
     * @param graph what {@code file} holds
     * @param batchSize samples a run
     */
    public static Map<String, Duration> byNode(
            Path file,
            Graph graph,
            ExecutedGraph executed,
            SampleSet samples,
            int batchSize,
            int threads,
            Path scratch) {
        Map<String, Duration> times = samples.withFirst(
                        batchSize, batch -> Profiler.profile(file, batch, threads, PROFILED_RUNS, scratch))
                .orElse(Map.of());
        Set<String> computing = graph.nodes().stream()
                .filter(node -> !CONVERSIONS.contains(node.op()))
                .map(Node::id)
                .collect(Collectors.toSet());
        Map<String, Duration> byNode = new HashMap<>();
        for (ExecutedNode node : executed.nodes()) {
            Duration time = times.get(node.name());
            if (time != null && !node.conversion()) {
                node.originals().stream()
                        .filter(computing::contains)
                        .findFirst()
                        .ifPresent(original -> byNode.merge(original, time, Duration::plus));
            }
        }
        return byNode;
    }
}
