package dev.octet.engine.data;

import dev.octet.engine.scheme.ElementType;
import java.util.List;

/**
 * What a model wants to be fed at one input.
 *
 * @param name the input's name
 * @param type type of its elements
 * @param shape dimensions, outermost first, the batch axis leading; -1 where free; none for a single number
 */
public record InputSpec(String name, ElementType type, List<Long> shape) {

    public InputSpec {
        shape = List.copyOf(shape);
    }

    /** Type and shape, such as {@code FLOAT[?,3,32,32]}. */
    String signature() {
        return Field.signature(type, shape);
    }
}
