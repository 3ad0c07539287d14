package dev.octet.engine.algorithm.layer;

import dev.octet.engine.scheme.Encoding;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * A sample of the patches that a layer reads, the same positions in every run over the same samples.
 *
 * <p>Positions are spread over each sample evenly, one drawn in each stretch by a hash of the sample's index.
 */
final class LayerRows {

    private final Patches patches;
    private final int perSample;
    private final int most;
    private float[] rows = new float[0];
    private int count;

    /**
     * Of at most {@code most} rows in all.
     *
     * @param samples number of samples that will come
     */
    LayerRows(Patches patches, long samples, int most) {
        this.patches = patches;
        this.most = most;
        this.perSample = Math.toIntExact(Math.max(1, most / Math.max(1, samples)));
    }

    /** Takes its rows out of one batch, whose first sample has index {@code first}. */
    void accept(long first, long[] shape, FloatBuffer values) {
        int positions = patches.positions(shape);
        int wanted = Math.min(perSample, positions);
        for (int sample = 0; sample < shape[0]; sample++) {
            for (int j = 0; j < wanted && count < most; j++) {
                double drawn = wanted == positions ? 0 : fraction((first + sample) * 31 + j);
                int position = (int) Math.min(positions - 1, (j + drawn) * positions / wanted);
                reserve();
                patches.copy(shape, values, sample, position, rows, count * width());
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

    private void reserve() {
        int needed = (count + 1) * width();
        if (needed > rows.length) {
            int largest = most * width();
            rows = Arrays.copyOf(rows, (int) Math.min(largest, Math.max(needed, 2L * rows.length)));
        }
    }

    int count() {
        return count;
    }

    /** Length of a row. */
    int width() {
        return patches.width();
    }

    float at(int row, int k) {
        return rows[row * width() + k];
    }

    /** Replaces every number by what {@code encoding} gives back for it. */
    void encode(Encoding encoding) {
        for (int i = 0; i < count * width(); i++) {
            rows[i] = encoding.dequantize(encoding.quantize(rows[i], 0), 0);
        }
    }

    /** The mean of each column from {@code from} on. */
    double[] means(int from, int length) {
        double[] means = new double[length];
        for (int r = 0; r < count; r++) {
            for (int k = 0; k < length; k++) {
                means[k] += at(r, from + k);
            }
        }
        for (int k = 0; k < length; k++) {
            means[k] /= Math.max(1, count);
        }
        return means;
    }

    /** Columns {@code from} to {@code from + length} as rows of their own, less {@code means}. */
    float[] centred(int from, int length, double[] means) {
        float[] block = new float[count * length];
        for (int r = 0; r < count; r++) {
            for (int k = 0; k < length; k++) {
                block[r * length + k] = (float) (at(r, from + k) - means[k]);
            }
        }
        return block;
    }
}
