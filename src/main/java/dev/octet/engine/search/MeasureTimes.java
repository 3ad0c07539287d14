package dev.octet.engine.search;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.recipe.Recipe;
import dev.octet.engine.runtime.ExecutedGraph;
import dev.octet.engine.runtime.ExecutedGraph.ExecutedNode;
import dev.octet.engine.runtime.Execution;
import dev.octet.engine.runtime.LatencyComparison;
import dev.octet.engine.runtime.Profiler;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.search.Findings.Timing;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;

/** Times models on real samples: whole runs of two models against each other, and one model node by node. */
public final class MeasureTimes {

    private static final Set<String> CONVERSIONS = Set.of("QuantizeLinear", "DequantizeLinear");
    private static final int PROFILED_RUNS = 20;

    private MeasureTimes() {}

    /**
     * Latency of both files at each asked batch size that there are samples for and the model takes.
     *
     * @param budget time for each of them
     * @param begins told each batch size before it is timed
     */
    public static List<Timing> latency(
            Path fp32, Path int8, SampleSet samples, Recipe.Measure measure, Duration budget, IntConsumer begins) {
        List<Timing> latency = new ArrayList<>();
        for (int batchSize : measure.batchSizes()) {
            if (samples.canBatch(batchSize)) {
                begins.accept(batchSize);
                samples.withFirst(
                                batchSize,
                                batch -> LatencyComparison.measure(
                                        fp32, int8, batch.columns(), measure.threads(), budget))
                        .ifPresent(times -> latency.add(new Timing(batchSize, measure.threads(), times)));
            }
        }
        return latency;
    }

    /**
     * What the runtime makes of {@code file}.
     *
     * @param scratch folder for the optimized model; the caller removes it
     */
    public static ExecutedGraph executed(Path file, SampleSet samples, Path scratch) {
        return samples.withFirst(1, batch -> Execution.inspect(file, batch.columns(), 1, scratch))
                .orElseThrow(() -> new EngineException(Fault.DATASET_MISMATCH, "there are no samples to run"));
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
