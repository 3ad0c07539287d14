package dev.octet.engine.search;

import dev.octet.engine.data.Batch;
import dev.octet.engine.data.BatchReader;
import dev.octet.engine.data.Dataset;
import dev.octet.engine.data.InputSpec;
import dev.octet.engine.data.Preprocessing;
import dev.octet.engine.runtime.RuntimeSession;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
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

    /**
     * All samples of {@code dataset}.
     *
     * @param name of the dataset, as a fault has it
     * @throws EngineException DATASET_MISMATCH where it does not fit the model
     */
    public static SampleSet whole(Dataset dataset, String name, List<InputSpec> inputs, Preprocessing preprocessing) {
        List<EngineException.Detail> mismatches = dataset.mismatches(inputs, preprocessing);
        if (!mismatches.isEmpty()) {
            throw new EngineException(
                    Fault.DATASET_MISMATCH,
                    "The " + name + " does not fit the model: "
                            + mismatches.getFirst().message(),
                    mismatches);
        }
        return new SampleSet(dataset, inputs, preprocessing, 0, dataset.samples());
    }

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

    /**
     * Reads all samples for scoring by what {@code session} gives: in batches, or one by one where its first output does not lead with
     * the batch, as time-major sequences do.
     */
    public BatchReader read(RuntimeSession session) {
        boolean leads = count < 2
                || fixedBatch() > 0
                || withFirst(2, session::run)
                        .map(views -> views.getFirst().shape())
                        .filter(shape -> !shape.isEmpty() && shape.getFirst() == 2)
                        .isPresent();
        return read(leads ? LARGEST_BATCH : 1);
    }

    /** Whether there are samples for one run of {@code batchSize} and the model takes that many at once. */
    public boolean canBatch(int batchSize) {
        return count >= batchSize && (fixedBatch() < 0 || fixedBatch() == batchSize);
    }

    /** The batch size that the model, or samples that are whole tensors, insist on; -1 where any will do. */
    public long fixedBatch() {
        if (inputs.stream().anyMatch(dataset::isWhole)) {
            return 1;
        }
        return inputs.stream()
                .filter(input -> !input.shape().isEmpty())
                .mapToLong(input -> input.shape().getFirst())
                .max()
                .orElse(-1);
    }
}
