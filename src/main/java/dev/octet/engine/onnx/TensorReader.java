package dev.octet.engine.onnx;

import dev.octet.engine.graph.Bytes;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.onnx.proto.StringStringEntryProto;
import dev.octet.engine.onnx.proto.TensorProto;
import dev.octet.engine.onnx.wire.ReadBudget;
import dev.octet.engine.onnx.wire.Wire;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.Fault;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads tensors, leaving their data where it is in the mapped files as far as it can be. */
final class TensorReader {

    /** A tensor with the name that the file gives it, which may be empty. */
    record Named(String name, Tensor tensor) {}

    private final ExternalData files;
    private final SegmentAllocator memory;
    private final ReadBudget budget;

    /** Takes external data from {@code files} and room for what must be decoded from {@code memory}. */
    TensorReader(ExternalData files, SegmentAllocator memory, ReadBudget budget) {
        this.files = files;
        this.memory = memory;
        this.budget = budget;
    }

    /** The fields of one TensorProto. */
    private static final class Parts {
        String name = "";
        long type = TensorProto.DataType.UNDEFINED_VALUE;
        final List<Long> dims = new ArrayList<>();

        @Nullable
        MemorySegment raw;

        final TypedData typed = new TypedData();
        final List<Bytes> strings = new ArrayList<>();
        final Map<String, String> external = new HashMap<>();
        boolean isExternal;
    }

    /** A TensorProto. */
    Named read(Wire wire) {
        Parts parts = parts(wire);
        ElementType type = type(parts.type, wire);
        long[] dims = parts.dims.stream().mapToLong(Long::longValue).toArray();
        long bytes;
        try {
            bytes = Tensor.bytes(type, dims);
        } catch (IllegalArgumentException e) {
            throw wire.malformed("tensor '" + parts.name + "': " + e.getMessage());
        }
        if (type == ElementType.STRING) {
            return new Named(parts.name, strings(parts, dims, wire));
        }
        return new Named(parts.name, Tensor.of(type, dims, data(parts, type, bytes, wire)));
    }

    /** Passes over a TensorProto that is carried through unread, which must not reach for other files. */
    void pass(Wire wire) {
        if (parts(wire).isExternal) {
            throw wire.fault(Fault.MODEL_UNSUPPORTED, "a sparse tensor with external data");
        }
    }

    private Parts parts(Wire wire) {
        Parts parts = new Parts();
        while (wire.next()) {
            switch (wire.field()) {
                case TensorProto.NAME_FIELD_NUMBER -> parts.name = wire.string();
                case TensorProto.DATA_TYPE_FIELD_NUMBER -> parts.type = wire.integer();
                case TensorProto.DIMS_FIELD_NUMBER -> wire.addIntegers(parts.dims);
                case TensorProto.RAW_DATA_FIELD_NUMBER -> parts.raw = wire.slice();
                case TensorProto.FLOAT_DATA_FIELD_NUMBER,
                        TensorProto.INT32_DATA_FIELD_NUMBER,
                        TensorProto.INT64_DATA_FIELD_NUMBER,
                        TensorProto.DOUBLE_DATA_FIELD_NUMBER,
                        TensorProto.UINT64_DATA_FIELD_NUMBER -> parts.typed.add(wire, budget);
                case TensorProto.STRING_DATA_FIELD_NUMBER -> parts.strings.add(wire.bytes());
                case TensorProto.EXTERNAL_DATA_FIELD_NUMBER -> entry(wire.message(), parts.external);
                case TensorProto.DATA_LOCATION_FIELD_NUMBER ->
                    parts.isExternal = wire.integer() == TensorProto.DataLocation.EXTERNAL_VALUE;
                case TensorProto.SEGMENT_FIELD_NUMBER ->
                    throw wire.fault(Fault.MODEL_UNSUPPORTED, "a tensor in segments");
                default -> {}
            }
        }
        return parts;
    }

    private static ElementType type(long code, Wire wire) {
        if (code == TensorProto.DataType.UNDEFINED_VALUE) {
            throw wire.malformed("a tensor without an element type");
        }
        return TypeReader.elementType(code)
                .orElseThrow(() ->
                        wire.fault(Fault.MODEL_UNSUPPORTED, "a tensor of type " + TypeReader.typeName(code, wire)));
    }

    private MemorySegment data(Parts parts, ElementType type, long bytes, Wire wire) {
        String what = "tensor '" + parts.name + "' (" + type + parts.dims + ")";
        int places = (parts.raw != null && parts.raw.byteSize() > 0 ? 1 : 0)
                + (parts.typed.isEmpty() ? 0 : 1)
                + (parts.strings.isEmpty() ? 0 : 1)
                + (parts.isExternal ? 1 : 0);
        if (places > 1) {
            throw wire.malformed(what + " has data in more than one place");
        }
        if (parts.isExternal) {
            return files.map(parts.external, bytes, wire);
        }
        if (!parts.typed.isEmpty()) {
            return parts.typed.elements(type, bytes, memory, budget, wire);
        }
        long given = parts.raw == null ? 0 : parts.raw.byteSize();
        if (given != bytes) {
            throw wire.malformed(what + " takes " + bytes + " bytes, the file gives " + given);
        }
        return parts.raw == null ? MemorySegment.ofArray(new byte[0]) : parts.raw;
    }

    private static Tensor strings(Parts parts, long[] dims, Wire wire) {
        if (parts.isExternal || parts.raw != null || !parts.typed.isEmpty()) {
            throw wire.malformed("string tensor '" + parts.name + "' with data outside string_data");
        }
        try {
            return Tensor.ofStrings(dims, parts.strings);
        } catch (IllegalArgumentException e) {
            throw wire.malformed("tensor '" + parts.name + "': " + e.getMessage());
        }
    }

    /** A StringStringEntryProto. */
    static void entry(Wire wire, Map<String, String> into) {
        String key = "";
        String value = "";
        while (wire.next()) {
            switch (wire.field()) {
                case StringStringEntryProto.KEY_FIELD_NUMBER -> key = wire.string();
                case StringStringEntryProto.VALUE_FIELD_NUMBER -> value = wire.string();
                default -> {}
            }
        }
        into.put(key, value);
    }
}
