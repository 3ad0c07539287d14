package dev.octet.engine.algorithm.solve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class CholeskyTest {

    private static final int N = 24;

    /** Rows whose columns go together, as neighbouring pixels do. */
    private static double[] correlated(long seed) {
        Random random = new Random(seed);
        float[] rows = new float[512 * N];
        for (int r = 0; r < 512; r++) {
            float common = (float) random.nextGaussian();
            for (int k = 0; k < N; k++) {
                rows[r * N + k] = common + 0.3f * (float) random.nextGaussian();
            }
        }
        return Matrices.squares(rows, N);
    }

    @Test
    void roundingWithFeedbackMakesLessErrorThanRoundingToTheNearest() {
        double withFeedback = 0;
        double toTheNearest = 0;
        for (long seed = 0; seed < 20; seed++) {
            double[] a = correlated(seed);
            Random random = new Random(seed);
            double[] row = random.doubles(N, -20, 20).toArray();
            double[] rounded = Cholesky.of(a, N).orElseThrow().round(row, (_, w) -> Math.rint(w));
            double[] nearest = new double[N];
            for (int k = 0; k < N; k++) {
                nearest[k] = Math.rint(row[k]);
                assertThat(rounded[k]).isEqualTo(Math.rint(rounded[k]));
            }
            withFeedback += error(a, row, rounded);
            toTheNearest += error(a, row, nearest);
        }
        assertThat(withFeedback).isLessThan(toTheNearest / 2);
    }

    @Test
    void whatIsNotPositiveDefiniteHasNoFactor() {
        assertThat(Cholesky.of(new double[] {1, 0, 2, 1}, 2)).isEmpty();
        assertThat(Cholesky.of(new double[] {0}, 1)).isEmpty();
    }

    private static double error(double[] a, double[] row, double[] rounded) {
        double error = 0;
        for (int i = 0; i < N; i++) {
            for (int j = 0; j < N; j++) {
                double entry = i >= j ? a[i * N + j] : a[j * N + i];
                error += (rounded[i] - row[i]) * entry * (rounded[j] - row[j]);
            }
        }
        return error;
    }
}
