package dev.octet.engine.algorithm.layer;

import dev.octet.engine.scheme.Encoding;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A sample of the patches that a layer reads, the same positions in every run over the same samples.
 *
 * <p>Positions are spread over each sample evenly, one drawn in each stretch by a hash of the sample's index. Their means are
 * summed up as they come; the rows themselves are kept only where a method asks for them.
 */
final class LayerRows {

    private final Patches patches;
    private final int perSample;
    private final int most;
    private final @Nullable Encoding encoding;
    private final boolean kept;
    private final double[] sums;
    private float[] rows;
    private int count;

    /**
     * Of at most {@code most} rows in all.
     *
     * @param samples number of samples that will come
     * @param encoding replaces every number by what it gives back for it; null for the numbers as they are
     * @param kept whether the rows are kept, for {@link #centred}
     */
    LayerRows(Patches patches, long samples, int most, @Nullable Encoding encoding, boolean kept) {
        this.patches = patches;
        this.most = most;
        this.perSample = Math.toIntExact(Math.max(1, most / Math.max(1, samples)));
        this.encoding = encoding;
        this.kept = kept;
        this.sums = new double[patches.width()];
        this.rows = new float[patches.width()];
    }

    /** Takes its rows out of one batch, whose first sample has index {@code first}. */
    void accept(long first, long[] shape, FloatBuffer values) {
        int positions = patches.positions(shape);
        int wanted = Math.min(perSample, positions);
        for (int sample = 0; sample < shape[0]; sample++) {
            for (int j = 0; j < wanted && count < most; j++) {
                double drawn = wanted == positions ? 0 : fraction((first + sample) * 31 + j);
                int position = (int) Math.min(positions - 1, (j + drawn) * positions / wanted);
                int at = reserve();
                patches.copy(shape, values, sample, position, rows, at);
                add(at);
                count++;
            }
        }
    }

    /** A number in [0, 1) that looks random: the finalizer of SplitMix64 (Steele, Lea, Flood 2014). */
    private static double fraction(long seed) {
        long z = (seed + 1) * 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return ((z ^ (z >>> 31)) >>> 11) * 0x1p-53;
    }

    /** Room for one more row, and where it begins. */
    private int reserve() {
        if (!kept) {
            return 0;
        }
        int needed = (count + 1) * width();
        if (needed > rows.length) {
            int largest = most * width();
            rows = Arrays.copyOf(rows, (int) Math.min(largest, Math.max(needed, 2L * rows.length)));
        }
        return count * width();
    }

    private void add(int at) {
        for (int k = 0; k < sums.length; k++) {
            if (encoding != null) {
                rows[at + k] = encoding.dequantize(encoding.quantize(rows[at + k], 0), 0);
            }
            sums[k] += rows[at + k];
        }
    }

    int count() {
        return count;
    }

    /** Length of a row. */
    int width() {
        return patches.width();
    }

    /** The mean of each column from {@code from} on. */
    double[] means(int from, int length) {
        double[] means = Arrays.copyOfRange(sums, from, from + length);
        for (int k = 0; k < length; k++) {
            means[k] /= Math.max(1, count);
        }
        return means;
    }

    /** Columns {@code from} to {@code from + length} as rows of their own, less {@code means}; only where rows are kept. */
    float[] centred(int from, int length, double[] means) {
        if (!kept) {
            throw new IllegalStateException("rows were not kept");
        }
        float[] block = new float[count * length];
        for (int r = 0; r < count; r++) {
            for (int k = 0; k < length; k++) {
                block[r * length + k] = (float) (rows[r * width() + from + k] - means[k]);
            }
        }
        return block;
    }
}
