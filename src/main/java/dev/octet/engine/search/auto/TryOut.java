package dev.octet.engine.search.auto;

import dev.octet.engine.onnx.OnnxWriter;
import dev.octet.engine.scheme.Technique;
import dev.octet.engine.search.Candidate;
import dev.octet.engine.search.Findings.Timing;
import dev.octet.engine.search.MeasureTimes;
import dev.octet.engine.search.OutputVectors;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes, writes, runs and times one candidate. */
final class TryOut {

    /** Time for each batch size: enough to tell placements apart, less than the proof takes. */
    private static final Duration TIMING = Duration.ofMillis(1200);

    private final Setting setting;
    private final Workshop workshop;
    private final Yardstick yardstick;

    TryOut(Setting setting, Workshop workshop) {
        this.setting = setting;
        this.workshop = workshop;
        this.yardstick = new Yardstick(
                setting.data().metric(),
                setting.data().pairs(),
                new OutputVectors(setting.data().pooling()),
                setting.selection(),
                setting.floatFile(),
                setting.threads());
    }

    /** Number of samples that candidates are measured on. */
    int samples() {
        return yardstick.samples();
    }

    /**
     * The trial of {@code configuration}.
     *
     * @param twin an earlier trial with the same placement, which takes the same time; null to time this one
     */
    MeasuredTrial run(int number, Configuration configuration, @Nullable MeasuredTrial twin) {
        long started = System.nanoTime();
        Candidate candidate = workshop.make(configuration);
        Path file = setting.scratch().resolve("trial-" + number + ".onnx");
        try {
            OnnxWriter.writeScratch(setting.prepared().typed(candidate.model()), file);
            Estimate estimate = yardstick.measure(file, !setting.timed());
            List<Timing> latency = twin != null ? twin.latency() : setting.timed() ? latency(file) : List.of();
            return new MeasuredTrial(
                    number,
                    configuration.trained() ? Technique.QAT : configuration.technique(),
                    configuration.description(),
                    estimate,
                    latency,
                    OnnxWriter.size(file),
                    twin != null ? twin.int8MacShare() : share(file),
                    Duration.ofNanos(System.nanoTime() - started));
        } finally {
            OnnxWriter.delete(file);
        }
    }

    private List<Timing> latency(Path file) {
        return MeasureTimes.latency(
                setting.prepared().file(), file, setting.timingSamples(), setting.measure(), TIMING, _ -> {});
    }

    private double share(Path file) {
        return MeasureTimes.executed(file, setting.timingSamples(), setting.scratch())
                .int8MacShare();
    }
}
