package dev.octet.engine.graph;

import dev.octet.engine.scheme.ElementType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The type of a value that flows along an edge. */
public sealed interface ValueType {

    /**
     * A tensor.
     *
     * @param element type of its elements
     * @param shape its dimensions, outermost first; null where not even the rank is known
     */
    record TensorType(ElementType element, @Nullable List<Dim> shape) implements ValueType {
        public TensorType {
            shape = shape == null ? null : List.copyOf(shape);
        }

        /** The number of dimensions, or -1 where it is not known. */
        public int rank() {
            return shape == null ? -1 : shape.size();
        }

        @Override
        public String toString() {
            return element + (shape == null ? "[*]" : shape.toString().replace(", ", ","));
        }
    }

    /**
     * A sequence, map, optional or sparse tensor: carried through unread.
     *
     * @param text what it is, for people
     * @param encoded its bytes in the file format it came from
     */
    record OtherType(String text, Bytes encoded) implements ValueType {}
}
