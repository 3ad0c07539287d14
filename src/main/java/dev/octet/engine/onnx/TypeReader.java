package dev.octet.engine.onnx;

import dev.octet.engine.graph.Bytes;
import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType;
import dev.octet.engine.onnx.proto.TensorProto;
import dev.octet.engine.onnx.proto.TensorShapeProto;
import dev.octet.engine.onnx.proto.TypeProto;
import dev.octet.engine.onnx.proto.ValueInfoProto;
import dev.octet.engine.onnx.wire.Wire;
import dev.octet.engine.scheme.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the types of values. */
final class TypeReader {

    /** What stands for the type of a value that the file gives none for. */
    static final ValueType UNKNOWN = new ValueType.OtherType("unknown", Bytes.of(new byte[0]));

    private TypeReader() {}

    /** A ValueInfoProto. */
    static Value value(Wire wire) {
        String name = "";
        ValueType type = UNKNOWN;
        while (wire.next()) {
            switch (wire.field()) {
                case ValueInfoProto.NAME_FIELD_NUMBER -> name = wire.string();
                case ValueInfoProto.TYPE_FIELD_NUMBER -> type = type(wire.message());
                default -> {}
            }
        }
        if (name.isEmpty()) {
            throw wire.malformed("a value has no name");
        }
        return new Value(name, type);
    }

    /** A TypeProto. */
    static ValueType type(Wire wire) {
        ValueType type = UNKNOWN;
        while (wire.next()) {
            type = switch (wire.field()) {
                case TypeProto.TENSOR_TYPE_FIELD_NUMBER -> tensor(wire.message(), wire);
                case TypeProto.SEQUENCE_TYPE_FIELD_NUMBER -> other("sequence", wire);
                case TypeProto.MAP_TYPE_FIELD_NUMBER -> other("map", wire);
                case TypeProto.OPTIONAL_TYPE_FIELD_NUMBER -> other("optional", wire);
                case TypeProto.SPARSE_TENSOR_TYPE_FIELD_NUMBER -> other("sparse tensor", wire);
                case TypeProto.OPAQUE_TYPE_FIELD_NUMBER -> other("opaque", wire);
                default -> type;
            };
        }
        return type;
    }

    private static ValueType tensor(Wire wire, Wire whole) {
        long code = TensorProto.DataType.UNDEFINED_VALUE;
        List<Dim> shape = null;
        while (wire.next()) {
            switch (wire.field()) {
                case TypeProto.Tensor.ELEM_TYPE_FIELD_NUMBER -> code = wire.integer();
                case TypeProto.Tensor.SHAPE_FIELD_NUMBER -> shape = shape(wire.message());
                default -> {}
            }
        }
        if (code == TensorProto.DataType.UNDEFINED_VALUE) {
            return UNKNOWN;
        }
        Optional<ElementType> element = elementType(code);
        return element.isPresent()
                ? new ValueType.TensorType(element.get(), shape)
                : other("tensor of " + typeName(code, wire), whole);
    }

    private static ValueType other(String text, Wire whole) {
        return new ValueType.OtherType(text, whole.encoded());
    }

    private static List<Dim> shape(Wire wire) {
        List<Dim> dims = new ArrayList<>();
        while (wire.next()) {
            if (wire.field() == TensorShapeProto.DIM_FIELD_NUMBER) {
                dims.add(dim(wire.message()));
            }
        }
        return dims;
    }

    /** A dimension; exporters write a size that is not known as nothing, as an empty name or as -1. */
    private static Dim dim(Wire wire) {
        long size = -1;
        String symbol = null;
        while (wire.next()) {
            switch (wire.field()) {
                case TensorShapeProto.Dimension.DIM_VALUE_FIELD_NUMBER -> size = wire.integer();
                case TensorShapeProto.Dimension.DIM_PARAM_FIELD_NUMBER -> symbol = wire.string();
                default -> {}
            }
        }
        if (size < -1) {
            throw wire.malformed("dimension " + size + " is negative");
        }
        return size >= 0 ? Dim.of(size) : named(symbol);
    }

    private static Dim named(@Nullable String symbol) {
        return symbol == null || symbol.isEmpty() ? Dim.UNKNOWN : Dim.symbolic(symbol);
    }

    /** The element type with ONNX's number {@code code}; empty for a type that the engine has no use for. */
    static Optional<ElementType> elementType(long code) {
        return code == (int) code ? ElementType.ofOnnxCode((int) code) : Optional.empty();
    }

    /** ONNX's name for the element type number {@code code}, which must be one of ONNX's. */
    static String typeName(long code, Wire where) {
        TensorProto.DataType type = code == (int) code ? TensorProto.DataType.forNumber((int) code) : null;
        if (type == null) {
            throw where.malformed("element type " + code + " does not exist");
        }
        return type.name();
    }
}
