package dev.octet.engine.search.auto;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.plan.AnalyticCosts;
import dev.octet.engine.plan.ProfiledCosts;
import dev.octet.engine.runtime.ExecutedGraph;
import dev.octet.engine.search.MeasureTimes;
import dev.octet.engine.search.SampleSet;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Measures what each node costs in the float model and on integers, at the batch sizes that matter to the user.
 *
 * <p>The unit is a millionth of the float model's run; the batch sizes weigh the same.
 */
final class MeasureCosts {

    private static final double UNIT = 1e6;

    private final Graph graph;
    private final SampleSet samples;
    private final int threads;
    private final Path scratch;

    /** For nodes of {@code graph}, the prepared float model. */
    MeasureCosts(Graph graph, SampleSet samples, int threads, Path scratch) {
        this.graph = graph;
        this.samples = samples;
        this.threads = threads;
        this.scratch = scratch;
    }

    /**
     * Costs from the profiles of two files.
     *
     * @param integers the graph in {@code int8File}, as much of it as can be on integers
     */
    ProfiledCosts measure(Path floatFile, Path int8File, Graph integers, List<Integer> batchSizes) {
        AnalyticCosts shapes = new AnalyticCosts(graph);
        double foretold = graph.nodes().stream().mapToDouble(shapes::floatNanos).sum();
        Map<String, String> emitted = new HashMap<>();
        integers.nodes().forEach(node -> emitted.putIfAbsent(node.name(), node.id()));
        ExecutedGraph floatGraph = MeasureTimes.executed(floatFile, samples, scratch);
        ExecutedGraph int8Graph = MeasureTimes.executed(int8File, samples, scratch);
        Map<String, Double> floats = new HashMap<>();
        Map<String, Double> int8 = new HashMap<>();
        List<Integer> possible = batchSizes.stream().filter(samples::canBatch).toList();
        for (int batchSize : possible.isEmpty() ? List.of(1) : possible) {
            Map<String, Duration> floatTimes =
                    MeasureTimes.byNode(floatFile, graph, floatGraph, samples, batchSize, threads, scratch);
            Map<String, Duration> int8Times =
                    MeasureTimes.byNode(int8File, integers, int8Graph, samples, batchSize, threads, scratch);
            double whole = Math.max(
                    1,
                    floatTimes.values().stream().mapToDouble(Duration::toNanos).sum());
            for (Node node : graph.nodes()) {
                add(floats, node.id(), floatTimes.get(node.id()), whole);
                add(int8, node.id(), int8Times.get(emitted.getOrDefault(node.name(), "")), whole);
            }
        }
        double measured =
                floats.values().stream().mapToDouble(Double::doubleValue).sum();
        return new ProfiledCosts(shapes, floats, int8, foretold == 0 ? 1 : measured / foretold);
    }

    private static void add(Map<String, Double> times, String node, @Nullable Duration time, double whole) {
        if (time != null) {
            times.merge(node, UNIT * time.toNanos() / whole, Double::sum);
        }
    }
}
