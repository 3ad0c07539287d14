package dev.octet.engine.algorithm.blockwise;

import dev.octet.engine.rewrite.blockwise.BlockRow;
import org.jspecify.annotations.Nullable;

/** Chooses the scale and zero point of one block. */
interface BlockFitter {

    /**
     * The encoding of {@code row[from]} to {@code row[to - 1]}, each of which will be rounded to its nearest level.
     *
     * @param importance what a squared error of each weight counts, 0 or more, by position in {@code row}; null for 1 each
     * @param top the largest integer
     */
    BlockEncoding fit(float[] row, int from, int to, double @Nullable [] importance, int top);

    /** Fits all blocks of {@code row}. */
    default void fit(float[] row, double @Nullable [] importance, BlockRow out) {
        for (int b = 0; b < out.blocks(); b++) {
            int from = b * out.format().blockSize();
            BlockEncoding encoding =
                    fit(row, from, out.end(b), importance, out.format().top());
            out.setEncoding(b, encoding.scale(), encoding.zeroPoint());
        }
    }
}
