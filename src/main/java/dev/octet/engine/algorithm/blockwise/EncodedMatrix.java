package dev.octet.engine.algorithm.blockwise;

import dev.octet.engine.rewrite.blockwise.BlockwiseMatrix;

/**
 * A matrix of weights in blocks, with what rounding lost.
 *
 * @param matrix its integers, scales and zero points
 * @param sqnrDb energy of the weights over energy of their errors, in dB; 200 where there is no error
 */
public record EncodedMatrix(BlockwiseMatrix matrix, double sqnrDb) {}
