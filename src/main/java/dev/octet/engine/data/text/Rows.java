package dev.octet.engine.data.text;

import dev.octet.engine.scheme.EngineException;
import org.jspecify.annotations.Nullable;

/** Reads the rows of a file of texts from front to back. */
public interface Rows extends AutoCloseable {

    /** Characters of the longest row that is read. */
    int LONGEST_ROW = 1 << 20;

    /** Labels of one row at most. */
    int MOST_LABELS = 4096;

    /**
     * The next row; null after the last.
     *
     * @throws EngineException DATASET_MALFORMED naming file, line and what is wrong; DATASET_NOT_FINITE for such a label
     */
    @Nullable
    TextRow next();

    @Override
    void close();
}
