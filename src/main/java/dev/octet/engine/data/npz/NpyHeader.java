package dev.octet.engine.data.npz;

import dev.octet.engine.scheme.ElementType;
import java.nio.ByteOrder;
import java.util.List;

/**
 * What the header of a numpy array says.
 *
 * @param type type of its elements; BOOL, an integer, FLOAT16, FLOAT or DOUBLE
 * @param order byte order of its elements
 * @param shape dimensions, outermost first, each 0 or more; rank 0 to {@value #MAX_RANK}
 * @param bytes length of the header, before the first element
 */
public record NpyHeader(ElementType type, ByteOrder order, List<Long> shape, int bytes) {

    /** The most dimensions that are read. */
    public static final int MAX_RANK = 8;

    public NpyHeader {
        shape = List.copyOf(shape);
    }

    /** Number of elements; their bytes fit a long. */
    public long elements() {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }

    /** Bytes of all elements. */
    public long dataBytes() {
        return type.bytes(elements());
    }
}
