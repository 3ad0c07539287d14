package dev.octet.engine.evaluate.statistic;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Perplexity of a language model: exp(Σ losses / Σ tokens), over the tokens of all samples.
 *
 * <p>The loss of a token is the negative natural logarithm of the probability that the model gave it, from the softmax of the logits
 * at the position before it (Jelinek et al. 1977). What a sample answers is its sum of losses and its number of tokens.
 */
public final class Perplexity implements SampleStatistic {

    private final List<float[]> seen = new ArrayList<>();

    @Override
    public void add(float[] answer) {
        seen.add(answer.clone());
    }

    @Override
    public double value(int[] times) {
        double losses = 0;
        double tokens = 0;
        for (int i = 0; i < times.length; i++) {
            losses += (double) times[i] * seen.get(i)[0];
            tokens += (double) times[i] * seen.get(i)[1];
        }
        return tokens == 0 ? 1 : Math.exp(losses / tokens);
    }

    /**
     * What one sample answers.
     *
     * @param logits {@code tokens} rows of {@code vocabulary} numbers; a row that is not finite counts as knowing nothing
     * @param targets the token at each position; negative where it does not count
     * @param mask 0 where a position is padding; null where none is
     * @return the sum of losses and the number of tokens that were foretold
     */
    public static float[] answer(float[] logits, int tokens, int vocabulary, long[] targets, long @Nullable [] mask) {
        double losses = 0;
        int counted = 0;
        for (int t = 0; t + 1 < tokens; t++) {
            long target = targets[t + 1];
            boolean padded = mask != null && (mask[t] == 0 || mask[t + 1] == 0);
            if (!padded && target >= 0 && target < vocabulary) {
                losses += loss(logits, t * vocabulary, vocabulary, (int) target);
                counted++;
            }
        }
        return new float[] {(float) losses, counted};
    }

    private static double loss(float[] logits, int from, int vocabulary, int target) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = from; i < from + vocabulary; i++) {
            largest = Math.max(largest, logits[i]);
        }
        double sum = 0;
        for (int i = from; i < from + vocabulary; i++) {
            sum += Math.exp(logits[i] - largest);
        }
        double loss = Math.log(sum) + largest - logits[from + target];
        return Double.isFinite(loss) ? loss : Math.log(vocabulary);
    }
}
