package dev.octet.engine.onnx.wire;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.octet.engine.graph.Bytes;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over the fields of one protobuf message in a mapped file.
 *
 * <p>Trusts nothing: each tag, length and type is checked against the message around it and against the message's descriptor
 * before it is used, and whatever is put on the heap is charged to the {@link ReadBudget}. A fault names the byte and the
 * field's path. Tensor data is handed out as a slice of the file. Wire format: protobuf.dev/programming-guides/encoding.
 */
public final class Wire {

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH = 2;
    private static final int FIXED32 = 5;
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment file;
    private final Descriptor type;
    private final @Nullable Wire parent;
    private final @Nullable FieldDescriptor self;
    private final long selfTagAt;
    private final long start;
    private final long end;
    private final int depth;
    private final ReadBudget budget;

    private long at;
    private @Nullable FieldDescriptor field;
    private long tagAt;
    private long valueStart;
    private long valueEnd;

    private Wire(MemorySegment file, Descriptor type, @Nullable Wire parent, long start, long end, ReadBudget budget) {
        this.file = file;
        this.type = type;
        this.parent = parent;
        this.self = parent == null ? null : parent.field;
        this.selfTagAt = parent == null ? 0 : parent.tagAt;
        this.start = start;
        this.end = end;
        this.depth = parent == null ? 0 : parent.depth + 1;
        this.budget = budget;
        this.at = start;
    }

    /** The message of type {@code type} that fills the whole of {@code file}. */
    public static Wire root(MemorySegment file, Descriptor type, ReadBudget budget) {
        return new Wire(file, type, null, 0, file.byteSize(), budget);
    }

    /**
     * Moves to the next field that the message's type has; false at its end. Fields it does not have are passed over, except
     * in the outermost message, where they are what is left of something else.
     */
    public boolean next() {
        while (at < end) {
            tagAt = at;
            field = null;
            long tag = varint(end);
            int number = (int) (tag >>> 3);
            int wireType = (int) (tag & 7);
            if (tag >>> 32 != 0 || number == 0) {
                throw fault(
                        Fault.MODEL_MALFORMED, tagAt, "no field starts here (tag " + Long.toUnsignedString(tag) + ")");
            }
            FieldDescriptor known = type.findFieldByNumber(number);
            field = known;
            if (known == null && parent == null) {
                throw fault(Fault.MODEL_MALFORMED, tagAt, "unknown field " + number + " after the parts of a model");
            }
            if (known != null && wireType != wireType(known) && !(wireType == LENGTH && known.isPackable())) {
                throw fault(
                        Fault.MODEL_MALFORMED,
                        tagAt,
                        "wire type " + wireType + " where " + wireType(known) + " belongs");
            }
            locateValue(wireType);
            if (known != null) {
                return true;
            }
        }
        field = null;
        return false;
    }

    private void locateValue(int wireType) {
        valueStart = at;
        long length = switch (wireType) {
            case VARINT -> {
                varint(end);
                yield at - valueStart;
            }
            case FIXED64 -> 8;
            case FIXED32 -> 4;
            case LENGTH -> {
                long announced = varint(end);
                valueStart = at;
                yield announced;
            }
            default ->
                throw fault(Fault.MODEL_MALFORMED, tagAt, "wire type " + wireType + " does not exist in ONNX files");
        };
        if (length < 0 || length > end - valueStart) {
            throw fault(
                    Fault.MODEL_MALFORMED,
                    valueStart,
                    "length " + Long.toUnsignedString(length) + " exceeds the " + (end - valueStart) + " bytes left");
        }
        valueEnd = valueStart + length;
        at = valueEnd;
    }

    /** The number of the field that {@link #next()} moved to. */
    public int field() {
        return Objects.requireNonNull(field).getNumber();
    }

    /** A cursor over the message that is the field's value. */
    public Wire message() {
        budget.chargeItems(1, this);
        if (depth >= ReadBudget.DEPTH) {
            throw fault(Fault.MODEL_MALFORMED, "messages are nested deeper than " + ReadBudget.DEPTH);
        }
        return new Wire(file, Objects.requireNonNull(field).getMessageType(), this, valueStart, valueEnd, budget);
    }

