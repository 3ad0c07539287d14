package dev.octet.engine.scheme;

import java.util.List;

/**
 * A named tensor as people and clients see it.
 *
 * @param name its name
 * @param type element type, such as {@code FLOAT}; for what is no tensor, its kind
 * @param shape dimensions, outermost first: a number where the size is known (-1 where it varies), else the symbol's name
 */
public record TensorInfo(String name, String type, List<Object> shape) {

    public TensorInfo {
        shape = List.copyOf(shape);
    }

    /** The dimensions as sizes, -1 where a size is not known. */
    public List<Long> sizes() {
        return shape.stream()
                .map(d -> d instanceof Number n ? n.longValue() : -1L)
                .toList();
    }
}
