package dev.octet.engine.data;

import java.util.ArrayList;
import java.util.List;

/** Compares the shape of samples with what an input wants. */
final class SampleShape {

    /** The most elements one sample may have. */
    private static final long MAX_ELEMENTS = 1L << 26;

    private SampleShape() {}

    /** Whether each sample is a whole tensor for its input: one dimension more, to count the samples. */
    static boolean isWhole(List<Long> wanted, List<Long> given) {
        return given.size() == wanted.size() + 1;
    }

    /**
     * What differs, in words.
     *
     * @param wanted the input's dimensions, batch axis leading unless samples are {@link #isWhole whole}; -1 where free
     * @param given the samples' dimensions, their count leading; -1 where they vary
     * @param wholes whether samples may be whole
     * @param empties whether samples may hold nothing, where the input lets them
     */
    static List<String> check(List<Long> wanted, List<Long> given, long samples, boolean wholes, boolean empties) {
        boolean whole = wholes && isWhole(wanted, given);
        if (!whole && wanted.size() != given.size()) {
            return List.of("the model wants " + wanted.size() + " dimensions, the dataset has " + given.size()
                    + ", the first of which counts the samples");
        }
        List<String> faults = new ArrayList<>();
        for (int axis = 1; axis < given.size(); axis++) {
            long want = wanted.get(whole ? axis - 1 : axis);
            long have = given.get(axis);
            if (want >= 0 && have >= 0 && want != have) {
                faults.add("dimension " + axis + " is " + want + " in the model and " + have + " in the dataset");
            }
            if (have == 0 && !empties) {
                faults.add("dimension " + axis + " is 0, so the samples are empty");
            }
        }
        long batch = whole ? 1 : wanted.getFirst();
        if (batch > samples && samples > 0) {
            faults.add("the model takes exactly " + batch + " samples at a time, the dataset has " + samples);
        }
        long elements = given.stream().skip(1).filter(d -> d > 0).reduce(1L, SampleShape::product);
        if (elements > MAX_ELEMENTS) {
            faults.add("a sample has " + elements + " values; at most " + MAX_ELEMENTS + " are read");
        }
        return faults;
    }

    private static long product(long a, long b) {
        return Math.multiplyHigh(a, b) == 0 && a * b >= 0 ? a * b : Long.MAX_VALUE;
    }
}
