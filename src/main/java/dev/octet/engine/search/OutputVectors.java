package dev.octet.engine.search;

import dev.octet.engine.data.Batch;
import dev.octet.engine.data.Column;
import dev.octet.engine.evaluate.Pooling;
import dev.octet.engine.runtime.OutputView;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.nio.LongBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes from a model's first output the vector that each sample is scored by. */
public record OutputVectors(Pooling pooling) {

    /** The model input that tells tokens from padding. */
    private static final String MASK = "attention_mask";

    /**
     * The vector of sample {@code i} of {@code batch}: its part of {@code output}, pooled.
     *
     * @throws EngineException MODEL_UNSUPPORTED where several samples came in one batch, which the output does not lead with;
     *     RECIPE_INVALID where it can't be pooled
     */
    public float[] of(OutputView output, Batch batch, int i) {
        List<Long> shape = output.shape();
        int rows = shape.isEmpty() || batch.size() == 1 ? 1 : Math.toIntExact(shape.getFirst());
        if (rows != batch.size()) {
            throw new EngineException(
                    Fault.MODEL_UNSUPPORTED,
                    "Output '" + output.name() + "' of shape " + shape + " does not lead with the batch of "
                            + batch.size() + " samples, so it can't be scored sample by sample.");
        }
        float[] values = output.part(rows, i);
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
}
