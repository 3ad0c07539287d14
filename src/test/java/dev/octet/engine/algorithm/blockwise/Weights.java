package dev.octet.engine.algorithm.blockwise;

import dev.octet.engine.graph.Tensor;
import dev.octet.engine.rewrite.blockwise.BlockRow;
import dev.octet.engine.rewrite.blockwise.WeightMatrix;
import dev.octet.engine.scheme.BlockFormat;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Random;

/** Rows of weights and inputs for tests of rounding. */
final class Weights {

    private Weights() {}

    /** Normally distributed, with one weight in fifty ten times as large. */
    static float[][] heavyTailed(long seed, int rows, int columns) {
        Random random = new Random(seed);
        float[][] values = new float[rows][columns];
        for (float[] row : values) {
            for (int c = 0; c < columns; c++) {
                row[c] = (float) random.nextGaussian() * (random.nextInt(50) == 0 ? 0.5f : 0.05f);
            }
        }
        return values;
    }

    /** Vectors whose channels follow a few common causes and differ in size. */
    static float[][] correlated(long seed, int count, int columns) {
        Random random = new Random(seed);
        int causes = Math.max(1, columns / 4);
        double[][] mixing = new double[columns][causes];
        for (double[] channel : mixing) {
            double size = Math.exp(random.nextGaussian());
            Arrays.setAll(channel, _ -> size * random.nextGaussian());
        }
        float[][] vectors = new float[count][columns];
        for (float[] vector : vectors) {
            double[] cause = random.doubles(causes, -1, 1).toArray();
            for (int c = 0; c < columns; c++) {
                double sum = 0.1 * random.nextGaussian();
                for (int k = 0; k < causes; k++) {
                    sum += mixing[c][k] * cause[k];
                }
                vector[c] = (float) sum;
            }
        }
        return vectors;
    }

    static GramMatrix gram(float[][] vectors) {
        GramMatrix gram = new GramMatrix(vectors[0].length);
        for (float[] vector : vectors) {
            gram.add(FloatBuffer.wrap(vector));
        }
        return gram;
    }

    static BlockRow[] encode(BlockMethod method, BlockFormat format, float[][] rows) {
        BlockRow[] out = new BlockRow[rows.length];
        Arrays.setAll(out, _ -> new BlockRow(format, rows[0].length));
        method.encode(rows, out);
        return out;
    }

    static WeightMatrix matrix(float[][] rows) {
        float[] flat = new float[rows.length * rows[0].length];
        for (int r = 0; r < rows.length; r++) {
            System.arraycopy(rows[r], 0, flat, r * rows[0].length, rows[0].length);
        }
        return new WeightMatrix("w", Tensor.ofFloats(flat, rows.length, rows[0].length), false);
    }

    static double squaredError(float[][] rows, BlockRow[] encoded) {
        double error = 0;
        for (int r = 0; r < rows.length; r++) {
            for (int c = 0; c < rows[r].length; c++) {
                error += Math.pow((double) rows[r][c] - encoded[r].dequantized(c), 2);
            }
        }
        return error;
    }

    /** Squared error of the products with {@code vectors}. */
    static double outputError(float[][] rows, BlockRow[] encoded, float[][] vectors) {
        double error = 0;
        for (float[] vector : vectors) {
            for (int r = 0; r < rows.length; r++) {
                double e = 0;
                for (int c = 0; c < vector.length; c++) {
                    e += vector[c] * ((double) rows[r][c] - encoded[r].dequantized(c));
                }
                error += e * e;
            }
        }
        return error;
    }
}
