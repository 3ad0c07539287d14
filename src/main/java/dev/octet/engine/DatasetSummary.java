package dev.octet.engine;

import dev.octet.engine.scheme.TensorInfo;
import java.util.List;

/**
 * What an uploaded dataset is.
 *
 * @param format {@code NPZ}, {@code IMAGES}, {@code JSONL}, {@code CSV}, or {@code TEXTS} for a zip of these two
 * @param samples number of samples
 * @param fields what each sample holds, labels aside; the leading dimension is the number of samples
 * @param labels whether it has labels
 */
public record DatasetSummary(String format, long samples, List<TensorInfo> fields, boolean labels) {

    public DatasetSummary {
        fields = List.copyOf(fields);
    }
}
