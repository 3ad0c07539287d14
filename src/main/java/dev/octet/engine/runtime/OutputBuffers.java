package dev.octet.engine.runtime;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.octet.engine.scheme.ElementType;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One set of memory that the runtime writes outputs to, kept from run to run; growing, never shrinking. */
final class OutputBuffers implements AutoCloseable {

    private final Map<String, Slot> slots = new HashMap<>();

    private static final class Slot {
        private @Nullable Arena arena;
        private ByteBuffer bytes = ByteBuffer.allocate(0);
        private @Nullable OnnxTensor tensor;
        private List<Long> shape = List.of();
        private float[] converted = new float[0];
    }

    /** The tensor of {@code shape} over this set's memory for output {@code name}; the same one while the shape is. */
    OnnxTensor tensor(String name, ElementType type, List<Long> shape) throws OrtException {
        Slot slot = slots.computeIfAbsent(name, _ -> new Slot());
        OnnxTensor current = slot.tensor;
        if (current != null && slot.shape.equals(shape)) {
            return current;
        }
        dropTensor(slot);
        ByteBuffer bytes = room(slot, size(type, shape));
        OnnxTensor made = OnnxTensor.createTensor(Ort.environment(), bytes, dims(shape), javaType(type));
        slot.tensor = made;
        slot.shape = shape;
        return made;
    }

    /** This set's memory for {@code name}, of {@code size} bytes, for the caller to fill. */
    ByteBuffer bytes(String name, int size) {
        Slot slot = slots.computeIfAbsent(name, _ -> new Slot());
        dropTensor(slot);
        return room(slot, size);
    }

    /** What the last run wrote to the tensor of {@code name}, as floats. */
    FloatBuffer floats(String name, ElementType type) {
        Slot slot = slots.get(name);
        if (slot == null) {
            throw new IllegalStateException("no memory for " + name);
        }
        int bytes = size(type, slot.shape);
        return floats(slot, slot.bytes.slice(0, bytes).order(ByteOrder.nativeOrder()), type);
    }

    /** {@code bytes} of {@code type} as floats: themselves where they are, else converted to heap memory of this set. */
    FloatBuffer floats(String name, ByteBuffer bytes, ElementType type) {
        return floats(slots.computeIfAbsent(name, _ -> new Slot()), bytes, type);
    }

    private static FloatBuffer floats(Slot slot, ByteBuffer bytes, ElementType type) {
        if (type == ElementType.FLOAT) {
            return bytes.asFloatBuffer();
        }
        int n = bytes.remaining() * 8 / type.bits();
        if (slot.converted.length < n) {
            slot.converted = new float[n];
        }
        float[] to = slot.converted;
        switch (type) {
            case DOUBLE -> fill(to, n, i -> (float) bytes.getDouble(i * 8));
            case FLOAT16 -> fill(to, n, i -> Float.float16ToFloat(bytes.getShort(i * 2)));
            case BFLOAT16 -> fill(to, n, i -> Float.intBitsToFloat(bytes.getShort(i * 2) << 16));
            case INT64 -> fill(to, n, i -> bytes.getLong(i * 8));
            case INT32 -> fill(to, n, i -> bytes.getInt(i * 4));
            case INT16 -> fill(to, n, i -> bytes.getShort(i * 2));
            case INT8 -> fill(to, n, bytes::get);
            case UINT8, BOOL -> fill(to, n, i -> bytes.get(i) & 0xFF);
            default -> throw new IllegalStateException(type + " can't be read");
        }
        return FloatBuffer.wrap(to, 0, n).slice();
    }

    @FunctionalInterface
    private interface Read {
        float at(int index);
    }

    private static void fill(float[] to, int n, Read read) {
        for (int i = 0; i < n; i++) {
            to[i] = read.at(i);
        }
    }

    @SuppressWarnings("MustBeClosedChecker") // closed with the set, or when it is too small
    private static ByteBuffer room(Slot slot, int size) {
        if (slot.bytes.capacity() < size || slot.arena == null) {
            if (slot.arena != null) {
                slot.arena.close();
            }
            // Shared, since what one thread lets the runtime write another may read.
            Arena arena = Arena.ofShared();
            slot.arena = arena;
            slot.bytes = arena.allocate(Math.max(size, 1), 64).asByteBuffer();
        }
        return slot.bytes.slice(0, size).order(ByteOrder.nativeOrder());
    }

    private static void dropTensor(Slot slot) {
        if (slot.tensor != null) {
            slot.tensor.close();
            slot.tensor = null;
        }
    }

    /** Bytes of a tensor, or -1 where one buffer can't hold it. */
    static int size(ElementType type, List<Long> shape) {
        long bytes = type.bytes(shape.stream().reduce(1L, Math::multiplyExact));
        return bytes <= Integer.MAX_VALUE - 64 ? (int) bytes : -1;
    }

    static long[] dims(List<Long> shape) {
        return shape.stream().mapToLong(Long::longValue).toArray();
    }

    /** The binding's type for {@code type}; UNKNOWN where it has none. */
    static OnnxJavaType javaType(ElementType type) {
        return switch (type) {
            case FLOAT -> OnnxJavaType.FLOAT;
            case DOUBLE -> OnnxJavaType.DOUBLE;
            case FLOAT16 -> OnnxJavaType.FLOAT16;
            case BFLOAT16 -> OnnxJavaType.BFLOAT16;
            case INT8 -> OnnxJavaType.INT8;
            case UINT8 -> OnnxJavaType.UINT8;
            case INT16 -> OnnxJavaType.INT16;
            case INT32 -> OnnxJavaType.INT32;
            case INT64 -> OnnxJavaType.INT64;
            case BOOL -> OnnxJavaType.BOOL;
            default -> OnnxJavaType.UNKNOWN;
        };
    }

    /** Frees all memory; what was handed out must not be used any more. */
    @Override
    public void close() {
        for (Slot slot : slots.values()) {
            dropTensor(slot);
            if (slot.arena != null) {
                slot.arena.close();
            }
        }
        slots.clear();
    }
}