    /** The field's value as text, which must be valid UTF-8. */
    public String string() {
        charge();
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(slice().asByteBuffer())
                    .toString();
        } catch (CharacterCodingException _) {
            throw fault(Fault.MODEL_MALFORMED, valueStart, "text is not valid UTF-8");
        }
    }

    /** The field's value as bytes, copied to the heap. */
    public Bytes bytes() {
        charge();
        return Bytes.of(slice().toArray(ValueLayout.JAVA_BYTE));
    }

    /** The whole message that this is a cursor over, encoded, copied to the heap. */
    public Bytes encoded() {
        budget.chargeText(end - start, this);
        return Bytes.of(file.asSlice(start, end - start).toArray(ValueLayout.JAVA_BYTE));
    }

    /** The bytes of the field's value in the file: of one scalar, of all scalars of a packed list, of a bytes field. */
    public MemorySegment slice() {
        return file.asSlice(valueStart, valueEnd - valueStart);
    }

    private void charge() {
        budget.chargeItems(1, this);
        budget.chargeText(valueEnd - valueStart, this);
    }

    /** The field's value as an integer. */
    public long integer() {
        at = valueStart;
        long value = varint(valueEnd);
        at = valueEnd;
        return value;
    }

    /** The field's value as a 32-bit float. */
    public float real() {
        return file.get(FLOAT, valueStart);
    }

    /** Adds the integers of this field, packed or single, to {@code into}. */
    public void addIntegers(List<Long> into) {
        at = valueStart;
        while (at < valueEnd) {
            budget.chargeItems(1, this);
            into.add(varint(valueEnd));
        }
    }

    /** Adds the 32-bit floats of this field, packed or single, to {@code into}. */
    public void addReals(List<Float> into) {
        if ((valueEnd - valueStart) % 4 != 0) {
            throw fault(Fault.MODEL_MALFORMED, "a list of 32-bit floats of " + (valueEnd - valueStart) + " bytes");
        }
        budget.chargeItems((valueEnd - valueStart) / 4, this);
        for (long i = valueStart; i < valueEnd; i += 4) {
            into.add(file.get(FLOAT, i));
        }
    }

    private long varint(long limit) {
        long from = at;
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at == limit) {
                throw fault(Fault.MODEL_MALFORMED, from, "an integer is cut off by the end of what holds it");
            }
            byte b = file.get(ValueLayout.JAVA_BYTE, at++);
            value |= (b & 0x7FL) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw fault(Fault.MODEL_MALFORMED, from, "an integer is longer than 10 bytes");
    }

    private static int wireType(FieldDescriptor field) {
        return switch (field.getType()) {
            case FLOAT, FIXED32, SFIXED32 -> FIXED32;
            case DOUBLE, FIXED64, SFIXED64 -> FIXED64;
            case STRING, BYTES, MESSAGE -> LENGTH;
            case INT32, INT64, UINT32, UINT64, SINT32, SINT64, BOOL, ENUM -> VARINT;
            case GROUP -> throw new IllegalStateException("ONNX has no groups: " + field);
        };
    }

    /** A fault of this message as a whole. */
    public EngineException malformed(String what) {
        return fault(Fault.MODEL_MALFORMED, what);
    }

    /** A fault {@code fault} of this message as a whole. */
    public EngineException fault(Fault fault, String what) {
        return new EngineException(fault, place(start, path()) + what);
    }

    private EngineException fault(Fault fault, long byteAt, String what) {
        String path = field == null ? path() : path(field, tagAt);
        return new EngineException(fault, place(byteAt, path) + what);
    }

    private static String place(long byteAt, String path) {
        return "at byte " + byteAt + (path.isEmpty() ? "" : " in " + path) + ": ";
    }

    /** Where this message is: names of fields from the outermost message, such as {@code graph.node[17]}. */
    public String path() {
        return parent == null || self == null ? "" : parent.path(self, selfTagAt);
    }

    private String path(FieldDescriptor of, long ofTagAt) {
        String around = path();
        String path = around.isEmpty() ? of.getName() : around + "." + of.getName();
        return of.isRepeated() ? path + "[" + countBefore(of, ofTagAt) + "]" : path;
    }

    private int countBefore(FieldDescriptor of, long ofTagAt) {
        Wire again = new Wire(file, type, null, start, end, budget);
        int count = 0;
        while (again.at < ofTagAt) {
            long tag = again.varint(end);
            again.locateValue((int) (tag & 7));
            if (tag >>> 3 == of.getNumber()) {
                count++;
            }
        }
        return count;
    }
}
