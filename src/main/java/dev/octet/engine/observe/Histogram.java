package dev.octet.engine.observe;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Counts of finite values on one fixed grid.
 *
 * <p>The grid is that of the float format itself: each power of two [2^e, 2^(e+1)) has {@value #BINS} bins of the same
 * width 2^(e-9), on both sides of zero. A value's bin is the leading bits of its own representation, so it depends on
 * nothing else: histograms of any two sets of values add up exactly, in any order and any grouping, and an outlier of
 * any size leaves the resolution at the bulk of the values as it was. Zeros have a count of their own. A power of two
 * takes memory (4 KiB a side) once a value fell into it, which then stays where it is: usually 20 to 30 of them.
 */
public final class Histogram {

    /** Bins to one power of two. */
    static final int BINS = 512;

    private static final int BIN_SHIFT = 14;
    private static final int OCTAVE_SHIFT = 23;
    private static final int OCTAVES = 512;
    private static final int NEGATIVE = 256;
    /** The first exponent pattern that stands for infinities and NaN. */
    private static final int NOT_FINITE = 255;

    /** Cells of a table that zeros take in turn; a power of two. */
    private static final int ZERO_CELLS = 8;

    /** Values that are tallied at once, at most. */
    static final int BLOCK = 2048;

    /** Cells that are looked at together for whether any was counted in. */
    private static final int PIECE = 32;

    private static final int[] TURNS =
            IntStream.range(0, BLOCK).map(i -> i & (ZERO_CELLS - 1)).toArray();

    /** The bins of each power of two; none where no value fell into it. */
    private final long[] @Nullable [] counts = new long[OCTAVES][];

    private long total;
    private long zeros;

    /** Counts the finite floats whose representations are {@code bits[0, n)}; several threads may. */
    synchronized void accept(int[] bits, int n) {
        int others = 0;
        for (int i = 0; i < n; i++) {
            // 1 unless the value is a zero of either sign, without a branch: a ReLU's zeros come in no order.
            int nonZero = ((bits[i] << 1) | -(bits[i] << 1)) >>> 31;
            int value = bits[i] & -nonZero;
            bins(value >>> OCTAVE_SHIFT)[(value >>> BIN_SHIFT) & (BINS - 1)]++;
            others += nonZero;
        }
        zeros += n - others;
        total += n;
    }

    /** A table with a cell for every bin there is, to count many values at once; all cells zero. */
    static int[] table() {
        return new int[OCTAVES * BINS];
    }

    /**
     * Cells of {@code table} for the floats whose representations are {@code bits[0, n)}.
     *
     * <p>Zeros, which may be half of all values, take {@value #ZERO_CELLS} cells in turn: counting in one and the same cell
     * has to wait for the last count each time.
     */
    static void cells(int[] bits, int n, int[] cells) {
        for (int i = 0; i < n; i++) {
            int turnIfZero = TURNS[i] & (((bits[i] & 0x7fffffff) - 1) >> 31);
            cells[i] = (bits[i] >>> BIN_SHIFT) + turnIfZero;
        }
    }

    /** Counts {@code cells[0, n)}. */
    static void tally(int[] table, int[] cells, int n) {
        for (int i = 0; i < n; i++) {
            table[cells[i] & (table.length - 1)]++;
        }
    }

    /** Whether no magnitude from {@code bits} on falls into a cell of zeros. */
    static boolean zerosApart(int bits) {
        return bits >>> BIN_SHIFT >= ZERO_CELLS;
    }

    /**
     * Adds what was tallied in {@code table}, and clears it; several threads may, each with its own table.
     *
     * @param tallied how many values were
     * @param smallest representation of the smallest magnitude tallied other than zero
     * @param largest representation of the largest magnitude tallied
     */
    synchronized void absorb(int[] table, long tallied, int smallest, int largest) {
        int ofZero = 0;
        for (int i = 0; i < ZERO_CELLS; i++) {
            ofZero += table[i] + table[NEGATIVE * BINS + i];
            table[i] = 0;
            table[NEGATIVE * BINS + i] = 0;
        }
        zeros += ofZero;
        table[0] = ofZero;
        absorb(table, 0);
        for (int octave = smallest >>> OCTAVE_SHIFT; octave <= largest >>> OCTAVE_SHIFT; octave++) {
            absorb(table, octave);
            absorb(table, octave + NEGATIVE);
        }
        total += tallied;
    }

    private void absorb(int[] table, int octave) {
        int from = octave * BINS;
        int end = from + BINS;
        long[] into = counts[octave];
        // Most powers of two hold few values or none: what is zero is passed over in pieces that the JIT vectorises.
        for (int piece = from; piece < end; piece += PIECE) {
            int any = 0;
            for (int cell = piece; cell < piece + PIECE; cell++) {
                any |= table[cell];
            }
            if (any != 0) {
                into = into == null ? open(octave) : into;
                for (int cell = piece; cell < piece + PIECE; cell++) {
                    into[cell - from] += table[cell];
                    table[cell] = 0;
                }
            }
        }
    }

    /** The bins of a power of two, which may be its first. */
    private long[] bins(int octave) {
        long[] bins = counts[octave];
        return bins != null ? bins : open(octave);
    }

    private long[] open(int octave) {
        if ((octave & (NEGATIVE - 1)) == NOT_FINITE) {
            throw new IllegalArgumentException("a value that is not finite");
        }
        long[] bins = new long[BINS];
        counts[octave] = bins;
        return bins;
    }

    /** Adds the counts of {@code other}. */
    public void merge(Histogram other) {
        for (int octave = 0; octave < OCTAVES; octave++) {
            long[] more = other.counts[octave];
            if (more != null) {
                long[] into = bins(octave);
                for (int bin = 0; bin < BINS; bin++) {
                    into[bin] = Math.addExact(into[bin], more[bin]);
                }
            }
        }
        zeros = Math.addExact(zeros, other.zeros);
        total = Math.addExact(total, other.total);
    }

    /** Number of values counted. */
    public long total() {
        return total;
    }

    /** Number of values that were exactly zero. */
    public long zeros() {
        return zeros;
    }

    /** Receives one bin of one side of zero, by magnitude. */
    public interface BinVisitor {
        /** {@code count} values of magnitude in [low, high); {@code count} is above 0, zeros left out. */
        void bin(double low, double high, long count);
    }

    /** Visits the bins that are not empty on one side of zero, outwards. */
    public void visit(boolean negative, BinVisitor visitor) {
        for (int exponent = 0; exponent < NOT_FINITE; exponent++) {
            long[] bins = counts[negative ? exponent + NEGATIVE : exponent];
            for (int bin = 0; bins != null && bin < BINS; bin++) {
                long count = bins[bin] - (!negative && exponent == 0 && bin == 0 ? zeros : 0);
                if (count > 0) {
                    visitor.bin(edge(exponent, bin), edge(exponent, bin + 1), count);
                }
            }
        }
    }

    /** Lower edge of a bin; in double, because the upper edge of the last one is 2^128. */
    private static double edge(int exponent, int bin) {
        return exponent == 0 ? Math.scalb((double) bin, -135) : Math.scalb(1 + (double) bin / BINS, exponent - 127);
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(zeros);
        for (int octave = 0; octave < OCTAVES; octave++) {
            long[] bins = counts[octave];
            for (int bin = 0; bins != null && bin < BINS; bin++) {
                if (bins[bin] > 0) {
                    out.writeInt(octave * BINS + bin);
                    out.writeLong(bins[bin]);
                }
            }
        }
        out.writeInt(-1);
    }

    static Histogram read(DataInput in) throws IOException {
        Histogram histogram = new Histogram();
        histogram.zeros = in.readLong();
        int last = -1;
        for (int index = in.readInt(); index != -1; index = in.readInt()) {
            long count = in.readLong();
            int octave = index / BINS;
            if (index <= last || index >= OCTAVES * BINS || (octave & (NEGATIVE - 1)) == NOT_FINITE || count <= 0) {
                throw new IOException("histogram bin " + index + " with count " + count);
            }
            histogram.bins(octave)[index % BINS] = count;
            try {
                histogram.total = Math.addExact(histogram.total, count);
            } catch (ArithmeticException e) {
                throw new IOException("histogram counts overflow at bin " + index, e);
            }
            last = index;
        }
        long[] smallest = histogram.counts[0];
        long nearZero = smallest == null ? 0 : smallest[0];
        if (histogram.zeros < 0 || histogram.zeros > nearZero) {
            throw new IOException("histogram with " + histogram.zeros + " zeros among " + nearZero);
        }
        return histogram;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Histogram that
                && total == that.total
                && zeros == that.zeros
                && Arrays.deepEquals(counts, that.counts);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(31 * total + zeros);
    }

    @Override
    public String toString() {
        long powers = Arrays.stream(counts).filter(Objects::nonNull).count();
        return total + " values, " + zeros + " zeros, " + powers + " powers of two";
    }
}
