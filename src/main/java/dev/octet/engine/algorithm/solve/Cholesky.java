package dev.octet.engine.algorithm.solve;

import java.util.Optional;

/** The factor L of a symmetric positive definite matrix A = L Lᵀ. */
public final class Cholesky {

    private final double[] factor;
    private final int n;

    private Cholesky(double[] factor, int n) {
        this.factor = factor;
        this.n = n;
    }

    /** The factor of the n × n matrix {@code a}, of which the lower half is read; empty where it is not positive definite. */
    public static Optional<Cholesky> of(double[] a, int n) {
        double[] l = a.clone();
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = l[i * n + j] - dot(l, i * n, j * n, j);
                if (i != j) {
                    l[i * n + j] = sum / l[j * n + j];
                } else if (sum > 0) {
                    l[i * n + i] = Math.sqrt(sum);
                } else {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(new Cholesky(l, n));
    }

    private static double dot(double[] l, int a, int b, int length) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int k = 0;
        for (; k + 3 < length; k += 4) {
            s0 += l[a + k] * l[b + k];
            s1 += l[a + k + 1] * l[b + k + 1];
            s2 += l[a + k + 2] * l[b + k + 2];
            s3 += l[a + k + 3] * l[b + k + 3];
        }
        for (; k < length; k++) {
            s0 += l[a + k] * l[b + k];
        }
        return s0 + s1 + s2 + s3;
    }

    /**
     * Rounds {@code row} coordinate by coordinate, the last first, so that the errors e of those before are made up for: e A eᵀ is
     * held small.
     *
     * <pre>
     * q[k] = round(w[k] - sum over j &gt; k of (q[j] - w[j]) L[j,k] / L[k,k])
     * </pre>
     *
     * @param rounding the nearest value of the grid at coordinate k
     * @return q
     */
    public double[] round(double[] row, Rounding rounding) {
        double[] carried = new double[n];
        double[] rounded = new double[n];
        for (int k = n - 1; k >= 0; k--) {
            rounded[k] = rounding.nearest(k, row[k] - carried[k] / factor[k * n + k]);
            double error = rounded[k] - row[k];
            for (int i = 0; i < k; i++) {
                carried[i] += error * factor[k * n + i];
            }
        }
        return rounded;
    }

    /** The grid that coordinates are rounded to. */
    @FunctionalInterface
    public interface Rounding {
        double nearest(int k, double value);
    }
}
