package dev.octet.engine.evaluate;

/** Labels held in an array, some numbers each. */
final class Truth implements GroundTruth {

    private final int width;
    private final double[] values;

    Truth(int width, double... values) {
        this.width = width;
        this.values = values;
    }

    static Truth of(double... values) {
        return new Truth(1, values);
    }

    @Override
    public long count() {
        return values.length / width;
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public double get(long i, int k) {
        return values[(int) i * width + k];
    }
}
