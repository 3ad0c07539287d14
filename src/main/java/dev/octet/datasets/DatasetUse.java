package dev.octet.datasets;

import java.util.Optional;
import java.util.UUID;

/** Says what still needs a dataset, so that it is not deleted. */
public interface DatasetUse {
    /**
     * What uses the dataset, in words such as "job 0197…"; empty if nothing does.
     *
     * <p>Called in the transaction that would delete it, after {@link Datasets#hold} of others has ended or before it begins.
     */
    Optional<String> of(UUID datasetId);
}
