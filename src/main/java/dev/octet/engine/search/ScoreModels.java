package dev.octet.engine.search;

import dev.octet.engine.data.Batch;
import dev.octet.engine.data.BatchReader;
import dev.octet.engine.data.Column;
import dev.octet.engine.evaluate.Fidelity;
import dev.octet.engine.evaluate.GroundTruth;
import dev.octet.engine.evaluate.InputSensitivity;
import dev.octet.engine.evaluate.Pooling;
import dev.octet.engine.evaluate.Score;
import dev.octet.engine.evaluate.Scorer;
import dev.octet.engine.runtime.OutputView;
import dev.octet.engine.runtime.RuntimeOptions;
import dev.octet.engine.runtime.RuntimeSession;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.MetricKind;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Scores the quantized file beside the float one, on the same samples, as both will be run. */
public final class ScoreModels {

    private final OutputVectors vectors;
    private final ReadAnswers answers;
    private final Scorer scorer;
    private final InputSensitivity sensitivity = new InputSensitivity();

    /**
     * What was found.
     *
     * @param score the metric, both models side by side; null where there are no labels
     * @param fidelity closeness to the float model
     */
    public record Scores(@Nullable Score score, Fidelity fidelity) {}

    /**
     * Scores by {@code metric}.
     *
     * @param scorer for that metric
     * @param truth the labels; null where there are none
     */
    public ScoreModels(Scorer scorer, Pooling pooling, MetricKind metric, @Nullable GroundTruth truth) {
        this.scorer = scorer;
        this.vectors = new OutputVectors(pooling);
        this.answers = new ReadAnswers(metric, truth);
    }

    /**
     * Runs both files over {@code samples} and hands their first outputs, and what the metric reads from all, to the scorer.
     *
     * @param literally whether the quantized file is executed as written instead of on this machine's integer kernels: a simulation
     *     of another target
     * @param progress told the number of samples done
     * @throws EngineException BASELINE_BROKEN where the float model's output does not depend on its input
     */
    public void run(Path fp32, Path int8, boolean literally, SampleSet samples, int threads, LongConsumer progress) {
        RuntimeOptions optimized = RuntimeOptions.optimized(threads);
        long done = 0;
        try (RuntimeSession first = RuntimeSession.open(fp32, optimized);
                RuntimeSession second =
                        RuntimeSession.open(int8, literally ? RuntimeOptions.literal(threads) : optimized);
                BatchReader reader = samples.read(first)) {
            for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
                List<OutputView> exact = first.run(batch);
                List<OutputView> quantized = second.run(batch);
                for (int i = 0; i < batch.size(); i++) {
                    float[] reference = vectors.of(exact.getFirst(), batch, i);
                    float[] compared = vectors.of(quantized.getFirst(), batch, i);
                    sensitivity.add(digest(batch, i), reference);
                    scorer.add(
                            reference,
                            compared,
                            answers.of(exact, reference, batch, i),
                            answers.of(quantized, compared, batch, i));
                }
                watchChannels(exact, quantized, batch.size());
                done += batch.size();
                progress.accept(done);
            }
        }
        sensitivity.require();
    }

    private void watchChannels(List<OutputView> exact, List<OutputView> quantized, int size) {
        for (int o = 0; o < exact.size(); o++) {
            OutputView output = exact.get(o);
            List<Long> shape = output.shape();
            if (shape.size() > 2
                    && shape.getFirst() == size
                    && shape.equals(quantized.get(o).shape())) {
                for (int i = 0; i < size; i++) {
                    scorer.channels()
                            .add(
                                    output.name(),
                                    shape.subList(1, shape.size()),
                                    output.part(size, i),
                                    quantized.get(o).part(size, i));
                }
            }
        }
    }

    private static long digest(Batch batch, int i) {
        long digest = 0;
        for (Column column : batch.columns()) {
            ByteBuffer data = column.data();
            boolean shared = column.shape().isEmpty();
            int each = shared ? data.remaining() : data.remaining() / batch.size();
            digest = InputSensitivity.digest(digest, data.slice(data.position() + (shared ? 0 : i * each), each));
        }
        return digest;
    }
}
