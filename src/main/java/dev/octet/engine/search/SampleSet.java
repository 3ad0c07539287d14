package dev.octet.engine.search;

import dev.octet.engine.data.Batch;
import dev.octet.engine.data.BatchReader;
import dev.octet.engine.data.Dataset;
import dev.octet.engine.data.InputSpec;
import dev.octet.engine.data.Preprocessing;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A run of samples of an open dataset, as a model's inputs.
 *
 * @param dataset the open file; who opened it closes it
 * @param inputs what the model wants
 * @param preprocessing how values become that
 * @param first index of the first sample
 * @param count number of samples
 */
public record SampleSet(Dataset dataset, List<InputSpec> inputs, Preprocessing preprocessing, long first, long count) {

    /** Samples scored at once. */
    public static final int LARGEST_BATCH = 8;

    /** The first {@code most} of these samples. */
    public SampleSet atMost(long most) {
        return new SampleSet(dataset, inputs, preprocessing, first, Math.min(count, most));
    }

    /** The part of these samples from {@code from} on, at most {@code most}. */
    public SampleSet part(long from, long most) {
        return new SampleSet(dataset, inputs, preprocessing, first + from, Math.min(count - from, most));
    }

    /** Reads all samples, {@code batchSize} at a time, or as many as the model's fixed batch axis asks for. */
    public BatchReader read(int batchSize) {
        long fixed = fixedBatch();
        int size = fixed > 0 ? Math.toIntExact(fixed) : batchSize;
        long whole = fixed > 1 ? count - count % fixed : count;
        return dataset.read(inputs, preprocessing, first, whole, size);
    }

    /**
     * What {@code use} makes of the first batch of {@code batchSize} samples, or of as many as the model insists on; empty where
     * there are no samples. The batch is gone afterwards.
     */
    public <T> Optional<T> withFirst(int batchSize, Function<Batch, T> use) {
        try (BatchReader reader = atMost(Math.max(batchSize, fixedBatch())).read(batchSize)) {
            Batch batch = reader.next();
            return batch == null ? Optional.empty() : Optional.of(use.apply(batch));
        }
    }

    /** Reads all samples in batches of a size that suits scoring. */
    public BatchReader read() {
        return read(LARGEST_BATCH);
    }

    /** Whether there are samples for one run of {@code batchSize} and the model takes that many at once. */
    public boolean canBatch(int batchSize) {
        return count >= batchSize && (fixedBatch() < 0 || fixedBatch() == batchSize);
    }

    /** The batch size that the model insists on; -1 where it takes any. */
    public long fixedBatch() {
        return inputs.stream()
                .filter(input -> !input.shape().isEmpty())
                .mapToLong(input -> input.shape().getFirst())
                .max()
                .orElse(-1);
    }
}
