package dev.octet.engine.search.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.observe.Encodings;
import dev.octet.engine.observe.TensorStatistics;
import dev.octet.engine.scheme.Encoding;
import dev.octet.engine.scheme.QuantType;
import dev.octet.engine.scheme.Range;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DataAdviceTest {

    private static final int VALUES = 6;

    /** Samples of uniform values, each tensor's range its own, all {@code times} as wide. */
    private static Map<String, TensorStatistics> seen(int samples, float times, long seed) {
        Map<String, TensorStatistics> seen = new LinkedHashMap<>();
        Random random = new Random(seed);
        for (int v = 0; v < VALUES; v++) {
            TensorStatistics tensor = new TensorStatistics();
            for (int i = 0; i < samples; i++) {
                float[] values = new float[500];
                for (int k = 0; k < values.length; k++) {
                    values[k] = (random.nextFloat() - 0.3f) * times * (v + 1);
                }
                tensor.accept(FloatBuffer.wrap(values));
            }
            seen.put("v" + v, tensor);
        }
        return seen;
    }

    private static Map<String, Encoding> encodings(Map<String, TensorStatistics> statistics) {
        Map<String, Encoding> encodings = new LinkedHashMap<>();
        statistics.forEach(
                (value, tensor) -> encodings.put(value, Encodings.asymmetric(tensor.range(), QuantType.UINT8)));
        return encodings;
    }

    @Test
    void samplesLikeThoseOfTheEvaluationNeedNoAdviceButHowManyWereEnough() {
        Map<String, TensorStatistics> calibrated = seen(64, 1, 1);
        DataAdvice advice = DataAdvice.of(encodings(calibrated), calibrated, seen(100, 1, 2));
        assertThat(advice.drifted()).isZero();
        assertThat(advice.values()).isEqualTo(VALUES);
        assertThat(advice.samples()).isEqualTo(64);
        assertThat(advice.samplesEnough()).isLessThanOrEqualTo(4);
        assertThat(advice.sentences()).singleElement().asString().contains("would have been enough");
        assertThat(advice.worst()).allSatisfy(drift -> assertThat(drift.ratio()).isBetween(0.95, 1.05));
    }

    @Test
    void threeTimesLargerEvaluationSamplesAreNoticed() {
        Map<String, TensorStatistics> calibrated = seen(64, 1, 1);
        Map<String, TensorStatistics> evaluated = seen(64, 1, 2);
        evaluated.put("v3", seen(64, 3, 2).get("v3"));
        DataAdvice one = DataAdvice.of(encodings(calibrated), calibrated, evaluated);
        assertThat(one.drifted()).isEqualTo(1);
        assertThat(one.worst().getFirst().value()).isEqualTo("v3");
        assertThat(one.worst().getFirst().ratio()).isBetween(2.9, 3.1);
        // Two thirds of values three times as far lie outside.
        assertThat(one.worst().getFirst().saturated()).isBetween(0.64, 0.69);

        DataAdvice all = DataAdvice.of(encodings(calibrated), calibrated, seen(64, 3, 2));
        assertThat(all.drifted()).isEqualTo(VALUES);
        assertThat(all.sentences())
                .anySatisfy(sentence ->
                        assertThat(sentence).contains("does not resemble").contains("6 of 6"))
                .anySatisfy(sentence -> assertThat(sentence).contains("clip more"));
    }

    @Test
    void muchSmallerEvaluationSamplesAreNoticed() {
        Map<String, TensorStatistics> calibrated = seen(64, 255, 1);
        DataAdvice advice = DataAdvice.of(encodings(calibrated), calibrated, seen(64, 1, 2));
        assertThat(advice.drifted()).isEqualTo(VALUES);
        assertThat(advice.sentences()).first().asString().contains("does not resemble");
    }

    @Test
    void rangesThatGrowUntilTheEndAskForMoreSamples() {
        Map<String, TensorStatistics> calibrated = new LinkedHashMap<>();
        TensorStatistics growing = new TensorStatistics();
        for (int i = 1; i <= 50; i++) {
            growing.accept(FloatBuffer.wrap(new float[] {0, i}));
        }
        calibrated.put("v", growing);
        DataAdvice advice = DataAdvice.of(encodings(calibrated), calibrated, calibrated);
        assertThat(advice.samplesEnough()).isEqualTo(50);
        assertThat(advice.sentences()).singleElement().asString().contains("give more");
    }

    @Test
    void whatAnObserverClippedOnPurposeIsNoDrift() {
        Map<String, TensorStatistics> calibrated = seen(64, 1, 1);
        Map<String, Encoding> narrow = new LinkedHashMap<>();
        calibrated.forEach((value, tensor) -> narrow.put(
                value, Encodings.asymmetric(new Range(tensor.min() * 0.9f, tensor.max() * 0.9f), QuantType.UINT8)));
        DataAdvice advice = DataAdvice.of(narrow, calibrated, seen(64, 1, 2));
        assertThat(advice.worst().getFirst().saturated()).isBetween(0.05, 0.15);
        assertThat(advice.sentences()).singleElement().asString().contains("enough");
    }
}
