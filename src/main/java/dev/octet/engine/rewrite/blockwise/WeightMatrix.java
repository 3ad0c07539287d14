package dev.octet.engine.rewrite.blockwise;

import dev.octet.engine.graph.Tensor;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A constant matrix seen as output channels by input channels, read in slices.
 *
 * <p>Nothing but the slice asked for is ever on the heap, so that the constant may lie in a mapped file of any size.
 *
 * @param name of the constant, for messages
 * @param tensor FLOAT of rank 2
 * @param columnsFirst whether the tensor is [columns, rows], as MatMul has its weights
 */
public record WeightMatrix(String name, Tensor tensor, boolean columnsFirst) {

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    public WeightMatrix {
        if (tensor.type() != ElementType.FLOAT || tensor.rank() != 2) {
            throw new IllegalArgumentException("no matrix of floats: " + tensor);
        }
    }

    /** Number of output channels, or of rows of a table. */
    public int rows() {
        return Math.toIntExact(tensor.dim(columnsFirst ? 1 : 0));
    }

    /** Number of input channels, or the length of a table's row. */
    public int columns() {
        return Math.toIntExact(tensor.dim(columnsFirst ? 0 : 1));
    }

    /**
     * Reads rows {@code first} to {@code first + into.length}.
     *
     * @throws EngineException MODEL_NOT_FINITE where a weight is NaN or infinite
     */
    public void read(int first, float[][] into) {
        MemorySegment data = tensor.data();
        int columns = columns();
        int rows = rows();
        if (columnsFirst) {
            for (int c = 0; c < columns; c++) {
                for (int r = 0; r < into.length; r++) {
                    into[r][c] = data.getAtIndex(FLOAT, (long) c * rows + first + r);
                }
            }
        } else {
            for (int r = 0; r < into.length; r++) {
                MemorySegment.copy(data, FLOAT, 4L * (first + r) * columns, into[r], 0, columns);
            }
        }
        for (int r = 0; r < into.length; r++) {
            requireFinite(first + r, into[r]);
        }
    }

    private void requireFinite(int row, float[] values) {
        for (int c = 0; c < values.length; c++) {
            if (!Float.isFinite(values[c])) {
                throw new EngineException(
                        Fault.MODEL_NOT_FINITE,
                        "The weights '" + name + "' hold " + values[c] + " for output channel " + row
                                + ", input channel " + c + "; no encoding can express that.");
            }
        }
    }

    /** Whether {@code other} has the same values at the same places, however the two are laid out. */
    public boolean equalTo(WeightMatrix other) {
        if (rows() != other.rows() || columns() != other.columns()) {
            return false;
        }
        if (tensor == other.tensor && columnsFirst == other.columnsFirst) {
            return true;
        }
        if (columnsFirst == other.columnsFirst) {
            return tensor.data().mismatch(other.tensor.data()) < 0;
        }
        MemorySegment mine = tensor.data();
        MemorySegment theirs = other.tensor.data();
        long outer = tensor.dim(0);
        long inner = tensor.dim(1);
        for (long i = 0; i < outer; i++) {
            for (long j = 0; j < inner; j++) {
                if (mine.getAtIndex(FLOAT, i * inner + j) != theirs.getAtIndex(FLOAT, j * outer + i)) {
                    return false;
                }
            }
        }
        return true;
    }
}
