package dev.octet.engine.search;

import dev.octet.engine.data.Batch;
import dev.octet.engine.data.BatchReader;
import dev.octet.engine.data.Column;
import dev.octet.engine.evaluate.Fidelity;
import dev.octet.engine.evaluate.InputSensitivity;
import dev.octet.engine.evaluate.Pooling;
import dev.octet.engine.evaluate.Score;
import dev.octet.engine.evaluate.Scorer;
import dev.octet.engine.runtime.OutputView;
import dev.octet.engine.runtime.RuntimeOptions;
import dev.octet.engine.runtime.RuntimeSession;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Scores the quantized file beside the float one, on the same samples, as both will be run. */
public final class ScoreModels {

    /** The model input that tells tokens from padding. */
    private static final String MASK = "attention_mask";

    private final Pooling pooling;
    private final Scorer scorer;
    private final InputSensitivity sensitivity = new InputSensitivity();

    /**
     * What was found.
     *
     * @param score the metric, both models side by side; null where there are no labels
     * @param fidelity closeness to the float model
     */
    public record Scores(@Nullable Score score, Fidelity fidelity) {}

    public ScoreModels(Scorer scorer, Pooling pooling) {
        this.scorer = scorer;
        this.pooling = pooling;
    }

    /**
     * Runs both files over {@code samples} and hands their first outputs to the scorer.
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
                BatchReader reader = samples.read()) {
            for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
                OutputView exact = first.run(batch).getFirst();
                OutputView quantized = second.run(batch).getFirst();
                for (int i = 0; i < batch.size(); i++) {
                    float[] reference = vector(exact, batch, i);
                    sensitivity.add(digest(batch, i), reference);
                    scorer.add(reference, vector(quantized, batch, i));
                }
                done += batch.size();
                progress.accept(done);
            }
        }
        sensitivity.require();
    }

    /** The vector of sample {@code i} that is scored: its part of the output, pooled. */
    private float[] vector(OutputView output, Batch batch, int i) {
        List<Long> shape = output.shape();
        int rows = shape.isEmpty() ? 1 : Math.toIntExact(shape.getFirst());
        if (rows != batch.size()) {
            throw new EngineException(
                    Fault.MODEL_UNSUPPORTED,
                    "Output '" + output.name() + "' of shape " + shape + " does not lead with the batch of "
                            + batch.size() + " samples, so it can't be scored sample by sample.");
        }
        FloatBuffer floats = output.floats();
        float[] values = new float[floats.remaining() / rows];
        floats.get(floats.position() + i * values.length, values);
        if (pooling == Pooling.NONE) {
            return values;
        }
        if (shape.size() != 3) {
            throw new EngineException(
                    Fault.RECIPE_INVALID,
                    "Pooling needs an output of [batch, tokens, width]; '" + output.name() + "' is " + shape + ".");
        }
        int tokens = Math.toIntExact(shape.get(1));
        return pooling.pool(values, tokens, Math.toIntExact(shape.get(2)), mask(batch, i, tokens));
    }

    private static long @Nullable [] mask(Batch batch, int i, int tokens) {
        for (Column column : batch.columns()) {
            if (column.name().equals(MASK) && column.type() == ElementType.INT64) {
                LongBuffer longs = column.data().asLongBuffer();
                long[] mask = new long[tokens];
                longs.get(i * tokens, mask);
                return mask;
            }
        }
        return null;
    }

    private static long digest(Batch batch, int i) {
        long digest = 0;
        for (Column column : batch.columns()) {
            ByteBuffer data = column.data();
            int each = data.remaining() / batch.size();
            digest = InputSensitivity.digest(digest, data.slice(data.position() + i * each, each));
        }
        return digest;
    }
}
