package dev.octet.engine.algorithm.blockwise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeedbackFactorTest {

    private static final long SEED = 7;

    @Test
    void theGramMatrixIsTheSumOfProducts() {
        float[][] vectors = Weights.correlated(SEED, 37, 9);
        GramMatrix gram = Weights.gram(vectors);
        assertThat(gram.vectors()).isEqualTo(37);
        for (int i = 0; i < 9; i++) {
            for (int j = 0; j < 9; j++) {
                double sum = 0;
                for (float[] vector : vectors) {
                    sum += (double) vector[i] * vector[j];
                }
                assertThat(gram.get(i, j)).isCloseTo(sum, within(1e-9 * Math.abs(sum) + 1e-12));
            }
        }
    }

    /** (I + U) D (I + U)ᵀ, D read off as what the diagonal leaves, is the damped Gram matrix in the order of rounding. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 31, 32, 33, 100})
    void theFactorsMultiplyBackToTheDampedMatrix(int n) {
        GramMatrix gram = Weights.gram(Weights.correlated(SEED, 3 * n, n));
        try (Workers workers = new Workers(2)) {
            FeedbackFactor factor = FeedbackFactor.of(gram, workers);
            double mean = Arrays.stream(factor.energy()).average().orElseThrow();
            double[][] damped = new double[n][n];
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    damped[i][j] = gram.get(factor.column(i), factor.column(j)) + (i == j ? 0.01 * mean : 0);
                }
            }
            double[] pivots = new double[n];
            for (int k = n - 1; k >= 0; k--) {
                pivots[k] = damped[k][k];
                for (int later = k + 1; later < n; later++) {
                    pivots[k] -= pivots[later] * Math.pow(factor.feedback(k, later), 2);
                }
                assertThat(pivots[k]).isPositive();
            }
            for (int i = 0; i < n; i++) {
                for (int j = i + 1; j < n; j++) {
                    double product = factor.feedback(i, j) * pivots[j];
                    for (int k = j + 1; k < n; k++) {
                        product += factor.feedback(i, k) * pivots[k] * factor.feedback(j, k);
                    }
                    assertThat(product).as("%d, %d", i, j).isCloseTo(damped[i][j], within(1e-8 * mean));
                }
            }
        }
    }

    @Test
    void channelsGoInOrderOfFallingEnergy() {
        float[][] vectors = {{1, 3, 0, 2}};
        try (Workers workers = new Workers(1)) {
            FeedbackFactor factor = FeedbackFactor.of(Weights.gram(vectors), workers);
            // The channel that is always zero counts as of mean energy, (1 + 9 + 4) / 3.
            assertThat(new int[] {factor.column(0), factor.column(1), factor.column(2), factor.column(3)})
                    .containsExactly(1, 2, 3, 0);
        }
    }
}
