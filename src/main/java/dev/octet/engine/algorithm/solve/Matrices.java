package dev.octet.engine.algorithm.solve;

import java.util.Arrays;

/** Products of matrices of rows of floats. */
public final class Matrices {

    private static final int TILE = 64;

    private Matrices() {}

    /**
     * The lower half of the n × n matrix (Aᵀ A) / rows of a row-major matrix with {@code n} columns; above the diagonal zeros.
     *
     * <p>Sums are of floats within {@value #TILE} rows, of doubles beyond.
     */
    public static double[] squares(float[] a, int n) {
        int rows = n == 0 ? 0 : a.length / n;
        double[] sums = new double[n * n];
        float[] tile = new float[n];
        for (int from = 0; from < rows; from += TILE) {
            int to = Math.min(rows, from + TILE);
            for (int i = 0; i < n; i++) {
                Arrays.fill(tile, 0, i + 1, 0);
                for (int r = from; r < to; r++) {
                    float x = a[r * n + i];
                    if (x != 0) {
                        add(tile, a, r * n, i + 1, x);
                    }
                }
                for (int j = 0; j <= i; j++) {
                    sums[i * n + j] += tile[j];
                }
            }
        }
        for (int i = 0; i < sums.length; i++) {
            sums[i] /= Math.max(1, rows);
        }
        return sums;
    }

    private static void add(float[] to, float[] from, int offset, int n, float factor) {
        for (int j = 0; j < n; j++) {
            to[j] += factor * from[offset + j];
        }
    }
}
