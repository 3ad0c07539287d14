package dev.octet.engine.algorithm.blockwise;

import dev.octet.engine.rewrite.blockwise.BlockRow;
import dev.octet.engine.rewrite.blockwise.BlockwiseMatrix;
import dev.octet.engine.rewrite.blockwise.WeightMatrix;
import dev.octet.engine.scheme.BlockFormat;
import java.util.Arrays;

/** Encodes a matrix of weights in blocks, a slice of output channels at a time. */
public final class EncodeMatrix {

    /** Output channels that a thread has in floating point at once. */
    static final int SLICE = 32;

    private static final double MOST_DB = 200;

    private EncodeMatrix() {}

    /**
     * Encodes {@code weights}; the same bytes whatever the number of threads.
     *
     * @throws dev.octet.engine.scheme.EngineException MODEL_NOT_FINITE where a weight is NaN or infinite
     */
    public static EncodedMatrix encode(WeightMatrix weights, BlockFormat format, BlockMethod method, Workers workers) {
        int rows = weights.rows();
        int columns = weights.columns();
        BlockwiseMatrix matrix = new BlockwiseMatrix(format, rows, columns);
        int slices = Math.ceilDiv(rows, SLICE);
        double[] signal = new double[slices];
        double[] noise = new double[slices];
        workers.each(slices, s -> {
            int first = s * SLICE;
            float[][] values = new float[Math.min(SLICE, rows - first)][columns];
            BlockRow[] encoded = new BlockRow[values.length];
            Arrays.setAll(encoded, _ -> new BlockRow(format, columns));
            weights.read(first, values);
            method.encode(values, encoded);
            for (int r = 0; r < values.length; r++) {
                matrix.set(first + r, encoded[r]);
                for (int c = 0; c < columns; c++) {
                    double w = values[r][c];
                    double e = w - encoded[r].dequantized(c);
                    signal[s] += w * w;
                    noise[s] += e * e;
                }
            }
        });
        double lost = Arrays.stream(noise).sum();
        double had = Arrays.stream(signal).sum();
        return new EncodedMatrix(
                matrix, lost == 0 ? MOST_DB : Math.clamp(10 * Math.log10(had / lost), -MOST_DB, MOST_DB));
    }
}
