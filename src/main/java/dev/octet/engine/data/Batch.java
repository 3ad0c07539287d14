package dev.octet.engine.data;

import java.util.List;

/**
 * Consecutive samples, ready to be fed to a model.
 *
 * @param first index of its first sample in the dataset
 * @param size number of samples, 1 or more
 * @param columns one for each input, in the order they were asked for
 */
public record Batch(long first, int size, List<Column> columns) {

    public Batch {
        columns = List.copyOf(columns);
    }
}
