package dev.octet.engine.graph;

import dev.octet.engine.scheme.ElementType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A constant tensor: element type, dimensions, and its elements in memory or in a mapped file.
 *
 * <p>Elements are row-major and little-endian, packed as ONNX {@code raw_data} is: two 4-bit elements share a byte, low half
 * first. The memory is never written to; who mapped it must keep it open for as long as the tensor is used. Equality is
 * identity: comparing gigabytes is never an accident.
 */
public final class Tensor {

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final ElementType type;
    private final long[] dims;
    private final MemorySegment data;
    private final @Nullable List<Bytes> strings;

    private Tensor(ElementType type, long[] dims, MemorySegment data, @Nullable List<Bytes> strings) {
        this.type = type;
        this.dims = dims;
        this.data = data;
        this.strings = strings;
    }

    /**
     * A tensor over {@code data}, which must be exactly as long as type and dimensions ask, and off the heap or a byte array:
     * every tensor's data can be had as a ByteBuffer.
     */
    public static Tensor of(ElementType type, long[] dims, MemorySegment data) {
        if (type == ElementType.STRING) {
            throw new IllegalArgumentException("a string tensor has no packed data");
        }
        long expected = bytes(type, dims);
        if (data.byteSize() != expected) {
            throw new IllegalArgumentException(
                    type + Arrays.toString(dims) + " takes " + expected + " bytes, given " + data.byteSize());
        }
        if (data.heapBase().filter(array -> !(array instanceof byte[])).isPresent()) {
            throw new IllegalArgumentException("tensor data over an array that is not of bytes");
        }
        return new Tensor(type, dims.clone(), data.asReadOnly(), null);
    }

    /**
     * The number of bytes that {@code dims} elements of {@code type} take.
     *
     * @throws IllegalArgumentException where a dimension is negative or the size is beyond 2^63
     */
    public static long bytes(ElementType type, long... dims) {
        try {
            return type.bytes(count(dims));
        } catch (ArithmeticException _) {
            throw new IllegalArgumentException(type + Arrays.toString(dims) + " is too large");
        }
    }

    public static Tensor ofStrings(long[] dims, List<Bytes> strings) {
        if (strings.size() != count(dims)) {
            throw new IllegalArgumentException(strings.size() + " strings for dimensions " + Arrays.toString(dims));
        }
        return new Tensor(ElementType.STRING, dims.clone(), MemorySegment.NULL, List.copyOf(strings));
    }

    public static Tensor ofFloats(float[] values, long... dims) {
        MemorySegment data = MemorySegment.ofArray(new byte[Math.multiplyExact(values.length, 4)]);
        MemorySegment.copy(values, 0, data, FLOAT, 0, values.length);
        return of(ElementType.FLOAT, dims, data);
    }

    public static Tensor ofLongs(long[] values, long... dims) {
        MemorySegment data = MemorySegment.ofArray(new byte[Math.multiplyExact(values.length, 8)]);
        MemorySegment.copy(values, 0, data, LONG, 0, values.length);
        return of(ElementType.INT64, dims, data);
    }

    public static Tensor ofInts(int[] values, long... dims) {
        MemorySegment data = MemorySegment.ofArray(new byte[Math.multiplyExact(values.length, 4)]);
        MemorySegment.copy(values, 0, data, INT, 0, values.length);
        return of(ElementType.INT32, dims, data);
    }

    /** An 8-bit tensor of {@code type} (INT8, UINT8 or BOOL) over a copy of {@code values}. */
    public static Tensor ofBytes(ElementType type, byte[] values, long... dims) {
        return of(type, dims, MemorySegment.ofArray(values.clone()));
    }

    public ElementType type() {
        return type;
    }

    /** The dimensions, outermost first, a copy; empty for a scalar. */
    public long[] dims() {
        return dims.clone();
    }

    public int rank() {
        return dims.length;
    }

    public long dim(int axis) {
        return dims[axis];
    }

