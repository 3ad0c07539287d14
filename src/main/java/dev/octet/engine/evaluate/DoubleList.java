package dev.octet.engine.evaluate;

import java.util.Arrays;

/** A growing list of doubles, one for each sample. */
final class DoubleList {

    private double[] values = new double[256];
    private int size;

    void add(double value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, 2 * size);
        }
        values[size++] = value;
    }

    int size() {
        return size;
    }

    double[] toArray() {
        return Arrays.copyOf(values, size);
    }
}
