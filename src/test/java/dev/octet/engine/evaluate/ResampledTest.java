package dev.octet.engine.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.octet.engine.evaluate.statistic.Detections;
import dev.octet.engine.evaluate.statistic.Perplexity;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.MetricKind;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Metrics computed anew for every resample.
 *
 * <p>Golden values come from Python on the same numbers, drawn from x = (1103515245 x + 12345) mod 2^31: scikit-learn's {@code f1_score}
 * (average binary and macro), pycocotools' {@code COCOeval} (bbox, all areas) and numpy.
 */
class ResampledTest {

    /** The generator that the golden values were made from. */
    private static final class Draws {
        private long x;

        Draws(long seed) {
            x = seed;
        }

        double next() {
            x = (x * 1103515245L + 12345) % (1L << 31);
            return x / (double) (1L << 31);
        }
    }

    private static Score f1(int classes, long seed) {
        Draws draws = new Draws(seed);
        double[] labels = new double[200];
        Scorer scorer = new Scorer(MetricKind.F1, new Truth(1, labels), false);
        for (int i = 0; i < labels.length; i++) {
            int label = (int) (draws.next() * classes);
            labels[i] = label;
            double[] scores = new double[classes];
            for (int c = 0; c < classes; c++) {
                scores[c] = draws.next();
            }
            scores[label] += 0.4 * draws.next();
            float[] output = new float[classes];
            for (int c = 0; c < classes; c++) {
                output[c] = (float) scores[c];
            }
            scorer.add(output, i % 10 == 0 ? new float[classes] : output);
        }
        return scorer.score();
    }

    @Test
    void f1IsThatOfScikitLearn() {
        assertThat(f1(4, 7).fp32()).isCloseTo(0.4054991069775221, within(1e-12));
        assertThat(f1(2, 9).fp32()).isCloseTo(0.6733668341708543, within(1e-12));
        Score score = f1(4, 7);
        assertThat(score.dropInterval().contains(score.drop())).isTrue();
        assertThat(score.fp32Interval().low()).isLessThan(score.fp32()).isGreaterThan(0.3);
    }

    @Test
    void meanAveragePrecisionIsThatOfCoco() {
        Draws draws = new Draws(11);
        double[] labels = new double[40 * 25];
        Arrays.fill(labels, -1);
        Scorer scorer = new Scorer(MetricKind.MEAN_AVERAGE_PRECISION, new Truth(25, labels), false);
        for (int sample = 0; sample < 40; sample++) {
            float[] output = new float[5 * 6];
            for (int k = 0; k < 5; k++) {
                int c = (int) (draws.next() * 4) - 1;
                double x = Math.rint(draws.next() * 60);
                double y = Math.rint(draws.next() * 60);
                double w = Math.rint(5 + draws.next() * 35);
                double h = Math.rint(5 + draws.next() * 35);
                double[] jitter = new double[4];
                for (int j = 0; j < 4; j++) {
                    jitter[j] = Math.rint((draws.next() - 0.5) * 8);
                }
                double score = draws.next();
                double wrong = draws.next();
                if (c >= 0) {
                    double[] truth = {c, x, y, x + w, y + h};
                    System.arraycopy(truth, 0, labels, sample * 25 + k * 5, 5);
                    double left = x + jitter[0];
                    double top = y + jitter[1];
                    double[] found = {
                        left, top, left + w + jitter[2], top + h + jitter[3], score, wrong < 0.8 ? c : (c + 1) % 3
                    };
                    for (int j = 0; j < 6; j++) {
                        output[k * 6 + j] = (float) found[j];
                    }
                }
            }
            float[] answer = Detections.of(List.of(new Detections.Part(List.of(5L, 6L), output)));
            scorer.add(output, output, answer, new float[0]);
        }
        Score score = scorer.score();
        assertThat(score.fp32()).isCloseTo(0.15915471681576077, within(1e-6));
        assertThat(score.ap50()).isNotNull();
        assertThat(score.ap50().fp32()).isCloseTo(0.46237795831620065, within(1e-6));
        assertThat(score.ap50().int8()).isZero();
        assertThat(score.int8()).isZero();
        assertThat(score.fp32Interval().contains(score.fp32())).isTrue();
        assertThat(score.pValue()).isLessThan(0.01);
    }

