package dev.octet.engine.data;

/**
 * The true answers of a dataset, one row of numbers each.
 *
 * <p>Held in memory. All values are finite.
 */
public final class Labels {

    private final double[] values;
    private final int width;
    private final boolean integral;

    /** Rows of {@code width} values each, which divides their number. */
    Labels(double[] values, int width) {
        this.values = values;
        this.width = width;
        boolean whole = true;
        for (double v : values) {
            whole &= v == Math.rint(v);
        }
        this.integral = whole;
    }

    /** Number of rows: one a sample, or one a pair of samples. */
    public long count() {
        return values.length / width;
    }

    /** Values in a row: 1 for class indices and scores. */
    public int width() {
        return width;
    }

    /** Value {@code k} of row {@code i}. */
    public double get(long i, int k) {
        if (i < 0 || i >= count() || k < 0 || k >= width) {
            throw new IndexOutOfBoundsException("label " + i + "," + k + " of " + count() + "," + width);
        }
        return values[(int) i * width + k];
    }

    /** Whether all values are whole numbers, as class indices are. */
    public boolean integral() {
        return integral;
    }
}
