package dev.octet.engine.algorithm.equalize;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * What calibration shows of a value's channels: extremes over all samples, and a sample of positions whole.
 *
 * <p>Every n-th position is kept, n doubled whenever there are too many: the same positions for the same samples.
 */
final class ChannelValues {

    /** Positions kept at most; from half as many on, rounding errors average out. */
    private static final int MOST_ROWS = 512;

    private final int axis;
    private final float[] low;
    private final float[] high;
    private float[] rows = new float[0];
    private int count;
    private long seen;
    private long every = 1;

    /**
     * Of a value with {@code channels} along {@code axis}.
     *
     * @param axis at least 1: the first dimension is the samples
     */
    ChannelValues(int axis, int channels) {
        this.axis = axis;
        this.low = new float[channels];
        this.high = new float[channels];
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
            for (int i = from; i < from + inner; i++) {
                float x = values.get(i);
                min = Math.min(min, x);
                max = Math.max(max, x);
            }
            low[c] = min;
            high[c] = max;
        }
        int block = inner * low.length;
        for (int from = 0; from + block <= n; from += block) {
            for (int position = 0; position < inner; position++) {
                if (seen++ % every == 0) {
                    keep(values, from + position, inner);
                }
            }
        }
    }

    private void keep(FloatBuffer values, int from, int stride) {
        if (count == MOST_ROWS) {
            thin();
            if ((seen - 1) % every != 0) {
                return;
            }
        }
        int width = low.length;
        if ((count + 1) * width > rows.length) {
            rows = Arrays.copyOf(rows, Math.min(MOST_ROWS, Math.max(8, 2 * count)) * width);
        }
        for (int c = 0; c < width; c++) {
            rows[count * width + c] = values.get(from + c * stride);
        }
        count++;
    }

    /** Keeps every second of what there is. */
    private void thin() {
        int width = low.length;
        for (int r = 0; 2 * r < count; r++) {
            System.arraycopy(rows, 2 * r * width, rows, r * width, width);
        }
        count = (count + 1) / 2;
        every *= 2;
    }

    int channels() {
        return low.length;
    }

    /** Number of positions that were kept. */
    int rows() {
        return count;
    }

    /** Channel {@code c} at the position kept as {@code row}. */
    float at(int row, int c) {
        return rows[row * low.length + c];
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

    /** The mean square of channel {@code c} over the positions kept. */
    double meanSquare(int c) {
        double sum = 0;
        for (int r = 0; r < count; r++) {
            sum += (double) at(r, c) * at(r, c);
        }
        return count == 0 ? 0 : sum / count;
    }
}
