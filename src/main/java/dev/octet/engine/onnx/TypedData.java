package dev.octet.engine.onnx;

import dev.octet.engine.onnx.proto.TensorProto;
import dev.octet.engine.onnx.wire.ReadBudget;
import dev.octet.engine.onnx.wire.Wire;
import dev.octet.engine.scheme.ElementType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The elements of one tensor from the fields of its type: float_data, int32_data, int64_data and so on.
 *
 * <p>Floats in one piece stand in the file as they stand in memory and stay there; integers are variable-length on the wire
 * and are decoded into memory of their own.
 */
final class TypedData {

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final List<MemorySegment> pieces = new ArrayList<>();
    private int field;

    /** Adds the field that {@code wire} is at. */
    void add(Wire wire, ReadBudget budget) {
        if (!pieces.isEmpty() && field != wire.field()) {
            throw wire.malformed("a tensor has data in two fields, " + name(field) + " and " + name(wire.field()));
        }
        field = wire.field();
        budget.chargeItems(1, wire);
        if (wire.slice().byteSize() > 0) {
            pieces.add(wire.slice());
        }
    }

    boolean isEmpty() {
        return pieces.isEmpty();
    }

    /** The {@code bytes} bytes of the elements of type {@code type}, which must be just as many as there are. */
    MemorySegment elements(ElementType type, long bytes, SegmentAllocator memory, ReadBudget budget, Wire where) {
        int belongs = fieldOf(type);
        if (field != belongs) {
            throw where.malformed(
                    "elements of type " + type + " are in " + name(field) + ", they belong in " + name(belongs));
        }
        boolean asInMemory =
                belongs == TensorProto.FLOAT_DATA_FIELD_NUMBER || belongs == TensorProto.DOUBLE_DATA_FIELD_NUMBER;
        int width = Math.max(1, type.bits() / 8);
        long given = asInMemory
                ? pieces.stream().mapToLong(MemorySegment::byteSize).sum()
                : width * pieces.stream().mapToLong(TypedData::countIntegers).sum();
        if (given != bytes) {
            throw where.malformed(
                    name(field) + " holds " + given + " bytes of elements, type and dimensions ask for " + bytes);
        }
        if (asInMemory && pieces.size() == 1) {
            return pieces.getFirst();
        }
        budget.chargeDecoded(bytes, where);
        MemorySegment decoded = memory.allocate(bytes, 8);
        long to = 0;
        for (MemorySegment piece : pieces) {
            if (asInMemory) {
                MemorySegment.copy(piece, 0, decoded, to, piece.byteSize());
                to += piece.byteSize();
            } else {
                to = decode(piece, type, width, decoded, to, where);
            }
        }
        return decoded;
    }

    private static long countIntegers(MemorySegment piece) {
        long count = 0;
        for (long i = 0; i < piece.byteSize(); i++) {
            if (piece.get(ValueLayout.JAVA_BYTE, i) >= 0) {
                count++;
            }
        }
        return count;
    }

    private long decode(MemorySegment piece, ElementType type, int width, MemorySegment into, long start, Wire where) {
        long to = start;
        long value = 0;
        int shift = 0;
        for (long i = 0; i < piece.byteSize(); i++) {
            byte b = piece.get(ValueLayout.JAVA_BYTE, i);
            if (shift > 63) {
                throw where.malformed("an integer in " + name(field) + " is longer than 10 bytes");
            }
            value |= (b & 0x7FL) << shift;
            shift += 7;
            if (b >= 0) {
                put(type == ElementType.BOOL && value != 0 ? 1 : value, type, width, into, to, where);
                to += width;
                value = 0;
                shift = 0;
            }
        }
        if (shift != 0) {
            throw where.malformed("the last integer in " + name(field) + " is cut off");
        }
        return to;
    }

    private void put(long value, ElementType type, int width, MemorySegment into, long to, Wire where) {
        int bits = 8 * width;
        if (width < 8 && (value < -(1L << (bits - 1)) || value >= 1L << bits)) {
            throw where.malformed("value " + value + " in " + name(field) + " does not fit type " + type);
        }
        switch (width) {
            case 1 -> into.set(ValueLayout.JAVA_BYTE, to, (byte) value);
            case 2 -> into.set(SHORT, to, (short) value);
            case 4 -> into.set(INT, to, (int) value);
            default -> into.set(LONG, to, value);
        }
    }

    private static int fieldOf(ElementType type) {
        return switch (type) {
            case FLOAT, COMPLEX64 -> TensorProto.FLOAT_DATA_FIELD_NUMBER;
            case DOUBLE, COMPLEX128 -> TensorProto.DOUBLE_DATA_FIELD_NUMBER;
            case INT64 -> TensorProto.INT64_DATA_FIELD_NUMBER;
            case UINT32, UINT64 -> TensorProto.UINT64_DATA_FIELD_NUMBER;
            case STRING -> TensorProto.STRING_DATA_FIELD_NUMBER;
            case UINT8,
                    INT8,
                    UINT16,
                    INT16,
                    INT32,
                    BOOL,
                    FLOAT16,
                    BFLOAT16,
                    FLOAT8E4M3FN,
                    FLOAT8E4M3FNUZ,
                    FLOAT8E5M2,
                    FLOAT8E5M2FNUZ,
                    UINT4,
                    INT4,
                    FLOAT4E2M1 -> TensorProto.INT32_DATA_FIELD_NUMBER;
        };
    }

    private static String name(int field) {
        return TensorProto.getDescriptor().findFieldByNumber(field).getName();
    }
}
