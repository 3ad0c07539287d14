package dev.octet.engine.observe;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One pass over samples, block by block: the hot loop of calibration.
 *
 * <p>Blocks are copied to the heap twice, as floats and as their representations, which costs little and lets the JIT
 * vectorise: it does so for minima of integers but not of floats, and for sums in lanes but not in one variable. What is
 * counted is kept in a table and added to the histogram once for all samples. Reused, one for each thread.
 */
final class SampleScan {

    private static final int BLOCK = Histogram.BLOCK;
    private static final int LANES = 256;
    /** Values scanned at once from which a whole table pays. */
    private static final int MANY = 4096;

    private static final int POSITIVE_INFINITY = 0x7f800000;
    private static final int NEGATIVE_INFINITY = 0xff800000;
    private static final ThreadLocal<SampleScan> SCANS = ThreadLocal.withInitial(SampleScan::new);

    private final float[] block = new float[BLOCK];
    private final MemorySegment blockSegment = MemorySegment.ofArray(block);
    private final int[] bits = new int[BLOCK];
    private final int[] cells = new int[BLOCK];
    private final double[] sumLanes = new double[LANES];
    private final double[] squareLanes = new double[LANES];
    private final int[] table = Histogram.table();
    private @Nullable Histogram histogram;
    private boolean many;
    private long tallied;
    private int smallest;
    private int largest;
    private int filled;
    private int lanes;
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

    /** Sum of its finite values. */
    double sum;

    /** Sum of their squares. */
    double squares;

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
        int end = from + length;
        for (int at = from; at < end; ) {
            filled = Math.min(end - at, BLOCK);
            values.get(at, block, 0, filled);
            at += filled;
            block();
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
        filled = 0;
        lanes = 0;
        lowest = Integer.MAX_VALUE;
        highest = Integer.MIN_VALUE;
        count = 0;
        nonFinite = 0;
        sum = 0;
        squares = 0;
    }

    private void block() {
        int n = filled;
        filled = 0;
        copyBits(n);
        findKeys(n);
        if (n > 0 && (lowKey <= key(NEGATIVE_INFINITY) || highKey >= key(POSITIVE_INFINITY))) {
            int finite = keepFinite(block, n);
            nonFinite += n - finite;
            n = finite;
            copyBits(n);
            findKeys(n);
        }
        count += n;
        lowest = Math.min(lowest, lowKey);
        highest = Math.max(highest, highKey);
        lanes = Math.max(lanes, Math.min(n, LANES));
        for (int at = 0; at < n; at += LANES) {
            int width = Math.min(LANES, n - at);
            addValues(block, at, width, sumLanes);
            addSquares(block, at, width, squareLanes);
        }
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

    private void copyBits(int n) {
        MemorySegment.copy(blockSegment, ValueLayout.JAVA_INT, 0, bits, 0, n);
    }

    private void finish() {
        // Adding 0 turns -0 into +0.
        min = Float.intBitsToFloat(key(lowest)) + 0f;
        max = Float.intBitsToFloat(key(highest)) + 0f;
        if (count > 0) {
            largest = Math.max(largest, Float.floatToRawIntBits(Math.max(Math.abs(min), Math.abs(max))));
        }
        for (int lane = 0; lane < lanes; lane++) {
            sum += sumLanes[lane];
            squares += squareLanes[lane];
            sumLanes[lane] = 0;
            squareLanes[lane] = 0;
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

    private static int keepFinite(float[] values, int n) {
        int kept = 0;
        for (int i = 0; i < n; i++) {
            if (Float.isFinite(values[i])) {
                values[kept++] = values[i];
            }
        }
        return kept;
    }

    private static void addValues(float[] values, int from, int n, double[] sums) {
        for (int i = 0; i < n; i++) {
            sums[i] += values[from + i];
        }
    }

    private static void addSquares(float[] values, int from, int n, double[] squares) {
        for (int i = 0; i < n; i++) {
            double x = values[from + i];
            squares[i] += x * x;
        }
    }
}
