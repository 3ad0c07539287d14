package dev.octet.engine.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.octet.engine.scheme.MetricKind;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExpectedDropTest {

    private static final long SEED = 20261124;

    @Test
    void equalAnswersLoseNothing() {
        ExpectedDrop expected = new ExpectedDrop(MetricKind.TOP1, false);
        expected.add(new float[] {1, 3, 2}, new float[] {-5, 9, 0});
        expected.add(new float[] {7, 3, 2}, new float[] {1, 0, 0});
        assertThat(expected.drop()).isZero();
        assertThat(expected.error()).isZero();
    }

    @Test
    void anotherAnswerLosesWhatTheFloatModelGaveItLess() {
        ExpectedDrop expected = new ExpectedDrop(MetricKind.TOP1, false);
        expected.add(new float[] {0.2f, 0.5f, 0.3f}, new float[] {0, 0, 1});
        assertThat(expected.drop()).isCloseTo(0.2, within(1e-6));
        assertThat(expected.score()).isCloseTo(0.5, within(1e-6));
    }

    @Test
    void logitsBecomeProbabilitiesFirst() {
        ExpectedDrop expected = new ExpectedDrop(MetricKind.TOP1, false);
        float log4 = (float) Math.log(4);
        expected.add(new float[] {log4, 0, -1000}, new float[] {0, 1, 0});
        assertThat(expected.drop()).isCloseTo(0.8 - 0.2, within(1e-6));
    }

    /** If the labels are drawn from the float model's own probabilities, the foretold drop is the measured one. */
    @Test
    void theDropIsThatOfLabelsDrawnFromTheFloatModelsProbabilities() {
        Random random = new Random(SEED);
        ExpectedDrop expected = new ExpectedDrop(MetricKind.TOP1, false);
        int samples = 20_000;
        int lost = 0;
        for (int i = 0; i < samples; i++) {
            float[] exact = {(float) random.nextGaussian(), (float) random.nextGaussian(), 0.5f};
            float[] noisy = exact.clone();
            for (int c = 0; c < noisy.length; c++) {
                noisy[c] += (float) random.nextGaussian();
            }
            expected.add(exact, noisy);
            int label = draw(exact, random);
            lost += (label == largest(exact) ? 1 : 0) - (label == largest(noisy) ? 1 : 0);
        }
        assertThat(expected.drop())
                .as("seed %d", SEED)
                .isCloseTo(lost / (double) samples, within(0.012))
                .isPositive();
        assertThat(expected.error()).isBetween(1e-4, 0.01);
    }

    @Test
    void pairsLoseWhatTheirScoresNoLongerCorrelate() {
        ExpectedDrop same = new ExpectedDrop(MetricKind.SPEARMAN, true);
        ExpectedDrop noisy = new ExpectedDrop(MetricKind.SPEARMAN, true);
        Random random = new Random(SEED);
        for (int i = 0; i < 200; i++) {
            float[] vector = new float[16];
            float[] disturbed = new float[16];
            for (int k = 0; k < vector.length; k++) {
                vector[k] = (float) random.nextGaussian();
                disturbed[k] = vector[k] + 0.1f * (float) random.nextGaussian();
            }
            same.add(vector, vector);
            noisy.add(vector, disturbed);
        }
        assertThat(same.drop()).isCloseTo(0, within(1e-9));
        assertThat(noisy.drop()).as("seed %d", SEED).isBetween(1e-4, 0.05);
    }

    @Test
    void aSingleNumberIsHeldAgainstTheSizeOfAllOfThem() {
        ExpectedDrop expected = new ExpectedDrop(MetricKind.FIDELITY, false);
        Scorer scorer = new Scorer(MetricKind.FIDELITY, null, false);
        float[][] pairs = {{1, 0.75f}, {0.00001f, 0}, {-1, -1.25f}, {1, 1}};
        for (float[] pair : pairs) {
            expected.add(new float[] {pair[0]}, new float[] {pair[1]});
            scorer.add(new float[] {pair[0]}, new float[] {pair[1]});
        }
        double rms = Math.sqrt(3 / 4.0);
        assertThat(expected.drop()).isCloseTo(0.5 / 4 / rms, within(1e-5));
        assertThat(scorer.score().drop()).isCloseTo(0.5 / 4 / rms, within(1e-5));
        assertThat(scorer.fidelity().cosine()).isBetween(0.97, 0.999);
    }

    @Test
    void anAnswerThatIsNoNumberLosesAll() {
        ExpectedDrop expected = new ExpectedDrop(MetricKind.TOP1, false);
        expected.add(new float[] {1, 1}, new float[] {Float.NaN, 0});
        assertThat(expected.drop()).isCloseTo(0.5, within(1e-6));
        ExpectedDrop vectors = new ExpectedDrop(MetricKind.FIDELITY, false);
        vectors.add(new float[] {1, 0}, new float[] {Float.NaN, 0});
        assertThat(vectors.drop()).isEqualTo(1);
    }

    private static int draw(float[] logits, Random random) {
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit);
        }
        double at = random.nextDouble() * sum;
        for (int c = 0; c < logits.length; c++) {
            at -= Math.exp(logits[c]);
            if (at < 0) {
                return c;
            }
        }
        return logits.length - 1;
    }

    private static int largest(float[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            best = values[i] > values[best] ? i : best;
        }
        return best;
    }
}
