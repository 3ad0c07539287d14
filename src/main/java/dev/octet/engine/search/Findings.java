package dev.octet.engine.search;

import dev.octet.engine.evaluate.Fidelity;
import dev.octet.engine.evaluate.Score;
import dev.octet.engine.runtime.ExecutedGraph;
import dev.octet.engine.runtime.LatencyComparison.Latency;
import dev.octet.engine.search.LayerErrors.LayerError;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * All that was measured of one candidate.
 *
 * @param prepared the float model it was made from
 * @param candidate the quantized model
 * @param data what it was calibrated and scored on
 * @param executed the quantized model as the runtime executes it
 * @param errors by the layers' output values
 * @param timed whether this machine is the target, so that times mean something
 * @param latency of both models; empty where not timed
 * @param floatMemory peak bytes of running the uploaded model once; empty where the system does not tell
 * @param int8Memory the same for the quantized model
 * @param floatTimes by node id in the prepared float model; empty where not timed
 * @param int8Times by node id in the quantized model; empty where not timed
 * @param score the metric of both models
 * @param fidelity closeness of their outputs
 * @param preparedDb agreement of the folded with the uploaded model
 * @param fusedDb agreement of the integer kernels with the file as written; empty where this machine is not the target
 * @param proving how long all this took
 */
public record Findings(
        PreparedModel prepared,
        Candidate candidate,
        RunData data,
        ExecutedGraph executed,
        Map<String, LayerError> errors,
        boolean timed,
        List<Timing> latency,
        OptionalLong floatMemory,
        OptionalLong int8Memory,
        Map<String, Duration> floatTimes,
        Map<String, Duration> int8Times,
        Score score,
        Fidelity fidelity,
        double preparedDb,
        OptionalDouble fusedDb,
        Duration proving) {

    /** Latency of both models at one batch size and number of threads. */
    public record Timing(int batchSize, int threads, Latency latency) {}
}
