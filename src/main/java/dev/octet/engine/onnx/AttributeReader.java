package dev.octet.engine.onnx;

import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Bytes;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.onnx.proto.AttributeProto;
import dev.octet.engine.onnx.proto.AttributeProto.AttributeType;
import dev.octet.engine.onnx.proto.SparseTensorProto;
import dev.octet.engine.onnx.wire.Wire;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads attributes of nodes. */
final class AttributeReader {

    /** An attribute with its name. */
    record Named(String name, Attribute attribute) {}

    private final TensorReader tensors;
    private final GraphReader graphs;

    AttributeReader(TensorReader tensors, GraphReader graphs) {
        this.tensors = tensors;
        this.graphs = graphs;
    }

    /** The fields of one AttributeProto; a scalar left out is zero, as writers that omit defaults mean it. */
    private static final class Parts {
        String name = "";
        String reference = "";
        long type;
        long i;
        float f;
        Bytes s = Bytes.of(new byte[0]);

        @Nullable
        Tensor tensor;

        @Nullable
        Graph graph;

        final List<Long> ints = new ArrayList<>();
        final List<Float> floats = new ArrayList<>();
        final List<Bytes> strings = new ArrayList<>();
        final List<Tensor> tensors = new ArrayList<>();
        final List<Graph> graphs = new ArrayList<>();
        final Set<AttributeType> given = EnumSet.noneOf(AttributeType.class);
    }

    /** An AttributeProto; {@code inFunction} where it may refer to an attribute of the function around it. */
    Named read(Wire wire, boolean inFunction) {
        Parts parts = new Parts();
        while (wire.next()) {
            part(wire, parts, inFunction);
        }
        if (parts.name.isEmpty()) {
            throw wire.malformed("an attribute has no name");
        }
        AttributeType type = type(parts, wire);
        if (parts.reference.isEmpty()) {
            return new Named(parts.name, attribute(type, parts, wire));
        }
        if (!inFunction) {
            throw wire.malformed(
                    "attribute '" + parts.name + "' refers to '" + parts.reference + "' of a function, outside of any");
        }
        return new Named(parts.name, new Attribute.Reference(parts.reference, type.getNumber()));
    }

    private void part(Wire wire, Parts parts, boolean inFunction) {
        switch (wire.field()) {
            case AttributeProto.NAME_FIELD_NUMBER -> parts.name = graphs.word(wire);
            case AttributeProto.REF_ATTR_NAME_FIELD_NUMBER -> parts.reference = wire.string();
            case AttributeProto.TYPE_FIELD_NUMBER -> parts.type = wire.integer();
            case AttributeProto.DOC_STRING_FIELD_NUMBER -> {}
            default -> {
                value(wire, parts, inFunction);
                parts.given.add(typeOf(wire));
            }
        }
    }

    private void value(Wire wire, Parts parts, boolean inFunction) {
        switch (typeOf(wire)) {
            case INT -> parts.i = wire.integer();
            case FLOAT -> parts.f = wire.real();
            case STRING -> parts.s = wire.bytes();
            case TENSOR -> parts.tensor = tensors.read(wire.message()).tensor();
            case GRAPH -> parts.graph = graphs.graph(wire.message(), inFunction);
            case INTS -> wire.addIntegers(parts.ints);
            case FLOATS -> wire.addReals(parts.floats);
            case STRINGS -> parts.strings.add(wire.bytes());
            case TENSORS -> parts.tensors.add(tensors.read(wire.message()).tensor());
            case GRAPHS -> parts.graphs.add(graphs.graph(wire.message(), inFunction));
            case SPARSE_TENSOR, SPARSE_TENSORS -> passSparse(wire.message());
            case TYPE_PROTO, TYPE_PROTOS, UNDEFINED -> {}
        }
    }

    private void passSparse(Wire wire) {
        while (wire.next()) {
            switch (wire.field()) {
                case SparseTensorProto.VALUES_FIELD_NUMBER, SparseTensorProto.INDICES_FIELD_NUMBER ->
                    tensors.pass(wire.message());
                default -> {}
            }
        }
    }

    /** The kind of attribute whose value the field at {@code wire} is. */
    private static AttributeType typeOf(Wire wire) {
        return switch (wire.field()) {
            case AttributeProto.I_FIELD_NUMBER -> AttributeType.INT;
            case AttributeProto.F_FIELD_NUMBER -> AttributeType.FLOAT;
            case AttributeProto.S_FIELD_NUMBER -> AttributeType.STRING;
            case AttributeProto.T_FIELD_NUMBER -> AttributeType.TENSOR;
            case AttributeProto.G_FIELD_NUMBER -> AttributeType.GRAPH;
            case AttributeProto.INTS_FIELD_NUMBER -> AttributeType.INTS;
            case AttributeProto.FLOATS_FIELD_NUMBER -> AttributeType.FLOATS;
            case AttributeProto.STRINGS_FIELD_NUMBER -> AttributeType.STRINGS;
            case AttributeProto.TENSORS_FIELD_NUMBER -> AttributeType.TENSORS;
            case AttributeProto.GRAPHS_FIELD_NUMBER -> AttributeType.GRAPHS;
            case AttributeProto.SPARSE_TENSOR_FIELD_NUMBER -> AttributeType.SPARSE_TENSOR;
            case AttributeProto.SPARSE_TENSORS_FIELD_NUMBER -> AttributeType.SPARSE_TENSORS;
            case AttributeProto.TP_FIELD_NUMBER -> AttributeType.TYPE_PROTO;
            case AttributeProto.TYPE_PROTOS_FIELD_NUMBER -> AttributeType.TYPE_PROTOS;
            default -> AttributeType.UNDEFINED;
        };
    }

    private static AttributeType type(Parts parts, Wire wire) {
        AttributeType declared = parts.type == (int) parts.type ? AttributeType.forNumber((int) parts.type) : null;
        if (declared == null) {
            throw wire.malformed("attribute '" + parts.name + "' is of type " + parts.type + ", which does not exist");
        }
        if (declared != AttributeType.UNDEFINED) {
            return declared;
        }
        if (parts.given.size() != 1) {
            throw wire.malformed("attribute '" + parts.name + "' has no type");
        }
        return parts.given.iterator().next();
    }

    private static Attribute attribute(AttributeType type, Parts parts, Wire wire) {
        return switch (type) {
            case INT -> new Attribute.OfInt(parts.i);
            case FLOAT -> new Attribute.OfFloat(parts.f);
            case STRING -> new Attribute.OfString(parts.s);
            case TENSOR -> new Attribute.OfTensor(present(parts.tensor, parts, wire));
            case GRAPH -> new Attribute.OfGraph(present(parts.graph, parts, wire));
            case INTS -> new Attribute.OfInts(parts.ints);
            case FLOATS -> new Attribute.OfFloats(parts.floats);
            case STRINGS -> new Attribute.OfStrings(parts.strings);
            case TENSORS -> new Attribute.OfTensors(parts.tensors);
            case GRAPHS -> new Attribute.OfGraphs(parts.graphs);
            case SPARSE_TENSOR, SPARSE_TENSORS, TYPE_PROTO, TYPE_PROTOS -> new Attribute.Opaque(wire.encoded());
            case UNDEFINED -> throw wire.malformed("attribute '" + parts.name + "' has no type");
        };
    }

    private static <T> T present(@Nullable T value, Parts parts, Wire wire) {
        if (value == null) {
            throw wire.malformed("attribute '" + parts.name + "' has no value");
        }
        return value;
    }
}
