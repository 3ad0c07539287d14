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

    /** All elements, copied: they outlive the next run. */
    public float[] copy() {
        return part(1, 0);
    }

    /** The {@code i}-th of {@code parts} equal pieces along the leading axis, copied: one sample's, where that is the batch. */
    public float[] part(int parts, int i) {
        float[] values = new float[floats.remaining() / parts];
        floats.get(floats.position() + i * values.length, values);
        return values;
    }
}
