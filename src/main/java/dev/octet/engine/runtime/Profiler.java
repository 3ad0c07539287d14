package dev.octet.engine.runtime;

import dev.octet.engine.data.Batch;
import dev.octet.engine.runtime.kernel.TraceReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Measures how long each executed node of a model takes. */
public final class Profiler {

    private static final String KERNEL = "_kernel_time";
    private static final int WARM_UPS = 2;

    private Profiler() {}

    /**
     * Runs {@code modelFile} on {@code batch} and gives the median time of each executed node.
     *
     * @param runs number of measured runs, 1 or more, after two that are not
     * @param scratch folder for the trace, which is gone afterwards
     * @return medians by the node's name, in order of execution; a resolution of one microsecond is all the runtime has. A node
     *     executed several times in a run (in a loop's body, or under a name that others have too) counts with its sum
     * @throws dev.octet.engine.scheme.EngineException MODEL_UNSUPPORTED where the runtime refuses the model
     */
    public static Map<String, Duration> profile(Path modelFile, Batch batch, int threads, int runs, Path scratch) {
        if (runs < 1) {
            throw new IllegalArgumentException("runs " + runs);
        }
        try (ScratchFolder folder = ScratchFolder.in(scratch)) {
            Path trace;
            try (RuntimeSession session = RuntimeSession.open(
                    modelFile, RuntimeOptions.deployed(threads).profiling(folder.file("trace")))) {
                for (int i = 0; i < WARM_UPS + runs; i++) {
                    session.run(batch);
                }
                trace = session.endProfiling();
            }
            return medians(trace);
        } catch (IOException e) {
            throw ScratchFolder.failure("the trace can't be read", e);
        }
    }

    /** Medians over the runs in {@code trace}, the first two left out. */
    static Map<String, Duration> medians(Path trace) throws IOException {
        Map<String, List<Long>> micros = new LinkedHashMap<>();
        Map<String, Long> ofThisRun = new HashMap<>();
        int[] ended = {0};
        TraceReader.read(trace, event -> {
            if (event.category().equals("Node") && event.name().endsWith(KERNEL)) {
                String node = event.name().substring(0, event.name().length() - KERNEL.length());
                ofThisRun.merge(node, event.micros(), Long::sum);
                micros.computeIfAbsent(node, _ -> new ArrayList<>());
            } else if (event.category().equals("Session") && event.name().equals("model_run")) {
                if (ended[0]++ >= WARM_UPS) {
                    ofThisRun.forEach((node, time) ->
                            micros.computeIfAbsent(node, _ -> new ArrayList<>()).add(time));
                }
                ofThisRun.clear();
            }
        });
        Map<String, Duration> medians = new LinkedHashMap<>();
        micros.forEach((node, times) -> {
            double[] sorted =
                    times.stream().mapToDouble(Long::doubleValue).sorted().toArray();
            if (sorted.length > 0) {
                medians.put(node, Duration.ofNanos(Math.round(1000 * LatencyComparison.quantile(sorted, 0.5))));
            }
        });
        return medians;
    }
}
