package dev.octet.engine.observe.shape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.octet.engine.observe.Encodings;
import dev.octet.engine.observe.StatisticsRequest;
import dev.octet.engine.observe.TensorStatistics;
import dev.octet.engine.scheme.Encoding;
import dev.octet.engine.scheme.QuantType;
import dev.octet.engine.scheme.Range;
import java.nio.FloatBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PortraitTest {

    private static Encoding encoding(float min, float max) {
        return Encodings.asymmetric(new Range(min, max), QuantType.UINT8);
    }

    /** Ten channels of 1,000 uniform values in [-1, 1), channel 7 of {@code times} that. */
    private static TensorStatistics uniform(float times) {
        Random random = new Random(4);
        float[] values = new float[10_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = (2 * random.nextFloat() - 1) * (i / 1_000 == 7 ? times : 1);
        }
        TensorStatistics statistics = new TensorStatistics(StatisticsRequest.EVERYTHING);
        statistics.accept(FloatBuffer.wrap(values), 10, 1_000);
        return statistics;
    }

    @Test
    void evenValuesHaveNothingWrong() {
        TensorStatistics statistics = uniform(1);
        Portrait portrait = Portrait.of(statistics, encoding(-1, 1));
        assertThat(portrait.causes()).isEmpty();
        assertThat(portrait.saturated()).isZero();
        assertThat(portrait.bins()).hasSize(Portrait.BINS);
        assertThat(portrait.bins().stream().mapToLong(Long::longValue).sum()).isEqualTo(10_000);
        assertThat(portrait.bins()).allSatisfy(count -> assertThat(count).isBetween(30L, 130L));
        assertThat(portrait.worst()).hasSize(5);
        assertThat(portrait.worst().getFirst().timesMedian()).isCloseTo(1, within(0.01));
    }

    @Test
    void anOutlierChannelIsNamed() {
        Portrait portrait = Portrait.of(uniform(20), encoding(-20, 20));
        assertThat(portrait.worst().getFirst().index()).isEqualTo(7);
        assertThat(portrait.worst().getFirst().timesMedian()).isCloseTo(20, within(0.2));
        assertThat(portrait.causes())
                .singleElement()
                .asString()
                .contains("channel 7")
                .contains("20 times");
    }

    @Test
    void clippedValuesAreCounted() {
        Portrait portrait = Portrait.of(uniform(1), encoding(-1, 0.8f));
        assertThat(portrait.saturated()).isCloseTo(0.1, within(0.01));
        assertThat(portrait.causes())
                .singleElement()
                .asString()
                .contains("clips")
                .contains("MIN_MAX");
    }

    @Test
    void aFewFarValuesStretchTheRange() {
        float[] values = new float[10_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = i < 10 ? 100 : i % 100 / 100f;
        }
        TensorStatistics statistics = new TensorStatistics();
        statistics.accept(FloatBuffer.wrap(values));
        Portrait portrait = Portrait.of(statistics, encoding(0, 100));
        assertThat(portrait.causes())
                .singleElement()
                .asString()
                .contains("stretch")
                .contains("1.0 %");
        assertThat(portrait.worst()).isEmpty();
    }

    @Test
    void oneValueAloneAndExtremesAloneHaveAPortrait() {
        TensorStatistics constant = new TensorStatistics();
        constant.accept(FloatBuffer.wrap(new float[] {3, 3, 3}));
        assertThat(Portrait.of(constant, null).bins()).containsExactly(3L);
        TensorStatistics extremes = new TensorStatistics(StatisticsRequest.EXTREMES);
        extremes.accept(FloatBuffer.wrap(new float[] {1, 3}));
        Portrait portrait = Portrait.of(extremes, encoding(0, 3));
        assertThat(portrait.bins()).isEmpty();
        assertThat(portrait.max()).isEqualTo(3);
        assertThat(portrait.causes()).isEmpty();
    }
}
