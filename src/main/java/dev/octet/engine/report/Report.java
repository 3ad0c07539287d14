package dev.octet.engine.report;

import dev.octet.engine.report.Outcome.Closeness;
import dev.octet.engine.report.Outcome.Metric;
import dev.octet.engine.report.Outcome.Pair;
import dev.octet.engine.report.Outcome.Provenance;
import dev.octet.engine.report.Outcome.Times;
import dev.octet.engine.scheme.Range;
import dev.octet.engine.scheme.TensorInfo;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The whole story of a run, as the HTTP contract's {@code Report}.
 *
 * @param reportVersion version of this form
 * @param latencyNote why latency was not measured; null where it was
 */
public record Report(
        int reportVersion,
        Source model,
        Product quantized,
        @Nullable Metric metric,
        Closeness fidelity,
        List<Times> latency,
        @Nullable String latencyNote,
        @Nullable Pair memoryBytes,
        @Nullable Long peakMemoryBytes,
        Layers layers,
        List<IslandView> islands,
        List<Skipped> skippedPasses,
        List<Note> notes,
        @Nullable Advice dataAdvice,
        @Nullable TrainingReport training,
        Provenance provenance) {

    /** The uploaded model. */
    public record Source(
            String sha256,
            long sizeBytes,
            long opset,
            long parameters,
            long macs,
            List<TensorInfo> inputs,
            List<TensorInfo> outputs,
            Map<String, Integer> operators) {}

    /** The shipped file. */
    public record Product(
            String sha256, long sizeBytes, long opset, String technique, String target, double int8MacShare) {}

    /** The layers in numbers. */
    public record Layers(int total, int quantized, int floatingPoint, List<String> worst) {}

    /** A part that stays in floating point. */
    public record IslandView(List<String> nodes, List<String> operators, String reason, double macShare) {}

    /** A pass that did not apply, and why. */
    public record Skipped(String name, String reason) {}

    /** Something the reader should know. */
    public record Note(
            String severity,
            String code,
            String message,
            @Nullable String node) {

        static Note info(String code, String message) {
            return new Note("INFO", code, message, null);
        }

        static Note warning(String code, String message) {
            return new Note("WARNING", code, message, null);
        }
    }

    /**
     * What the calibration set was worth.
     *
     * @param samplesUsed samples that were calibrated on
     * @param samplesEnough samples after which no range grew by more than 5 %; null where one did until the end
     * @param message the advice for people
     * @param values encoded values that were compared with the evaluation samples
     * @param drifted how many of them span less than half or more than 1.5 times there
     * @param worst those that differ most
     */
    public record Advice(
            long samplesUsed,
            @Nullable Long samplesEnough,
            String message,
            int values,
            int drifted,
            List<Drift> worst) {}

    /**
     * One value on the calibration and on the evaluation samples.
     *
     * @param ratio width of its range on the second over that on the first
     * @param saturation share of the evaluation values that its encoding clips
     */
    public record Drift(String tensor, Range calibrated, Range evaluated, double ratio, double saturation) {}
}
