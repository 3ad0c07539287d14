package dev.octet.engine.runtime;

import dev.octet.engine.scheme.ElementType;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * One output of a run, as 32-bit floats, valid until the next run or close.
 *
 * @param name of the output
 * @param type what the model gives; other types than FLOAT are converted to the nearest float
 * @param shape of this run, outermost first
 * @param floats the elements, row-major, from position 0 to the limit; the memory the runtime wrote to where the type is FLOAT
 *     and the shape was known beforehand
 */
public record OutputView(String name, ElementType type, List<Long> shape, FloatBuffer floats) {
    public OutputView {
        shape = List.copyOf(shape);
    }
}