    @Test
    void perplexityIsThatOfTheTokensThatAreNoPadding() {
        Draws draws = new Draws(13);
        Scorer scorer = new Scorer(MetricKind.PERPLEXITY, null, false);
        for (int sample = 0; sample < 6; sample++) {
            float[] logits = new float[7 * 9];
            for (int i = 0; i < logits.length; i++) {
                logits[i] = (float) (4 * draws.next());
            }
            long[] ids = new long[7];
            for (int t = 0; t < 7; t++) {
                ids[t] = (long) (draws.next() * 9);
            }
            long[] mask = new long[7];
            Arrays.fill(mask, 0, 4 + sample % 4, 1);
            float[] nothing = new float[logits.length];
            Arrays.fill(nothing, Float.NaN);
            scorer.add(
                    logits,
                    nothing,
                    Perplexity.answer(logits, 7, 9, ids, mask),
                    Perplexity.answer(nothing, 7, 9, ids, mask));
        }
        Score score = scorer.score();
        assertThat(score.fp32()).isCloseTo(22.12799982216626, within(1e-4));
        assertThat(score.int8()).as("knowing nothing of nine tokens").isCloseTo(9, within(1e-5));
        assertThat(score.drop()).as("lower is better").isNegative();
    }

    @Test
    void labelsThatDoNotCountAreLeftOut() {
        float[] logits = {0, 0, 5, 0, 0, 0};
        assertThat(Perplexity.answer(logits, 3, 2, new long[] {0, -100, 1}, null)[1])
                .isEqualTo(1);
        assertThat(Perplexity.answer(logits, 3, 2, new long[] {0, -100, -100}, null))
                .containsExactly(0, 0);
    }

    @Test
    void boxesBesideScoresAndAnchorsGiveTheSameDetections() {
        float[] boxes = {0, 0, 10, 10, 1, 0, 10, 10, 50, 50, 70, 90};
        float[] scores = {0.9f, 0, 0.8f, 0, 0, 0.6f};
        float[] beside = Detections.of(
                List.of(new Detections.Part(List.of(3L, 2L), scores), new Detections.Part(List.of(3L, 4L), boxes)));
        assertThat(beside).containsExactly(0, 0, 10, 10, 0.9f, 0, 50, 50, 70, 90, 0.6f, 1);
        float[] anchors = {
            5,
            5.5f,
            60,
            0,
            0,
            0,
            0, // x
            5,
            5,
            70,
            0,
            0,
            0,
            0, // y
            10,
            9,
            20,
            0,
            0,
            0,
            0, // width
            10,
            10,
            40,
            0,
            0,
            0,
            0, // height
            0.9f,
            0.8f,
            0,
            0,
            0,
            0,
            0, // first class
            0,
            0,
            0.6f,
            0,
            0,
            0,
            0 // second class
        };
        assertThat(Detections.of(List.of(new Detections.Part(List.of(6L, 7L), anchors))))
                .containsExactly(beside);
    }

    @Test
    void whatIsNoDetectionIsLeftOutOrRefusedWithItsShape() {
        float[] values = {0, 0, 1, 1, Float.NaN, 0, 0, 0, 1, 1, 0, 0};
        assertThat(Detections.of(List.of(new Detections.Part(List.of(2L, 6L), values))))
                .isEmpty();
        assertThatThrownBy(() -> Detections.of(List.of(new Detections.Part(List.of(3L), new float[3]))))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("[[3]]");
    }

    @Test
    void labelsOfAnotherWidthAreRefused() {
        assertThatThrownBy(() -> new Scorer(MetricKind.MEAN_AVERAGE_PRECISION, new Truth(4, 1, 2, 3, 4), false))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("[samples, objects, 5]");
        assertThatThrownBy(() -> new Scorer(MetricKind.F1, new Truth(2, 1, 2), false))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("one class index");
        assertThatThrownBy(() -> new Scorer(MetricKind.PERPLEXITY, null, true))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("pairs");
    }
}
