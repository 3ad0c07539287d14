package dev.octet.engine.search.auto;

import dev.octet.engine.onnx.OnnxWriter;
import dev.octet.engine.runtime.Execution;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.search.Candidate;
import dev.octet.engine.search.Findings.Timing;
import dev.octet.engine.search.MeasureTimes;
import dev.octet.engine.search.OutputVectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
                setting.pairs(),
                new OutputVectors(setting.pooling()),
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
            OnnxWriter.write(candidate.model().withoutTypes(), file);
            Estimate estimate = yardstick.measure(file, !setting.timed());
            List<Timing> latency = twin != null ? twin.latency() : setting.timed() ? latency(file) : List.of();
            return new MeasuredTrial(
                    number,
                    configuration.technique(),
                    configuration.description(),
                    estimate,
                    latency,
                    size(file),
                    twin != null ? twin.int8MacShare() : share(file),
                    Duration.ofNanos(System.nanoTime() - started));
        } finally {
            delete(file);
        }
    }

    private List<Timing> latency(Path file) {
        List<Timing> latency = new ArrayList<>();
        for (int batchSize : setting.measure().batchSizes()) {
            MeasureTimes.latency(
                            setting.prepared().file(),
                            file,
                            setting.timingSamples(),
                            batchSize,
                            setting.measure().threads(),
                            TIMING)
                    .ifPresent(times ->
                            latency.add(new Timing(batchSize, setting.measure().threads(), times)));
        }
        return latency;
    }

    private double share(Path file) {
        return setting.timingSamples()
                .withFirst(1, batch -> Execution.inspect(file, batch.columns(), 1, setting.scratch()))
                .map(executed -> executed.int8MacShare())
                .orElse(0.0);
    }

    private static Path data(Path file) {
        return file.resolveSibling(Objects.requireNonNull(file.getFileName()) + ".data");
    }

    private static long size(Path file) {
        try {
            return Files.size(file) + (Files.exists(data(file)) ? Files.size(data(file)) : 0);
        } catch (IOException e) {
            throw EngineException.ofIo(file.getFileName() + " can't be read", e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
            Files.deleteIfExists(data(file));
        } catch (IOException e) {
            throw EngineException.ofIo(file.getFileName() + " can't be deleted", e);
        }
    }
}
