package dev.octet.engine.data;

import org.jspecify.annotations.Nullable;

/** A stream of batches, in the order of the samples. */
public interface BatchReader extends AutoCloseable {

    /**
     * The next batch, or null after the last.
     *
     * <p>A batch and its buffers are valid until the next call of this method or of {@link #close}. A batch is smaller than
     * asked for at the end, and where the next sample has another shape, or another number for an input without dimensions.
     *
     * @throws dev.octet.engine.scheme.EngineException DATASET_NOT_FINITE, naming array, sample and index of a NaN or an
     *     infinity; DATASET_MISMATCH for a value that the input's type can't hold; DATASET_MALFORMED for damaged bytes
     */
    @Nullable
    Batch next();

    /** Stops reading ahead and frees what it holds; may be called again. */
    @Override
    void close();
}
