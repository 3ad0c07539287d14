package dev.octet.engine.observe;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One pass over one sample, block by block: the hot loop of calibration.
 *
 * <p>Blocks are copied to the heap twice, as floats and as their representations, which costs little and lets the JIT
 * vectorise: it does so for minima of integers but not of floats, and for sums in lanes but not in one variable.
 * Reused, one for each thread.
 */
final class SampleScan {

    private static final int BLOCK = 4096;
    private static final int LANES = 256;
    /** Values of one sample from which a whole table pays. */
    private static final int MANY = 4096;

    private static final int POSITIVE_INFINITY = 0x7f800000;
    private static final int NEGATIVE_INFINITY = 0xff800000;
    private static final ThreadLocal<SampleScan> SCANS = ThreadLocal.withInitial(SampleScan::new);

    private final float[] block = new float[BLOCK];
    private final MemorySegment blockSegment = MemorySegment.ofArray(block);
    private final int[] bits = new int[BLOCK];
    private final double[] sumLanes = new double[LANES];
    private final double[] squareLanes = new double[LANES];
    private final int[] table = Histogram.table();
    private int filled;
    private int lanes;
    private int lowest;
    private int highest;
    private int smallest;
    private boolean tallied;

    /** Number of finite values. */
    long count;

    /** Number of values that were NaN or infinite. */
    long nonFinite;

    /** The smallest finite value, if there was one. */
    float min;

    /** The largest finite value, if there was one. */
    float max;

    /** Sum of the finite values. */
    double sum;

    /** Sum of their squares. */
    double squares;

    private SampleScan() {}

    /**
     * Scans {@code runs} runs of {@code length} values each, whose starts are {@code stride} apart, into
     * {@code histogram}.
     *
     * @return what was found; valid until this thread's next scan
     */
    static SampleScan scan(
            FloatBuffer sample, int from, int length, int runs, int stride, @Nullable Histogram histogram) {
        SampleScan scan = SCANS.get();
        scan.begin();
        boolean many = (long) length * runs >= MANY;
        for (int run = 0; run < runs; run++) {
            int at = from + run * stride;
            int end = at + length;
            while (at < end) {
                at += scan.fill(sample, at, end);
                if (scan.filled == BLOCK) {
                    scan.block(histogram, many);
                }
            }
        }
        scan.block(histogram, many);
        scan.finish(histogram);
        return scan;
    }

    private void begin() {
        filled = 0;
        lanes = 0;
        lowest = Integer.MAX_VALUE;
        highest = Integer.MIN_VALUE;
        smallest = Integer.MAX_VALUE;
        tallied = false;
        count = 0;
        nonFinite = 0;
        sum = 0;
        squares = 0;
    }

    private int fill(FloatBuffer sample, int at, int end) {
        int part = Math.min(end - at, BLOCK - filled);
        if (part == 1) {
            block[filled] = sample.get(at);
        } else {
            sample.get(at, block, filled, part);
        }
        filled += part;
        return part;
    }

    private void block(@Nullable Histogram histogram, boolean many) {
        int n = filled;
        filled = 0;
        copyBits(n);
        int low = lowestKey(bits, n);
        int high = highestKey(bits, n);
        if (n > 0 && (low <= key(NEGATIVE_INFINITY) || high >= key(POSITIVE_INFINITY))) {
            int finite = keepFinite(block, n);
            nonFinite += n - finite;
            n = finite;
            copyBits(n);
            low = lowestKey(bits, n);
            high = highestKey(bits, n);
        }
        count += n;
        lowest = Math.min(lowest, low);
        highest = Math.max(highest, high);
        lanes = Math.max(lanes, Math.min(n, LANES));
        for (int at = 0; at < n; at += LANES) {
            int width = Math.min(LANES, n - at);
            addValues(block, at, width, sumLanes);
            addSquares(block, at, width, squareLanes);
        }
        if (histogram != null && n > 0) {
            int least = smallestMagnitude(bits, n);
            if (many && Histogram.zerosApart(least)) {
                Histogram.tally(table, bits, n);
                smallest = Math.min(smallest, least);
                tallied = true;
            } else {
                histogram.accept(bits, n);
            }
        }
    }

    private void copyBits(int n) {
        MemorySegment.copy(blockSegment, ValueLayout.JAVA_INT, 0, bits, 0, n);
    }

    private void finish(@Nullable Histogram histogram) {
        // Adding 0 turns -0 into +0.
        min = Float.intBitsToFloat(key(lowest)) + 0f;
        max = Float.intBitsToFloat(key(highest)) + 0f;
        for (int lane = 0; lane < lanes; lane++) {
            sum += sumLanes[lane];
            squares += squareLanes[lane];
            sumLanes[lane] = 0;
            squareLanes[lane] = 0;
        }
        if (histogram != null && tallied) {
            histogram.absorb(table, smallest, Float.floatToRawIntBits(Math.max(Math.abs(min), Math.abs(max))));
        }
    }

    /**
     * Orders the representations of floats as integers, and is its own inverse; integer loops are what the JIT
     * vectorises.
     */
    private static int key(int bits) {
        return bits ^ ((bits >> 31) & 0x7fffffff);
    }

    private static int lowestKey(int[] bits, int n) {
        int lowest = Integer.MAX_VALUE;
        for (int i = 0; i < n; i++) {
            lowest = Math.min(lowest, bits[i] ^ ((bits[i] >> 31) & 0x7fffffff));
        }
        return lowest;
    }

    private static int highestKey(int[] bits, int n) {
        int highest = Integer.MIN_VALUE;
        for (int i = 0; i < n; i++) {
            highest = Math.max(highest, bits[i] ^ ((bits[i] >> 31) & 0x7fffffff));
        }
        return highest;
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