    /** Number of elements; 1 for a scalar. */
    public long elements() {
        return count(dims);
    }

    /** The packed little-endian elements, read-only; empty for strings. */
    public MemorySegment data() {
        return data;
    }

    /** The elements of a string tensor, row-major. */
    public List<Bytes> strings() {
        if (strings == null) {
            throw new IllegalStateException("not a string tensor: " + this);
        }
        return strings;
    }

    /** A floating-point tensor's elements as 32-bit floats, row-major; doubles are rounded. */
    public float[] toFloats() {
        float[] out = new float[Math.toIntExact(elements())];
        copyFloats(0, out, out.length);
        return out;
    }

    /** Brings {@code count} elements of a floating-point tensor from {@code from} on to the beginning of {@code to}. */
    public void copyFloats(long from, float[] to, int count) {
        if (type == ElementType.FLOAT) {
            MemorySegment.copy(data, FLOAT, 4 * from, to, 0, count);
            return;
        }
        for (int i = 0; i < count; i++) {
            to[i] = switch (type) {
                case DOUBLE -> (float) data.getAtIndex(DOUBLE, from + i);
                case FLOAT16 -> Float.float16ToFloat(data.getAtIndex(SHORT, from + i));
                case BFLOAT16 -> Float.intBitsToFloat(data.getAtIndex(SHORT, from + i) << 16);
                default -> throw new IllegalStateException("not a floating-point tensor: " + this);
            };
        }
    }

    /** An integer or boolean tensor's elements as longs, row-major; those of UINT64 above 2^63 turn negative. */
    public long[] toLongs() {
        int n = Math.toIntExact(elements());
        long[] out = new long[n];
        switch (type) {
            case INT64, UINT64 -> MemorySegment.copy(data, LONG, 0, out, 0, n);
            case INT32 -> Arrays.setAll(out, i -> data.getAtIndex(INT, i));
            case UINT32 -> Arrays.setAll(out, i -> Integer.toUnsignedLong(data.getAtIndex(INT, i)));
            case INT16 -> Arrays.setAll(out, i -> data.getAtIndex(SHORT, i));
            case UINT16 -> Arrays.setAll(out, i -> Short.toUnsignedLong(data.getAtIndex(SHORT, i)));
            case INT8 -> Arrays.setAll(out, i -> data.get(ValueLayout.JAVA_BYTE, i));
            case UINT8, BOOL -> Arrays.setAll(out, i -> Byte.toUnsignedLong(data.get(ValueLayout.JAVA_BYTE, i)));
            case UINT4 -> Arrays.setAll(out, i -> nibble(i));
            case INT4 -> Arrays.setAll(out, i -> (nibble(i) ^ 8) - 8);
            default -> throw new IllegalStateException("not an integer tensor: " + this);
        }
        return out;
    }

    /** The same elements under other dimensions of the same product. */
    public Tensor reshaped(long... newDims) {
        if (count(newDims) != elements()) {
            throw new IllegalArgumentException(this + " as " + Arrays.toString(newDims));
        }
        return new Tensor(type, newDims.clone(), data, strings);
    }

    /** Type and dimensions, such as {@code FLOAT[64,3,3,3]}. */
    @Override
    public String toString() {
        return type + Arrays.toString(dims).replace(", ", ",");
    }

    private long nibble(long i) {
        return data.get(ValueLayout.JAVA_BYTE, i / 2) >> (i % 2 == 0 ? 0 : 4) & 0xF;
    }

    private static long count(long[] dims) {
        long n = 1;
        for (long d : dims) {
            if (d < 0) {
                throw new IllegalArgumentException("negative dimension in " + Arrays.toString(dims));
            }
            try {
                n = Math.multiplyExact(n, d);
            } catch (ArithmeticException _) {
                throw new IllegalArgumentException("dimensions " + Arrays.toString(dims) + " are too large");
            }
        }
        return n;
    }
}
