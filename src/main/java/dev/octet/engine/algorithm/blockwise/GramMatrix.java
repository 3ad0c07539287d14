package dev.octet.engine.algorithm.blockwise;

import java.nio.FloatBuffer;

/**
 * The sum of x xᵀ over a layer's input vectors, in double precision.
 *
 * <p>Half of squared output error is half of e G eᵀ for an error e of a channel's weights. Only the lower triangle is kept: K
 * (K + 1) / 2 numbers for K input channels, however many vectors are added. Not safe for several threads.
 */
public final class GramMatrix {

    private static final int PANEL = 16;

    private final double[][] lower;
    private final double[][] panel;
    private int filled;
    private long vectors;

    /** The sum over no vectors. */
    public GramMatrix(int columns) {
        lower = new double[columns][];
        for (int i = 0; i < columns; i++) {
            lower[i] = new double[i + 1];
        }
        panel = new double[PANEL][columns];
    }

    /** Bytes that the sums for {@code columns} input channels take. */
    public static long bytes(int columns) {
        return 4L * columns * (columns + 1);
    }

    public int columns() {
        return lower.length;
    }

    /** Number of vectors added. */
    public long vectors() {
        return vectors;
    }

    /** Adds {@code vector}, from its position to its limit, {@link #columns()} finite numbers. */
    public void add(FloatBuffer vector) {
        double[] row = panel[filled];
        for (int i = 0; i < row.length; i++) {
            row[i] = vector.get(vector.position() + i);
        }
        vectors++;
        if (++filled == PANEL) {
            flush();
        }
    }

    /** The sum at {@code row} and {@code column}, in any order. */
    public double get(int row, int column) {
        flush();
        return row >= column ? lower[row][column] : lower[column][row];
    }

    private void flush() {
        if (filled == 0) {
            return;
        }
        for (int t = filled; t < PANEL; t++) {
            java.util.Arrays.fill(panel[t], 0);
        }
        for (int i = 0; i < lower.length; i++) {
            for (int t = 0; t < PANEL; t += 4) {
                addScaled(
                        lower[i],
                        i + 1,
                        panel[t][i],
                        panel[t],
                        panel[t + 1][i],
                        panel[t + 1],
                        panel[t + 2][i],
                        panel[t + 2],
                        panel[t + 3][i],
                        panel[t + 3]);
            }
        }
        filled = 0;
    }

    /** {@code sum[j] += a x[j] + b y[j] + c z[j] + d w[j]} for j below {@code n}: four at once, so that sums are written less often. */
    static void addScaled(
            double[] sum,
            int n,
            double a,
            double[] x,
            double b,
            double[] y,
            double c,
            double[] z,
            double d,
            double[] w) {
        for (int j = 0; j < n; j++) {
            sum[j] += a * x[j] + b * y[j] + c * z[j] + d * w[j];
        }
    }
}
