package dev.octet.platform;

import java.util.List;

/** Shapes as the contract writes them. */
public final class Shapes {
    private static final String VARIES = "?";

    private Shapes() {}

    /** Sizes as numbers, symbols as names; a size that varies, written -1 by the engine, as {@code ?}. */
    public static List<Object> answer(List<Object> shape) {
        return shape.stream()
                .map(dimension -> dimension instanceof Number size && size.longValue() < 0 ? VARIES : dimension)
                .toList();
    }
}
