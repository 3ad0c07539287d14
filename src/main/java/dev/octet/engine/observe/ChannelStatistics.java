package dev.octet.engine.observe;

import dev.octet.engine.scheme.Range;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The smallest and the largest value of each channel of one tensor.
 *
 * <p>Exact, and the same for every order of samples. Samples that hold values that are not finite are left out.
 */
public final class ChannelStatistics {

    /** More channels than any layer in use has; bounds what a damaged file can ask for. */
    static final int MOST_CHANNELS = 1 << 20;

    private static final int BLOCK = 4096;

    private final float[] min;
    private final float[] max;

    ChannelStatistics(int channels) {
        if (channels < 1 || channels > MOST_CHANNELS) {
            throw new IllegalArgumentException(channels + " channels");
        }
        min = new float[channels];
        max = new float[channels];
        Arrays.fill(min, Float.POSITIVE_INFINITY);
        Arrays.fill(max, Float.NEGATIVE_INFINITY);
    }

    /** Takes in values laid out as [outer, channels, inner], finite ones only; several threads may. */
    void accept(FloatBuffer values, int from, int length, int inner) {
        int period = Math.multiplyExact(size(), inner);
        if (length > 0 && (period < 1 || length % period != 0)) {
            throw new IllegalArgumentException(
                    length + " values are not a multiple of " + size() + " channels of " + inner + " values");
        }
        int[] low = new int[size()];
        int[] high = new int[size()];
        Arrays.fill(low, Integer.MAX_VALUE);
        Arrays.fill(high, Integer.MIN_VALUE);
        if (length == 0) {
            return;
        }
        // Whole rows of channels, or parts of one channel: each block is a few plain loops.
        int run = inner == 1 ? size() : inner;
        int rows = Math.max(1, BLOCK / run);
        float[] block = new float[rows * run];
        int[] bits = new int[block.length];
        for (int at = 0; at < length; ) {
            int n = Math.min(block.length, length - at);
            values.get(from + at, block, 0, n);
            MemorySegment.copy(MemorySegment.ofArray(block), ValueLayout.JAVA_INT, 0, bits, 0, n);
            for (int row = 0; row < n; row += run) {
                if (inner == 1) {
                    lows(bits, row, low);
                    highs(bits, row, high);
                } else {
                    int channel = (at + row) / inner % size();
                    low[channel] = Math.min(low[channel], low(bits, row, run));
                    high[channel] = Math.max(high[channel], high(bits, row, run));
                }
            }
            at += n;
        }
        add(low, high);
    }

    private static void lows(int[] bits, int from, int[] low) {
        for (int i = 0; i < low.length; i++) {
            int of = bits[from + i];
            low[i] = Math.min(low[i], of ^ ((of >> 31) & 0x7fffffff));
        }
    }

    private static void highs(int[] bits, int from, int[] high) {
        for (int i = 0; i < high.length; i++) {
            int of = bits[from + i];
            high[i] = Math.max(high[i], of ^ ((of >> 31) & 0x7fffffff));
        }
    }

    private static int low(int[] bits, int from, int n) {
        int low = Integer.MAX_VALUE;
        for (int i = from; i < from + n; i++) {
            low = Math.min(low, bits[i] ^ ((bits[i] >> 31) & 0x7fffffff));
        }
        return low;
    }

    private static int high(int[] bits, int from, int n) {
        int high = Integer.MIN_VALUE;
        for (int i = from; i < from + n; i++) {
            high = Math.max(high, bits[i] ^ ((bits[i] >> 31) & 0x7fffffff));
        }
        return high;
    }

    private synchronized void add(int[] low, int[] high) {
        for (int c = 0; c < min.length; c++) {
            // Adding 0 turns -0 into +0.
            min[c] = Math.min(min[c], Float.intBitsToFloat(low[c] ^ ((low[c] >> 31) & 0x7fffffff)) + 0f);
            max[c] = Math.max(max[c], Float.intBitsToFloat(high[c] ^ ((high[c] >> 31) & 0x7fffffff)) + 0f);
        }
    }

    /** Adds what {@code later} saw, of the same number of channels. */
    void merge(ChannelStatistics later) {
        for (int c = 0; c < min.length; c++) {
            min[c] = Math.min(min[c], later.min[c]);
            max[c] = Math.max(max[c], later.max[c]);
        }
    }

    /** Number of channels. */
    public int size() {
        return min.length;
    }

    /** The extremes of channel {@code c}; one without values has the range of zero alone. */
    public Range range(int c) {
        return min[c] <= max[c] ? new Range(min[c], max[c]) : new Range(0, 0);
    }

    void write(DataOutput out) throws IOException {
        for (int c = 0; c < min.length; c++) {
            out.writeFloat(min[c]);
            out.writeFloat(max[c]);
        }
    }

    /** Reads a number of channels, 0 for none, and their extremes, which have to lie within {@code whole}. */
    static @Nullable ChannelStatistics read(DataInput in, float smallest, float largest) throws IOException {
        int size = in.readInt();
        if (size < 0 || size > MOST_CHANNELS) {
            throw new IOException(size + " channels");
        }
        if (size == 0) {
            return null;
        }
        ChannelStatistics channels = new ChannelStatistics(size);
        for (int c = 0; c < size; c++) {
            channels.min[c] = in.readFloat();
            channels.max[c] = in.readFloat();
            boolean none = channels.min[c] == Float.POSITIVE_INFINITY && channels.max[c] == Float.NEGATIVE_INFINITY;
            boolean within =
                    channels.min[c] >= smallest && channels.min[c] <= channels.max[c] && channels.max[c] <= largest;
            if (!none && !within) {
                throw new IOException(
                        "channel " + c + " with values from " + channels.min[c] + " to " + channels.max[c]);
            }
        }
        return channels;
    }
}
