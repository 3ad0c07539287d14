package dev.octet.engine.graph;

import org.jspecify.annotations.Nullable;

/**
 * One dimension of a shape: a known size, a symbol, or unknown.
 *
 * @param size number of elements, 0 or more; -1 where it is not known
 * @param symbol the name of a size that is only known at run time, such as {@code N}; null where there is none
 */
public record Dim(long size, @Nullable String symbol) {

    /** A dimension of which nothing is known. */
    public static final Dim UNKNOWN = new Dim(-1, null);

    public Dim {
        if (size < -1 || (size >= 0 && symbol != null)) {
            throw new IllegalArgumentException("dimension " + size + " named " + symbol);
        }
    }

    public static Dim of(long size) {
        return new Dim(size, null);
    }

    public static Dim symbolic(String symbol) {
        return new Dim(-1, symbol);
    }

    public boolean isKnown() {
        return size >= 0;
    }

    @Override
    public String toString() {
        return isKnown() ? Long.toString(size) : symbol == null ? "?" : symbol;
    }
}
