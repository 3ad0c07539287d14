package dev.octet.engine.observe;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One pass over samples, block by block: the hot loop of calibration.
 *
 * <p>Blocks are copied to the heap as the integers that represent their floats, which costs little and lets the JIT
 * vectorise: it does so for minima of integers but not of floats. What is counted is kept in a table and added to the
 * histogram once for all samples. Reused, one for each thread.
 */
final class SampleScan {

    private static final int BLOCK = Histogram.BLOCK;
    /** Values scanned at once from which a whole table pays. */
    private static final int MANY = 4096;

    private static final int POSITIVE_INFINITY = 0x7f800000;
    private static final int NEGATIVE_INFINITY = 0xff800000;
    private static final ThreadLocal<SampleScan> SCANS = ThreadLocal.withInitial(SampleScan::new);

    private final int[] bits = new int[BLOCK];
    private final int[] cells = new int[BLOCK];
    private final int[] table = Histogram.table();
    private @Nullable Histogram histogram;
    private boolean many;
    private long tallied;
    private int smallest;
    private int largest;
    private int lowKey;
    private int highKey;
    private int lowest;
    private int highest;

    /** Number of finite values of the last sample. */
    long count;

    /** Number of its values that were NaN or infinite. */
    long nonFinite;

    /** Its smallest finite value, if there was one. */
    float min;

    /** Its largest finite value, if there was one. */
    float max;

    private SampleScan() {}

    /**
     * This thread's scan, made ready for samples of {@code values} values in all, which are counted in {@code histogram}.
     *
     * @return valid until this thread's next scan
     */
    static SampleScan of(@Nullable Histogram histogram, long values) {
        SampleScan scan = SCANS.get();
        if (scan.tallied > 0) {
            // The last scan was given up half-way.
            Arrays.fill(scan.table, 0);
        }
        scan.histogram = histogram;
        scan.many = values >= MANY;
        scan.tallied = 0;
        scan.smallest = Integer.MAX_VALUE;
        scan.largest = 0;
        return scan;
    }

    /** Scans one sample: {@code length} values from {@code from} on. */
    void sample(FloatBuffer values, int from, int length) {
        begin();
        MemorySegment source = MemorySegment.ofBuffer(values.slice(from, length));
        ValueLayout.OfInt layout = ValueLayout.JAVA_INT_UNALIGNED.withOrder(values.order());
        for (int at = 0; at < length; at += BLOCK) {
            int n = Math.min(length - at, BLOCK);
            MemorySegment.copy(source, layout, at * (long) Float.BYTES, bits, 0, n);
            block(n);
        }
        finish();
    }

    /** Hands the histogram what is still to be counted of the samples so far. */
    void close() {
        if (histogram != null && tallied > 0) {
            histogram.absorb(table, tallied, smallest, largest);
        }
        tallied = 0;
        histogram = null;
    }

    private void begin() {
        lowest = Integer.MAX_VALUE;
        highest = Integer.MIN_VALUE;
        count = 0;
        nonFinite = 0;
    }

    private void block(int length) {
        int n = length;
        findKeys(n);
        if (lowKey <= key(NEGATIVE_INFINITY) || highKey >= key(POSITIVE_INFINITY)) {
            n = keepFinite(bits, n);
            nonFinite += length - n;
            findKeys(n);
        }
        count += n;
        lowest = Math.min(lowest, lowKey);
        highest = Math.max(highest, highKey);
        if (histogram != null && n > 0) {
            int least = smallestMagnitude(bits, n);
            if (many && Histogram.zerosApart(least)) {
                tallied += n;
                smallest = Math.min(smallest, least);
                Histogram.cells(bits, n, cells);
                Histogram.tally(table, cells, n);
            } else {
                histogram.accept(bits, n);
            }
        }
    }

    private void finish() {
        // Adding 0 turns -0 into +0.
        min = Float.intBitsToFloat(key(lowest)) + 0f;
        max = Float.intBitsToFloat(key(highest)) + 0f;
        if (count > 0) {
            largest = Math.max(largest, Float.floatToRawIntBits(Math.max(Math.abs(min), Math.abs(max))));
        }
    }

    /**
     * Orders the representations of floats as integers, and is its own inverse; integer loops are what the JIT
     * vectorises.
     */
    private static int key(int bits) {
        return bits ^ ((bits >> 31) & 0x7fffffff);
    }

    private void findKeys(int n) {
        int[] of = bits;
        int lowest = Integer.MAX_VALUE;
        int highest = Integer.MIN_VALUE;
        for (int i = 0; i < n; i++) {
            int key = of[i] ^ ((of[i] >> 31) & 0x7fffffff);
            lowest = Math.min(lowest, key);
            highest = Math.max(highest, key);
        }
        lowKey = lowest;
        highKey = highest;
    }

    /** Representation of the smallest magnitude other than zero; the largest integer if there is none. */
    private static int smallestMagnitude(int[] bits, int n) {
        int smallest = Integer.MAX_VALUE;
        for (int i = 0; i < n; i++) {
            // Minus one, zero is the largest unsigned number; the highest bit flipped makes that the signed order.
            smallest = Math.min(smallest, ((bits[i] & 0x7fffffff) - 1) ^ 0x80000000);
        }
        return smallest == Integer.MAX_VALUE ? smallest : (smallest ^ 0x80000000) + 1;
    }

    private static int keepFinite(int[] bits, int n) {
        int kept = 0;
        for (int i = 0; i < n; i++) {
            if ((bits[i] & POSITIVE_INFINITY) != POSITIVE_INFINITY) {
                bits[kept++] = bits[i];
            }
        }
        return kept;
    }
}
