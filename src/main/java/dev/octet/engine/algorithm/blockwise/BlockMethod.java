package dev.octet.engine.algorithm.blockwise;

import dev.octet.engine.rewrite.blockwise.BlockRow;

/** Chooses the integers, scales and zero points of output channels. */
public interface BlockMethod {

    /**
     * Encodes {@code rows[i]} into {@code out[i]}; safe from several threads.
     *
     * @param rows weights of as many output channels, finite
     * @param out rows of the format to use, of the same length, overwritten
     */
    void encode(float[][] rows, BlockRow[] out);
}
