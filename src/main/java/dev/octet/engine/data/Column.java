package dev.octet.engine.data;

import dev.octet.engine.scheme.ElementType;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The values of one input for the samples of a batch.
 *
 * @param name the input's name
 * @param type type of the elements: the input's
 * @param shape dimensions, outermost first, the number of samples leading; none for the one number that they all have, and of a whole tensor for
 *     the only sample its own
 * @param data the elements, row-major: a direct buffer in native byte order, exactly from position 0 to its limit
 */
public record Column(String name, ElementType type, List<Long> shape, ByteBuffer data) {

    public Column {
        shape = List.copyOf(shape);
    }
}
