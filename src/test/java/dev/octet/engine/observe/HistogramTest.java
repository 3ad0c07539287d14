package dev.octet.engine.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HistogramTest {

    private record Bin(double low, double high, long count) {}

    private static List<Bin> bins(TensorStatistics statistics, boolean negative) {
        List<Bin> bins = new ArrayList<>();
        statistics.histogram().visit(negative, (low, high, count) -> bins.add(new Bin(low, high, count)));
        return bins;
    }

    @Test
    void everyValueLiesInItsBinAndBinsAreAThousandthWide() {
        for (float x : new float[] {1f, 1.9999999f, 0.3f, 6.02e23f, Float.MAX_VALUE, Float.MIN_NORMAL, 1e-20f}) {
            Bin positive = bins(Samples.observe(x), false).getFirst();
            Bin negative = bins(Samples.observe(-x), true).getFirst();
            assertThat(positive).isEqualTo(negative);
            assertThat((double) x).isGreaterThanOrEqualTo(positive.low()).isLessThan(positive.high());
            assertThat(positive.high() / positive.low()).isBetween(1 + 1 / 1024.0, 1 + 1 / 512.0);
        }
    }

    @Test
    void zerosOfBothSignsAreCountedApartFromDenormals() {
        float[] few = {0f, -0f, Float.MIN_VALUE, -Float.MIN_VALUE, 0f, 1f};
        TensorStatistics statistics = Samples.observe(few);
        assertThat(statistics.histogram().zeros()).isEqualTo(3);
        assertThat(bins(statistics, false)).extracting(Bin::count).containsExactly(1L, 1L);
        assertThat(bins(statistics, true)).extracting(Bin::count).containsExactly(1L);
    }

    @Test
    void largeSamplesAreCountedAsSmallOnesAre() {
        for (Samples kind : Samples.values()) {
            float[] values = kind.values(50_000, 11);
            values[40_000] = Float.MIN_VALUE;
            values[40_001] = -0f;
            TensorStatistics whole = Samples.observe(values);
            TensorStatistics pieces = new TensorStatistics();
            for (int at = 0; at < values.length; at += 100) {
                pieces.accept(FloatBuffer.wrap(values, at, 100));
            }
            assertThat(whole.histogram()).as(kind.name()).isEqualTo(pieces.histogram());
            assertThat(whole.histogram().total()).isEqualTo(50_000);
        }
    }

    @ParameterizedTest
    @EnumSource
    void countsAreThoseOfAPlainCount(Samples kind) {
        float[] values = kind.values(2_000, 5);
        TensorStatistics statistics = Samples.observe(values);
        for (boolean negative : new boolean[] {false, true}) {
            for (Bin bin : bins(statistics, negative)) {
                long expected = 0;
                for (float value : values) {
                    double magnitude = negative ? -(double) value : value;
                    expected += magnitude != 0 && magnitude >= bin.low() && magnitude < bin.high() ? 1 : 0;
                }
                assertThat(bin.count()).as("%s %s", kind, bin).isEqualTo(expected);
            }
        }
        assertThat(bins(statistics, false).stream().mapToLong(Bin::count).sum()
                        + bins(statistics, true).stream().mapToLong(Bin::count).sum()
                        + statistics.histogram().zeros())
                .isEqualTo(values.length);
    }

    @Test
    void orderAndGroupingOfMergesDoNotMatter() {
        long seed = 42;
        List<float[]> samples = new ArrayList<>();
        for (Samples kind : Samples.values()) {
            samples.add(kind.values(3000, seed));
        }
        Histogram expected = merged(samples);
        Random random = new Random(seed);
        for (int round = 0; round < 10; round++) {
            Collections.shuffle(samples, random);
            int cut = 1 + random.nextInt(samples.size() - 1);
            Histogram left = merged(samples.subList(0, cut));
            left.merge(merged(samples.subList(cut, samples.size())));
            assertThat(left)
                    .as("seed %d round %d", seed, round)
                    .isEqualTo(expected)
                    .hasSameHashCodeAs(expected);
        }
    }

    private static Histogram merged(List<float[]> samples) {
        TensorStatistics statistics = new TensorStatistics();
        samples.forEach(sample -> statistics.accept(FloatBuffer.wrap(sample)));
        return statistics.histogram();
    }

    @Test
    void histogramsOfDifferentValuesDiffer() {
        assertThat(Samples.observe(1f, 2f).histogram())
                .isNotEqualTo(Samples.observe(1f, 3f).histogram());
        assertThat(Samples.observe(1f).histogram())
                .isNotEqualTo(Samples.observe(1f, 1f).histogram());
    }

    @Test
    void expectedErrorOfADistributionIsThatOfItsValues() {
        float[] values = Samples.HARD_SWISH.values(100_000, 3);
        Distribution distribution = Distribution.of(Samples.observe(values));
        for (double[] ends : new double[][] {{0.375, 9}, {0.2, 4}, {0, 2}, {0.375, 0}}) {
            double step = (ends[0] + ends[1]) / 255;
            double sum = 0;
            for (float x : values) {
                double nearest = Math.rint(x / step) * step;
                double clipped = Math.max(-ends[0], Math.min(ends[1], nearest));
                double error = x > ends[1] ? x - ends[1] : x < -ends[0] ? x + ends[0] : x - clipped;
                sum += error * error;
            }
            assertThat(distribution.expectedError(ends[0], ends[1], 255))
                    .as(Arrays.toString(ends))
                    .isCloseTo(sum, within(0.02 * sum));
        }
    }
}
