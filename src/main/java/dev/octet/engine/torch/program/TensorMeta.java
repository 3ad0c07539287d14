package dev.octet.engine.torch.program;

import dev.octet.engine.graph.Dim;
import dev.octet.engine.scheme.ElementType;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What the exporter knew of a tensor.
 *
 * @param type its elements
 * @param dims its sizes, outermost first; one that depends on the inputs has its expression as symbol, such as {@code s77} or
 *     {@code (s77 - 1)//2 + 1}
 * @param strides elements from one to the next along each axis, in the same form
 */
public record TensorMeta(ElementType type, List<Dim> dims, List<Dim> strides) {

    public TensorMeta {
        dims = List.copyOf(dims);
        strides = List.copyOf(strides);
    }

    /** Whether elements stand in memory as those of {@code other}, which has the same sizes. */
    public boolean hasLayoutOf(TensorMeta other) {
        return strides.size() == other.strides.size()
                && IntStream.range(0, Math.min(dims.size(), strides.size()))
                        .allMatch(i -> dims.get(i).size() == 1 || strides.get(i).equals(other.strides.get(i)));
    }

    /** Whether elements are known to stand in memory row by row, without gaps. */
    public boolean isRowByRow() {
        long expected = 1;
        for (int axis = Math.min(dims.size(), strides.size()) - 1; axis >= 0; axis--) {
            Dim dim = dims.get(axis);
            if (dim.size() != 1 && strides.get(axis).size() != expected) {
                return false;
            }
            // No stride depends on the size of the first axis.
            if (!dim.isKnown() && axis > 0) {
                return false;
            }
            expected *= dim.size();
        }
        return strides.size() == dims.size();
    }

    public int rank() {
        return dims.size();
    }
}
