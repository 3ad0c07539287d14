package dev.octet.engine.algorithm.equalize;

import java.nio.FloatBuffer;
import java.util.Arrays;

/** Extremes and mean squares of a value's channels, over all samples. */
final class ChannelPeaks {

    private final int axis;
    private final float[] low;
    private final float[] high;
    private final double[] squares;
    private long each;

    /**
     * Of a value with {@code channels} along {@code axis}.
     *
     * @param axis at least 1: the first dimension is the samples
     */
    ChannelPeaks(int axis, int channels) {
        this.axis = axis;
        this.low = new float[channels];
        this.high = new float[channels];
        this.squares = new double[channels];
        Arrays.fill(low, Float.POSITIVE_INFINITY);
        Arrays.fill(high, Float.NEGATIVE_INFINITY);
    }

    /** Takes in one batch. */
    void accept(long[] shape, FloatBuffer values) {
        int inner = 1;
        for (int i = axis + 1; i < shape.length; i++) {
            inner = Math.multiplyExact(inner, Math.toIntExact(shape[i]));
        }
        int n = values.remaining();
        for (int from = 0, c = 0; from < n; from += inner, c = c + 1 == low.length ? 0 : c + 1) {
            float min = low[c];
            float max = high[c];
            double sum = 0;
            for (int i = from; i < from + inner; i++) {
                float x = values.get(i);
                min = Math.min(min, x);
                max = Math.max(max, x);
                sum += (double) x * x;
            }
            low[c] = min;
            high[c] = max;
            squares[c] += sum;
        }
        each += n / low.length;
    }

    int channels() {
        return low.length;
    }

    /** The smallest value of channel {@code c}, at most 0: an encoding takes in zero. */
    float low(int c) {
        return Math.min(0, low[c]);
    }

    /** The largest value of channel {@code c}, at least 0. */
    float high(int c) {
        return Math.max(0, high[c]);
    }

    /** The largest magnitude of channel {@code c}. */
    float peak(int c) {
        return Math.max(-low(c), high(c));
    }

    double meanSquare(int c) {
        return each == 0 ? 0 : squares[c] / each;
    }
}
