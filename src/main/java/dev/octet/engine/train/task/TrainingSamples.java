package dev.octet.engine.train.task;

import dev.octet.engine.data.BatchReader;
import dev.octet.engine.data.Labels;
import org.jspecify.annotations.Nullable;

/** Samples to train on, and to tell by how far training has come. */
public interface TrainingSamples {

    /** How many there are. */
    long count();

    /** The batch size that the model insists on; -1 where it takes any. */
    long fixedBatch();

    /** Reads all of them, in order, at most {@code batchSize} at a time. */
    BatchReader read(int batchSize);

    /** True answers by the index of a sample in its batch's dataset; null where there are none. */
    @Nullable
    Labels labels();
}
