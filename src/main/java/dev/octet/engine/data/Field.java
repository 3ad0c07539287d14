package dev.octet.engine.data;

import dev.octet.engine.scheme.ElementType;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One named tensor that every sample has.
 *
 * @param name its name; {@code image} for images
 * @param type type of its elements as stored; UINT8 for images
 * @param shape dimensions, outermost first: the sample count, then one sample's; -1 where samples differ
 */
public record Field(String name, ElementType type, List<Long> shape) {

    public Field {
        shape = List.copyOf(shape);
    }

    /** Type and shape, such as {@code UINT8[512,3,32,32]}. */
    String signature() {
        return signature(type, shape);
    }

    static String signature(ElementType type, List<Long> shape) {
        return type + shape.stream().map(d -> d < 0 ? "?" : d.toString()).collect(Collectors.joining(",", "[", "]"));
    }
}
