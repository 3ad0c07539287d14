package dev.octet.engine.rewrite.constant;

import dev.octet.engine.graph.Tensor;
import dev.octet.engine.scheme.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Optional;

/** Floating-point constants, read and written in double precision. */
public final class Floats {

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Above this the new elements are kept outside of the heap. */
    private static final long HEAP_LIMIT_BYTES = 16L << 20;

    private Floats() {}

    /** Gives a new value for element {@code index}, which is {@code value} now. */
    @FunctionalInterface
    public interface Change {
        double of(long index, double value);
    }

    /** The element at {@code index} of a floating-point tensor. */
    public static double at(Tensor tensor, long index) {
        MemorySegment data = tensor.data();
        return switch (tensor.type()) {
            case FLOAT -> data.getAtIndex(FLOAT, index);
            case DOUBLE -> data.getAtIndex(DOUBLE, index);
            case FLOAT16 -> Float.float16ToFloat(data.getAtIndex(SHORT, index));
            case BFLOAT16 -> Float.intBitsToFloat(data.getAtIndex(SHORT, index) << 16);
            default -> throw new IllegalArgumentException("not a floating-point tensor: " + tensor);
        };
    }

    /** All elements, row-major; for tensors of at most 2^31 elements. */
    public static double[] read(Tensor tensor) {
        double[] values = new double[Math.toIntExact(tensor.elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = at(tensor, i);
        }
        return values;
    }

    /** The tensor with each element changed, rounded to its type; empty where a result is not finite in that type. */
    public static Optional<Tensor> map(Tensor tensor, Change change) {
        MemorySegment out = allocate(tensor.data().byteSize());
        long n = tensor.elements();
        boolean finite = true;
        for (long i = 0; i < n && finite; i++) {
            finite = put(out, tensor.type(), i, change.of(i, at(tensor, i)));
        }
        return finite ? Optional.of(Tensor.of(tensor.type(), tensor.dims(), out)) : Optional.empty();
    }

    /** A vector of {@code values} in {@code type}; empty where one is not finite in that type. */
    public static Optional<Tensor> vector(ElementType type, double[] values) {
        MemorySegment out = allocate(type.bytes(values.length));
        for (int i = 0; i < values.length; i++) {
            if (!put(out, type, i, values[i])) {
                return Optional.empty();
            }
        }
        return Optional.of(Tensor.of(type, new long[] {values.length}, out));
    }

    private static MemorySegment allocate(long bytes) {
        return bytes <= HEAP_LIMIT_BYTES
                ? MemorySegment.ofArray(new byte[(int) bytes])
                : Arena.ofAuto().allocate(bytes, Double.BYTES);
    }

    /** Writes {@code value} rounded to {@code type}; false where it is not finite there. */
    private static boolean put(MemorySegment out, ElementType type, long index, double value) {
        float single = (float) value;
        return switch (type) {
            case FLOAT -> {
                out.setAtIndex(FLOAT, index, single);
                yield Float.isFinite(single);
            }
            case DOUBLE -> {
                out.setAtIndex(DOUBLE, index, value);
                yield Double.isFinite(value);
            }
            case FLOAT16 -> {
                short half = Float.floatToFloat16(single);
                out.setAtIndex(SHORT, index, half);
                yield Float.isFinite(Float.float16ToFloat(half));
            }
            case BFLOAT16 -> {
                int bits = Float.floatToRawIntBits(single);
                int rounded = bits + 0x7fff + ((bits >>> 16) & 1);
                out.setAtIndex(SHORT, index, (short) (rounded >>> 16));
                yield Float.isFinite(single) && Float.isFinite(Float.intBitsToFloat(rounded & 0xffff0000));
            }
            default -> throw new IllegalArgumentException("not a floating-point type: " + type);
        };
    }
}
