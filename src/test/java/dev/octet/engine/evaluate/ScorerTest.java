package dev.octet.engine.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.scheme.MetricKind;
import java.util.Arrays;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ScorerTest {

    private static final double[] X = {1, 2, 2, 4, 5, 6, 7, 8.5};
    private static final double[] Z = {2, 2, 2, 3, 1, 7, 8, 8};
    private static final double[] Y = {2, 1, 4, 4, 4, 7, 6, 9};

    private static float[] one(double x) {
        return new float[] {(float) x};
    }

    private static void assertFault(Fault fault, String part, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.fault()).isEqualTo(fault))
                .hasMessageContaining(part);
    }

    @Test
    void top1CountsLargestOutputsAndGivesTiesToTheLowerIndex() {
        Scorer scorer = new Scorer(MetricKind.TOP1, Truth.of(0, 1, 2, 1), false);
        scorer.add(new float[] {3, 1, 2}, new float[] {3, 1, 2});
        scorer.add(new float[] {0, 5, 1}, new float[] {5, 5, 1});
        scorer.add(new float[] {0, 5, 1}, new float[] {0, 1, 5});
        scorer.add(new float[] {1, 5, 0}, new float[] {0, 1, 0});
        Score score = scorer.score();
        assertThat(score.fp32()).isEqualTo(0.75);
        assertThat(score.int8()).isEqualTo(0.75);
        assertThat(score.drop()).isZero();
        assertThat(score.samples()).isEqualTo(4);
        assertThat(score.pValue()).isEqualTo(1);
        assertThat(score.test()).isEqualTo("McNemar mid-p");
        assertThat(score.dropInterval().contains(0)).isTrue();
        assertThat(scorer.fidelity().top1Agreement()).isEqualTo(0.5);
    }

    @Test
    void top5LooksAtTheFiveLargest() {
        Scorer scorer = new Scorer(MetricKind.TOP5, Truth.of(5, 5), false);
        float[] ascending = {1, 2, 3, 4, 5, 6};
        float[] sixth = {9, 8, 7, 6, 5, 4};
        scorer.add(ascending, sixth);
        scorer.add(ascending, new float[] {9, 8, 7, 6, 5, 5.5f});
        assertThat(scorer.score().fp32()).isEqualTo(1);
        assertThat(scorer.score().int8()).isEqualTo(0.5);
        assertThat(scorer.score().drop()).isEqualTo(0.5);
    }

    /** scipy: spearmanr and pearsonr of X and Y, and of Z and Y. */
    @ParameterizedTest
    @CsvSource({"SPEARMAN, 0.8958572659547142, 0.7547319081399415", "PEARSON, 0.9082632838471487, 0.8452604138496109"})
    void correlationsAreThoseOfScipy(MetricKind kind, double fp32, double int8) {
        Scorer scorer = new Scorer(kind, Truth.of(Y), false);
        for (int i = 0; i < X.length; i++) {
            scorer.add(one(X[i]), one(Z[i]));
        }
        Score score = scorer.score();
        assertThat(score.fp32()).isCloseTo(fp32, within(1e-12));
        assertThat(score.int8()).isCloseTo(int8, within(1e-12));
        assertThat(score.drop()).isCloseTo(fp32 - int8, within(1e-12));
        assertThat(score.fp32Interval().contains(fp32)).isTrue();
        assertThat(score.dropInterval().contains(score.drop())).isTrue();
        assertThat(score.pValue()).isBetween(0.001, 1.0);
        assertThat(scorer.score()).as("the same resamples again").isEqualTo(score);
    }

    @Test
    void anotherSeedDrawsOtherResamples() {
        Score[] scores = new Score[2];
        for (int seed = 0; seed < 2; seed++) {
            Scorer scorer = new Scorer(MetricKind.PEARSON, Truth.of(Y), false, seed);
            for (int i = 0; i < X.length; i++) {
                scorer.add(one(X[i]), one(Z[i]));
            }
            scores[seed] = scorer.score();
        }
        assertThat(scores[1].fp32()).isEqualTo(scores[0].fp32());
        assertThat(scores[1].dropInterval()).isNotEqualTo(scores[0].dropInterval());
    }

    /** The standard error of the mean of n values bounds the percentile interval: ±1.96 s / √n within a tenth. */
    @Test
    void squaredErrorHasTheIntervalThatTheNormalApproximationGives() {
        int n = 4000;
        Random random = new Random(12);
        double[] labels = new double[n];
        Scorer scorer = new Scorer(MetricKind.MSE, new Truth(1, labels), false);
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < n; i++) {
            labels[i] = random.nextGaussian();
            float fp32 = (float) (labels[i] + random.nextGaussian());
            scorer.add(new float[] {fp32}, new float[] {(float) (fp32 + 0.3 * random.nextGaussian())});
            double error = Math.pow(fp32 - labels[i], 2);
            sum += error;
            squares += error * error;
        }
        Score score = scorer.score();
        double deviation = Math.sqrt(squares / n - Math.pow(sum / n, 2));
        assertThat(score.fp32()).isCloseTo(sum / n, within(1e-6));
        double half = (score.fp32Interval().high() - score.fp32Interval().low()) / 2;
        assertThat(half).isCloseTo(1.96 * deviation / Math.sqrt(n), within(0.1 * half));
        assertThat(score.drop()).isCloseTo(0.09, within(0.03));
        assertThat(score.dropInterval().low()).isPositive();
        assertThat(score.pValue()).isLessThan(0.01);
    }

    @Test
    void squaredErrorAveragesOverTheNumbersOfALabel() {
        Scorer scorer = new Scorer(MetricKind.MSE, new Truth(2, 1, 2, 3, 4), false);
        scorer.add(new float[] {1, 4}, new float[] {1, 2});
        scorer.add(new float[] {3, 4}, new float[] {3, Float.NaN});
        Score score = scorer.score();
        assertThat(score.fp32()).isEqualTo(1);
        assertThat(score.int8())
                .as("what is not finite counts as an output of zeros")
                .isEqualTo((9 + 16) / 4.0);
        assertThat(score.drop()).isEqualTo(5.25);
        assertThat(scorer.int8NonFinite()).isEqualTo(1);
    }

    @Test
    void pairsAreScoredByTheCosineOfTheirVectors() {
        Scorer scorer = new Scorer(MetricKind.PEARSON, Truth.of(1, 0, -1), true);
        float[][] second = {{2, 0}, {0, 3}, {-5, 0}};
        for (float[] vector : second) {
            scorer.add(new float[] {1, 0}, new float[] {1, 0});
            scorer.add(vector, vector);
        }
        Score score = scorer.score();
        assertThat(score.samples()).isEqualTo(3);
        assertThat(score.fp32()).isCloseTo(1, within(1e-12));
        assertThat(score.drop()).isZero();
        assertThat(score.pValue()).isEqualTo(1);
        assertThat(scorer.samples()).isEqualTo(6);
        assertThat(scorer.fidelity().samples()).isEqualTo(6);
        assertThat(scorer.fidelity().top1Agreement()).isNull();
        scorer.add(new float[] {1, 0}, new float[] {1, 0});
        assertFault(Fault.DATASET_MISMATCH, "7 samples", scorer::score);
    }

    @Test
    void fidelityIsTheMeanCosineWithClosenessBeside() {
        Scorer scorer = new Scorer(MetricKind.FIDELITY, null, false);
        scorer.add(new float[] {3, 4}, new float[] {4, 3});
        scorer.add(new float[] {1, 0}, new float[] {1, 0});
        Score score = scorer.score();
        assertThat(score.fp32()).isEqualTo(1);
        assertThat(score.int8()).isCloseTo(0.98, within(1e-12));
        assertThat(score.drop()).isCloseTo(0.02, within(1e-12));
        assertThat(score.test()).isEqualTo("none");
        Fidelity fidelity = scorer.fidelity();
        assertThat(fidelity.sqnrDb()).isCloseTo(10 * Math.log10(26 / 2.0), within(1e-12));
        assertThat(fidelity.cosine()).isCloseTo(0.98, within(1e-12));
        assertThat(fidelity.top1Agreement()).isEqualTo(0.5);
        assertThat(fidelity.samples()).isEqualTo(2);
    }

    @Test
    void closenessIsBoundedWhereNothingIsLostOrThereIsNoSignal() {
        Scorer same = new Scorer(MetricKind.FIDELITY, null, false);
        same.add(new float[] {1, 2}, new float[] {1, 2});
        assertThat(same.fidelity().sqnrDb()).isEqualTo(SignalNoise.MOST_DB);
        Scorer silent = new Scorer(MetricKind.FIDELITY, null, false);
        silent.add(new float[] {0}, new float[] {1});
        assertThat(silent.fidelity().sqnrDb()).isEqualTo(-SignalNoise.MOST_DB);
        assertThat(silent.fidelity().cosine()).isZero();
        assertThat(silent.fidelity().top1Agreement()).isNull();
    }

    @Test
    void aQuantizedOutputThatIsNotFiniteIsWrongAndCounted() {
        Scorer scorer = new Scorer(MetricKind.TOP1, Truth.of(0, 0), false);
        scorer.add(new float[] {2, 1}, new float[] {Float.POSITIVE_INFINITY, 1});
        scorer.add(new float[] {2, 1}, new float[] {2, Float.NaN});
        assertThat(scorer.score().int8()).isZero();
        assertThat(scorer.score().fp32()).isEqualTo(1);
        assertThat(scorer.int8NonFinite()).isEqualTo(2);
        assertThat(scorer.fidelity().top1Agreement()).isZero();
        assertThat(scorer.fidelity().sqnrDb()).isFinite();
    }

    @Test
    void aFloatOutputThatIsNotFiniteIsRefusedWithItsSample() {
        Scorer scorer = new Scorer(MetricKind.FIDELITY, null, false);
        scorer.add(new float[] {1}, new float[] {1});
        assertFault(
                Fault.MODEL_NOT_FINITE,
                "sample 1 is NaN at index 2",
                () -> scorer.add(new float[] {1, 2, Float.NaN}, new float[] {1, 2, 3}));
    }

    @ParameterizedTest
    @EnumSource(names = {"TOP1", "TOP5", "MSE", "PEARSON", "SPEARMAN"})
    void metricsAgainstLabelsNeedThem(MetricKind kind) {
        assertFault(Fault.DATASET_MISMATCH, "labels", () -> new Scorer(kind, null, false));
        Scorer scorer = new Scorer(kind, Truth.of(), false);
        float[] output = kind == MetricKind.TOP1 || kind == MetricKind.TOP5 ? new float[10] : new float[1];
        assertFault(Fault.DATASET_MISMATCH, "sample 0 has no label", () -> scorer.add(output, output));
        assertFault(Fault.DATASET_MISMATCH, "no sample", scorer::score);
    }

    @Test
    void labelsThatDoNotFitAreRefusedWithTheirSample() {
        float[] three = new float[3];
        for (double label : new double[] {-1, 3, 0.5}) {
            Scorer scorer = new Scorer(MetricKind.TOP1, Truth.of(label), false);
            assertFault(Fault.DATASET_MISMATCH, label + " of sample 0", () -> scorer.add(three, three));
        }
        assertFault(Fault.DATASET_MISMATCH, "2 numbers", () -> new Scorer(MetricKind.TOP1, new Truth(2, 1, 2), false));
        Scorer few = new Scorer(MetricKind.TOP5, Truth.of(1), false);
        assertFault(Fault.DATASET_MISMATCH, "more than 5", () -> few.add(three, three));
        Scorer wide = new Scorer(MetricKind.MSE, new Truth(2, 1, 2), false);
        assertFault(Fault.DATASET_MISMATCH, "3 outputs and a label of 2", () -> wide.add(three, three));
        Scorer many = new Scorer(MetricKind.SPEARMAN, Truth.of(1), false);
        assertFault(Fault.DATASET_MISMATCH, "one output", () -> many.add(three, three));
        Scorer constant = new Scorer(MetricKind.PEARSON, Truth.of(2, 2), false);
        constant.add(one(1), one(1));
        constant.add(one(2), one(2));
        assertFault(Fault.DATASET_MISMATCH, "all the same", constant::score);
    }

    @Test
    void whatCannotBeComparedIsRefused() {
        assertFault(Fault.RECIPE_INVALID, "pairs", () -> new Scorer(MetricKind.TOP1, Truth.of(1), true));
        Scorer scorer = new Scorer(MetricKind.FIDELITY, null, false);
        assertFault(Fault.ARTIFACT_UNPROVEN, "1 outputs", () -> scorer.add(new float[2], new float[1]));
        Scorer pairs = new Scorer(MetricKind.SPEARMAN, Truth.of(1, 2), true);
        pairs.add(new float[2], new float[2]);
        assertFault(Fault.DATASET_MISMATCH, "pool them", () -> pairs.add(new float[3], new float[3]));
    }

    @Test
    void anOutputThatNeverVariesCorrelatesWithNothing() {
        Scorer scorer = new Scorer(MetricKind.SPEARMAN, Truth.of(Y), false);
        for (double x : X) {
            scorer.add(one(x), one(0.25));
        }
        assertThat(scorer.score().int8()).isZero();
        assertThat(scorer.score().int8Interval()).isEqualTo(new Interval(0, 0));
    }

    /** Ranks counted in original order are those of sorting the resample: checked against a plain ranking. */
    @Test
    void resampledRanksAreThoseOfSortingTheResample() {
        Random random = new Random(31);
        for (int round = 0; round < 50; round++) {
            int n = 2 + random.nextInt(30);
            double[] x = random.ints(n, 0, 8).asDoubleStream().toArray();
            int[] times = random.ints(n, 0, 4).toArray();
            double[] expanded = new double[Arrays.stream(times).sum()];
            int at = 0;
            for (int i = 0; i < n; i++) {
                Arrays.fill(expanded, at, at + times[i], x[i]);
                at += times[i];
            }
            double[] ranks = Correlation.ranks(x, times);
            for (int i = 0; i < n; i++) {
                double value = x[i];
                long below = Arrays.stream(expanded).filter(v -> v < value).count();
                long equal = Arrays.stream(expanded).filter(v -> v == value).count();
                assertThat(ranks[i]).isEqualTo(below + (equal + 1) / 2.0);
            }
        }
    }
}
