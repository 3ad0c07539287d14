package dev.octet.engine.data;

import org.jspecify.annotations.Nullable;

/** Produces batches on one thread into buffers it is given. */
interface BatchSource extends AutoCloseable {

    /** The next batch, written into the buffers of {@code slot}; null after the last. */
    @Nullable
    Batch fill(BatchSlot slot);

    @Override
    void close();
}
