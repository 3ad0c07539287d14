package dev.octet.engine.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.octet.engine.scheme.Encoding;
import dev.octet.engine.scheme.ObserverKind;
import dev.octet.engine.scheme.QuantType;
import dev.octet.engine.scheme.Range;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ObserversTest {

    private static final int N = 20_000;
    private static final long SEED = 20;
    private static final QuantType[] TYPES = {QuantType.UINT8, QuantType.INT8, QuantType.UINT4, QuantType.UINT16};

    private static double squaredError(float[] values, Range range, QuantType type) {
        Encoding encoding = Encodings.asymmetric(range, type);
        double sum = 0;
        for (float value : values) {
            double error = value - (double) encoding.dequantize(encoding.quantize(value, 0), 0);
            sum += error * error;
        }
        return sum;
    }

    static Stream<Arguments> everyObserverOnEverySample() {
        return Arrays.stream(ObserverKind.values())
                .flatMap(kind -> Arrays.stream(Samples.values()).map(samples -> Arguments.of(kind, samples)));
    }

    @ParameterizedTest
    @MethodSource("everyObserverOnEverySample")
    void everyObserverStaysWithinWhatWasSeenAndZero(ObserverKind kind, Samples samples) {
        for (int n : new int[] {1, 2, 100, N}) {
            TensorStatistics statistics = samples.observed(n, SEED);
            Range seen = statistics.range().withZero();
            for (QuantType type : TYPES) {
                Range range = Observers.of(kind, 99.9).range(statistics, type);
                assertThat(range.min()).isBetween(seen.min(), seen.max());
                assertThat(range.max()).isBetween(seen.min(), seen.max());
                assertThat(Encodings.asymmetric(range, type).scale(0))
                        .isPositive()
                        .isFinite();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"HISTOGRAM", "MSE"})
    void searchesForTheLeastErrorLoseNoMoreThanTheFullRange(ObserverKind kind) {
        for (Samples samples : Samples.values()) {
            float[] values = samples.values(N, SEED);
            TensorStatistics statistics = Samples.observe(values);
            for (QuantType type : TYPES) {
                double full = squaredError(values, statistics.range(), type);
                double chosen = squaredError(values, Observers.of(kind, 100).range(statistics, type), type);
                assertThat(chosen).as("%s as %s", samples, type).isLessThanOrEqualTo(full * 1.001);
            }
        }
    }

    /** The optimum of (2c/L)²/12 · P(|x| < c) + clipping for the standard normal (scipy minimize_scalar). */
    @ParameterizedTest
    @EnumSource(names = {"HISTOGRAM", "MSE"})
    void theGaussianIsClippedWhereTheoryClipsIt(ObserverKind kind) {
        TensorStatistics statistics = Samples.GAUSSIAN.observed(1_000_000, SEED);
        Observer observer = Observers.of(kind, 100);
        assertThat(observer.range(statistics, QuantType.UINT8).max()).isCloseTo(3.922f, within(0.08f));
        assertThat(observer.range(statistics, QuantType.UINT8).min()).isCloseTo(-3.922f, within(0.08f));
        assertThat(observer.range(statistics, QuantType.UINT4).max()).isCloseTo(2.514f, within(0.02f));
        assertThat(observer.range(statistics, QuantType.UINT4).min()).isCloseTo(-2.514f, within(0.02f));
    }

    /** The same for max(0, x), zeros without error, and for the Laplace distribution of scale 1. */
    @ParameterizedTest
    @EnumSource(names = {"HISTOGRAM", "MSE"})
    void oneSidedAndHeavyTailedDataAreClippedWhereTheoryClipsThem(ObserverKind kind) {
        Observer observer = Observers.of(kind, 100);
        TensorStatistics relu = Samples.RELU_GAUSSIAN.observed(1_000_000, SEED);
        assertThat(observer.range(relu, QuantType.UINT8).min()).isZero();
        assertThat(observer.range(relu, QuantType.UINT8).max()).isCloseTo(4.215f, within(0.2f));
        assertThat(observer.range(relu, QuantType.UINT4).max()).isCloseTo(2.899f, within(0.02f));
        TensorStatistics laplace = Samples.LAPLACE.observed(1_000_000, SEED);
        assertThat(observer.range(laplace, QuantType.UINT4).max()).isCloseTo(4.912f, within(0.1f));
    }

    /** scipy.stats.norm.ppf(0.9995) = 3.2905, ppf(0.99) = 2.3263. */
    @Test
    void percentileCutsBothTailsOfTwoSidedDataAndTheOpenOneOfOneSidedData() {
        Observer observer = Observers.of(ObserverKind.PERCENTILE, 99.9);
        Range gaussian = observer.range(Samples.GAUSSIAN.observed(1_000_000, SEED), QuantType.UINT8);
        assertThat(gaussian.max()).isCloseTo(3.2905f, within(0.03f));
        assertThat(gaussian.min()).isCloseTo(-3.2905f, within(0.03f));
        Range relu = Observers.of(ObserverKind.PERCENTILE, 99)
                .range(Samples.RELU_GAUSSIAN.observed(1_000_000, SEED), QuantType.UINT8);
        assertThat(relu.min()).isZero();
        assertThat(relu.max()).isCloseTo(2.3263f, within(0.01f));
        Range negated = Observers.of(ObserverKind.PERCENTILE, 99)
                .range(Samples.NEGATED_RELU.observed(1_000_000, SEED), QuantType.UINT8);
        assertThat(negated.min()).isCloseTo(-2.3263f, within(0.01f));
        assertThat(negated.max()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void percentileKeepsTheShareItPromises(Samples samples) {
        float[] values = samples.values(N, SEED);
        TensorStatistics statistics = Samples.observe(values);
        assertThat(new PercentileObserver(100).range(statistics, QuantType.UINT8))
                .isEqualTo(statistics.range());
        for (double percentile : new double[] {55, 80, 99, 99.9}) {
            Range range = new PercentileObserver(percentile).range(statistics, QuantType.UINT8);
            // One bin is 1/512 wide: values that share the last bin may fall on either side of the cut.
            double slack = range.magnitude() / 512;
            long kept = 0;
            for (float value : values) {
                kept += value >= range.min() - slack && value <= range.max() + slack ? 1 : 0;
            }
            assertThat(kept).as("%s at %s", samples, percentile).isGreaterThanOrEqualTo((long) (N * percentile / 100));
        }
    }

    @Test
    void percentileMayCutThroughAWholeSide() {
        float[] values = new float[1000];
        Arrays.fill(values, -1f);
        values[0] = 5f;
        values[1] = 0f;
        Range range = new PercentileObserver(90).range(Samples.observe(values), QuantType.UINT8);
        assertThat(range).isEqualTo(new Range(-1f, -1f));
    }

    @Test
    void oneOutlierDoesNotBlurTheRestForEntropyAndPercentile() {
        TensorStatistics statistics = Samples.ONE_OUTLIER.observed(1_000_000, SEED);
        Range percentile = new PercentileObserver(99.99).range(statistics, QuantType.UINT8);
        Range entropy = new EntropyObserver().range(statistics, QuantType.UINT8);
        assertThat(percentile.max()).isCloseTo(3.89f, within(0.1f));
        assertThat(entropy.max()).isBetween(3f, 6f);
        assertThat(entropy.min()).isBetween(-6f, -3f);
    }

    @Test
    void entropyGivesOneSidedDataAllLevelsFromZeroUpwards() {
        TensorStatistics statistics = Samples.RELU_GAUSSIAN.observed(1_000_000, SEED);
        Range range = new EntropyObserver().range(statistics, QuantType.UINT8);
        Range coarse = new EntropyObserver().range(statistics, QuantType.UINT4);
        Range mirrored = new EntropyObserver().range(Samples.NEGATED_RELU.observed(1_000_000, SEED), QuantType.UINT8);
        assertThat(range.min()).isZero();
        assertThat(range.max()).isBetween(3.9f, statistics.max());
        assertThat(coarse.max()).as("fewer levels clip more").isLessThan(range.max());
        assertThat(mirrored.max()).isZero();
        assertThat(mirrored.min()).isEqualTo(-range.max());
    }

    @Test
    void entropyClipsAThinTailThatTheFullRangeWouldPayFor() {
        float[] values = Samples.GAUSSIAN.values(200_000, SEED);
        for (int i = 0; i < 20; i++) {
            values[i * 1000] = 40 + i;
        }
        TensorStatistics statistics = Samples.observe(values);
        assertThat(new EntropyObserver().range(statistics, QuantType.UINT8).max())
                .isLessThan(10f);
    }

    @Test
    void rangesDoNotDependOnTheOrderOfSamples() {
        TensorStatistics forward = new TensorStatistics();
        TensorStatistics backward = new TensorStatistics();
        for (int i = 0; i < 40; i++) {
            forward.merge(Samples.HARD_SWISH.observed(1000, i));
            backward.merge(Samples.HARD_SWISH.observed(1000, 39 - i));
        }
        for (ObserverKind kind : ObserverKind.values()) {
            if (kind != ObserverKind.MOVING_AVERAGE) {
                Observer observer = Observers.of(kind, 99.9);
                assertThat(observer.range(forward, QuantType.UINT8))
                        .as(kind.name())
                        .isEqualTo(observer.range(backward, QuantType.UINT8));
            }
        }
    }

    @Test
    void eachKindHasItsObserverAndHistogramsAreAskedForWhereNeeded() {
        for (ObserverKind kind : ObserverKind.values()) {
            boolean extremesDo = kind == ObserverKind.MIN_MAX || kind == ObserverKind.MOVING_AVERAGE;
            assertThat(Observers.of(kind, 99).needs().needsHistogram()).isEqualTo(!extremesDo);
        }
        assertThat(StatisticsRequest.EXTREMES.and(new StatisticsRequest(true, true)))
                .isEqualTo(new StatisticsRequest(true, true));
        assertThatThrownBy(() -> Observers.of(ObserverKind.PERCENTILE, 50))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Observers.of(ObserverKind.PERCENTILE, Double.NaN))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
