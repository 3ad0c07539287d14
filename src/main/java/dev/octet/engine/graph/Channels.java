package dev.octet.engine.graph;

import java.util.Arrays;

/**
 * A floating-point constant seen as [outer, channels, inner] along one axis.
 *
 * <p>It is read in pieces of at most 16 MB, so that weights of any size may stay where they are, in a mapped file.
 */
public final class Channels {

    /** Most elements brought to the heap at a time. */
    public static final int PIECE = 1 << 22;

    private final Tensor tensor;
    private final long outer;
    private final int channels;
    private final long inner;
    private final int piece;

    private Channels(Tensor tensor, long outer, int channels, long inner, int piece) {
        this.tensor = tensor;
        this.outer = outer;
        this.channels = channels;
        this.inner = inner;
        this.piece = piece;
    }

    /** Is given elements {@code from} (included) to {@code to} of {@code values}. */
    @FunctionalInterface
    public interface Piece {
        void accept(float[] values, int from, int to);
    }

    /** The values of one channel, which can be gone through more than once. */
    @FunctionalInterface
    public interface Channel {
        /** Hands the values to {@code piece}, in order. */
        void forEach(Piece piece);
    }

    /** Is given each channel; the values are there until it returns. */
    @FunctionalInterface
    public interface Visitor {
        void visit(int channel, Channel values);
    }

    /**
     * The channels of {@code tensor}.
     *
     * @param axis where they lie; -1 for the whole tensor as one channel
     * @throws IllegalArgumentException where there is no such axis or no element
     */
    public static Channels of(Tensor tensor, int axis) {
        return of(tensor, axis, PIECE);
    }

    static Channels of(Tensor tensor, int axis, int piece) {
        long[] dims = tensor.dims();
        if (axis < -1 || axis >= dims.length || tensor.elements() == 0) {
            throw new IllegalArgumentException("axis " + axis + " of shape " + Arrays.toString(dims));
        }
        long outer = 1;
        long inner = 1;
        for (int i = 0; i < dims.length; i++) {
            outer *= i < axis ? dims[i] : 1;
            inner *= i > axis ? dims[i] : 1;
        }
        return new Channels(tensor, outer, axis < 0 ? 1 : Math.toIntExact(dims[axis]), inner, piece);
    }

    /** Number of channels. */
    public int count() {
        return channels;
    }

    /** The channel that the element at {@code index}, row-major, belongs to. */
    public int of(long index) {
        return (int) (index / inner % channels);
    }

    /** Hands all elements to {@code sink} in row-major order. */
    public void forEachElement(Piece sink) {
        read(0, tensor.elements(), new float[(int) Math.min(piece, tensor.elements())], sink);
    }

    /** Shows {@code visitor} each channel, in order. */
    public void forEach(Visitor visitor) {
        long length = Math.multiplyExact(outer, inner);
        if (length > piece) {
            float[] buffer = new float[(int) Math.min(piece, inner)];
            for (int c = 0; c < channels; c++) {
                long first = c * inner;
                visitor.visit(c, sink -> {
                    for (long o = 0; o < outer; o++) {
                        read(o * channels * inner + first, inner, buffer, sink);
                    }
                });
            }
            return;
        }
        int each = (int) length;
        int together = Math.min(channels, piece / each);
        float[] values = new float[together * each];
        for (int first = 0; first < channels; first += together) {
            int block = Math.min(together, channels - first);
            gather(first, block, values);
            for (int k = 0; k < block; k++) {
                int from = k * each;
                visitor.visit(first + k, sink -> sink.accept(values, from, from + each));
            }
        }
    }

    /** Brings {@code block} channels from {@code first} on to {@code values}, one behind the other. */
    private void gather(int first, int block, float[] values) {
        int width = (int) inner;
        float[] row = new float[block * width];
        for (int o = 0; o < outer; o++) {
            tensor.copyFloats((o * (long) channels + first) * width, row, row.length);
            for (int k = 0; k < block; k++) {
                System.arraycopy(row, k * width, values, (int) (k * outer + o) * width, width);
            }
        }
    }

    private void read(long from, long count, float[] buffer, Piece sink) {
        for (long done = 0; done < count; ) {
            int n = (int) Math.min(buffer.length, count - done);
            tensor.copyFloats(from + done, buffer, n);
            sink.accept(buffer, 0, n);
            done += n;
        }
    }
}
