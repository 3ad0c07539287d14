package dev.octet.engine.evaluate;

import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** How the states of a sequence become one vector. */
public enum Pooling {
    /** Not at all: the states are the vector. */
    NONE,
    /** The mean of the states where the mask is set, at length 1. */
    MEAN,
    /** The first state, at length 1. */
    CLS;

    /**
     * Pools one sample.
     *
     * @param states {@code tokens} states of {@code width} numbers, one after the other
     * @param mask one number a token, 0 where it is padding; null where no token is
     * @return a new vector: {@code width} numbers of Euclidean length 1 (or all zero), or for NONE a copy of
     *     {@code states}
     * @throws EngineException DATASET_MISMATCH if the mask leaves no token
     */
    public float[] pool(float[] states, int tokens, int width, long @Nullable [] mask) {
        if (this == NONE) {
            return states.clone();
        }
        if (tokens < 1 || width < 1 || (long) tokens * width != states.length) {
            throw new IllegalArgumentException(states.length + " numbers for " + tokens + " states of " + width);
        }
        if (mask != null && mask.length != tokens) {
            throw new IllegalArgumentException("mask of " + mask.length + " for " + tokens + " tokens");
        }
        return this == CLS ? unit(states, 0, 1, width, null) : unit(states, 0, tokens, width, mask);
    }

    private static float[] unit(float[] states, int from, int to, int width, long @Nullable [] mask) {
        double[] sum = new double[width];
        boolean any = false;
        for (int t = from; t < to; t++) {
            if (mask == null || mask[t] != 0) {
                any = true;
                for (int i = 0; i < width; i++) {
                    sum[i] += states[t * width + i];
                }
            }
        }
        if (!any) {
            throw new EngineException(Fault.DATASET_MISMATCH, "the attention mask of a sample leaves no token to pool");
        }
        // The mean's direction is the sum's: dividing by the number of tokens would cancel out.
        double norm = Math.sqrt(Arrays.stream(sum).map(x -> x * x).sum());
        float[] pooled = new float[width];
        for (int i = 0; i < width; i++) {
            pooled[i] = (float) (norm == 0 ? 0 : sum[i] / norm);
        }
        return pooled;
    }
}
