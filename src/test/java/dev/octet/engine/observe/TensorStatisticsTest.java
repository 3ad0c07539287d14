package dev.octet.engine.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.octet.engine.scheme.Range;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TensorStatisticsTest {

    @Test
    void oneSampleIsCountedAndHasItsExtremes() {
        TensorStatistics statistics = Samples.observe(1f, -2f, 3.5f, 0.25f, -7f);
        assertThat(statistics.range()).isEqualTo(new Range(-7f, 3.5f));
        assertThat(statistics.count()).isEqualTo(5);
        assertThat(statistics.samples()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void extremesAreThoseOfAPlainLoop(Samples kind) {
        float[] values = kind.values(33_333, 8);
        TensorStatistics statistics = Samples.observe(values);
        float min = values[0];
        float max = values[0];
        for (float value : values) {
            min = Math.min(min, value);
            max = Math.max(max, value);
        }
        assertThat(statistics.min()).isEqualTo(min + 0f);
        assertThat(statistics.max()).isEqualTo(max + 0f);
    }

    @Test
    void theBufferIsReadFromPositionToLimitAndLeftAlone() {
        FloatBuffer direct =
                ByteBuffer.allocateDirect(40_000).order(ByteOrder.nativeOrder()).asFloatBuffer();
        for (int i = 0; i < 10_000; i++) {
            direct.put(i, i);
        }
        direct.position(10).limit(9_000);
        TensorStatistics statistics = new TensorStatistics();
        statistics.accept(direct);
        assertThat(statistics.range()).isEqualTo(new Range(10, 8_999));
        assertThat(statistics.count()).isEqualTo(8_990);
        assertThat(direct.position()).isEqualTo(10);
        assertThat(direct.limit()).isEqualTo(9_000);
    }

    @Test
    void theBufferMayHaveTheOtherByteOrderOrBeForReadingOnly() {
        float[] values = Samples.GAUSSIAN.values(10_000, 5);
        FloatBuffer swapped =
                ByteBuffer.allocate(40_000).order(ByteOrder.BIG_ENDIAN).asFloatBuffer();
        swapped.put(0, values);
        TensorStatistics statistics = new TensorStatistics();
        statistics.accept(swapped);
        TensorStatistics fixed = new TensorStatistics();
        fixed.accept(FloatBuffer.wrap(values).asReadOnlyBuffer());
        TensorStatistics plain = Samples.observe(values);
        assertThat(statistics.range()).isEqualTo(plain.range()).isEqualTo(fixed.range());
        assertThat(statistics.histogram()).isEqualTo(plain.histogram()).isEqualTo(fixed.histogram());
    }

    @Test
    void valuesThatAreNotFiniteAreCountedAndLeftOut() {
        float[] values = Samples.GAUSSIAN.values(20_000, 4);
        float[] spoilt = values.clone();
        float[] bad = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.intBitsToFloat(0xffc00001)};
        for (int i = 0; i < 400; i++) {
            spoilt[i * 50] = bad[i % 4];
            values[i * 50] = 0.5f;
        }
        TensorStatistics clean = Samples.observe(values);
        TensorStatistics statistics = Samples.observe(spoilt);
        assertThat(statistics.nonFinite()).isEqualTo(400);
        assertThat(statistics.count()).isEqualTo(19_600);
        assertThat(statistics.histogram().total()).isEqualTo(19_600);
        assertThat(statistics.range()).isEqualTo(clean.range());
    }

    @Test
    void nothingButNanLeavesNoRange() {
        TensorStatistics statistics = Samples.observe(Float.NaN, Float.NaN);
        statistics.accept(FloatBuffer.allocate(0));
        assertThat(statistics.nonFinite()).isEqualTo(2);
        assertThat(statistics.samples()).isZero();
        assertThatThrownBy(statistics::range)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("2");
        assertThatThrownBy(statistics::averageRange).isInstanceOf(IllegalStateException.class);
    }

    /** PyTorch's rule by hand: m = x0; m += 0.01 (x - m), over the extremes of four samples. */
    @Test
    void movingAverageFollowsPyTorch() {
        TensorStatistics statistics = new TensorStatistics(StatisticsRequest.EXTREMES);
        float[][] samples = {{-1.5f, 0, 2}, {3, -1}, {2.5f, -4, 1, 1}, {-0.5f, 8}};
        for (float[] sample : samples) {
            statistics.accept(FloatBuffer.wrap(sample));
        }
        assertThat(statistics.averageRange()).isEqualTo(new Range(-1.5098495f, 2.074751f));
    }

    @Test
    void mergingInOrderGivesTheAverageOfOneRun() {
        long seed = 9;
        TensorStatistics whole = new TensorStatistics();
        TensorStatistics merged = new TensorStatistics();
        TensorStatistics part = new TensorStatistics();
        for (int i = 0; i < 500; i++) {
            FloatBuffer sample = FloatBuffer.wrap(Samples.LAPLACE.values(64, seed + i));
            whole.accept(sample);
            part.accept(sample);
            if (i % 37 == 0) {
                merged.merge(part);
                part = new TensorStatistics();
            }
        }
        merged.merge(part);
        assertThat(merged.averageRange().min()).isCloseTo(whole.averageRange().min(), within(1e-6f));
        assertThat(merged.averageRange().max()).isCloseTo(whole.averageRange().max(), within(1e-6f));
        assertThat(merged.range()).isEqualTo(whole.range());
        assertThat(merged.count()).isEqualTo(whole.count());
        assertThat(merged.samples()).isEqualTo(whole.samples());
        assertThat(merged.histogram()).isEqualTo(whole.histogram());
    }

    @Test
    void channelsAreToldApartOnAnyAxis() {
        float[] values = Samples.GAUSSIAN.values(2 * 3 * 4, 1);
        StatisticsRequest request = new StatisticsRequest(true, true);
        TensorStatistics middle = new TensorStatistics(request);
        middle.accept(FloatBuffer.wrap(values), 3, 4);
        TensorStatistics last = new TensorStatistics(request);
        last.accept(FloatBuffer.wrap(values), 4, 1);
        for (int c = 0; c < 4; c++) {
            TensorStatistics expectedMiddle = new TensorStatistics();
            TensorStatistics expectedLast = new TensorStatistics();
            float[] middleValues = new float[8];
            float[] lastValues = new float[6];
            for (int i = 0; i < 8 && c < 3; i++) {
                middleValues[i] = values[i / 4 * 12 + c * 4 + i % 4];
            }
            for (int i = 0; i < 6; i++) {
                lastValues[i] = values[i * 4 + c];
            }
            expectedMiddle.accept(FloatBuffer.wrap(middleValues));
            expectedLast.accept(FloatBuffer.wrap(lastValues));
            assertThat(last.channels().orElseThrow().range(c)).isEqualTo(expectedLast.range());
            if (c < 3) {
                assertThat(middle.channels().orElseThrow().range(c)).isEqualTo(expectedMiddle.range());
            }
        }
        assertThat(middle.channels().orElseThrow().size()).isEqualTo(3);
        assertThat(middle.range()).isEqualTo(Samples.observe(values).range());
    }

    @Test
    void channelsMergeAndRefuseWhatDoesNotFit() {
        StatisticsRequest request = new StatisticsRequest(false, true);
        TensorStatistics one = new TensorStatistics(request);
        TensorStatistics other = new TensorStatistics(request);
        other.accept(FloatBuffer.wrap(new float[] {1, 2, 3, 4}), 2, 2);
        one.merge(other);
        one.merge(other);
        assertThat(one.channels().orElseThrow().range(1)).isEqualTo(new Range(3, 4));
        FloatBuffer three = FloatBuffer.allocate(3);
        assertThatThrownBy(() -> one.accept(three, 2, 1)).isInstanceOf(IllegalArgumentException.class);
        TensorStatistics plain = new TensorStatistics();
        assertThatThrownBy(() -> plain.merge(one)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(one::histogram).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void channelsOfLongSamplesAreThoseOfAPlainLoop() {
        for (int[] layout : new int[][] {{7, 1}, {5, 900}, {3, 6000}, {6000, 1}}) {
            int channels = layout[0];
            int inner = layout[1];
            float[] values = Samples.LAPLACE.values(2 * channels * inner, 5);
            TensorStatistics seen = new TensorStatistics(StatisticsRequest.EVERYTHING);
            seen.accept(FloatBuffer.wrap(values), channels, inner);
            float[] max = new float[channels];
            java.util.Arrays.fill(max, Float.NEGATIVE_INFINITY);
            for (int i = 0; i < values.length; i++) {
                max[i / inner % channels] = Math.max(max[i / inner % channels], values[i]);
            }
            for (int c = 0; c < channels; c++) {
                assertThat(seen.channels().orElseThrow().range(c).max()).isEqualTo(max[c] + 0f);
            }
        }
    }

    @Test
    void channelsThatChangeFromSampleToSampleAreGivenUp() {
        TensorStatistics seen = new TensorStatistics(StatisticsRequest.EVERYTHING);
        seen.accept(FloatBuffer.wrap(new float[] {1, 2}), 2, 1);
        seen.accept(FloatBuffer.wrap(new float[] {1, 2, 3}), 3, 1);
        seen.accept(FloatBuffer.wrap(new float[] {1, 2}), 2, 1);
        assertThat(seen.channels()).isEmpty();
        assertThat(seen.count()).isEqualTo(7);
    }

    @Test
    void tellsAfterHowManySamplesTheRangeHadBeenSeen() {
        TensorStatistics seen = new TensorStatistics(StatisticsRequest.EXTREMES);
        for (int i = 1; i <= 100; i++) {
            seen.accept(FloatBuffer.wrap(new float[] {-1, i < 6 ? i : 6 + i / 1000f}));
        }
        assertThat(seen.growth().points()).hasSize(7);
        assertThat(seen.growth().enough(seen.range(), seen.samples(), 0.05)).isEqualTo(8);
        assertThat(seen.growth().enough(seen.range(), seen.samples(), 0.0001)).isEqualTo(100);
    }
}
