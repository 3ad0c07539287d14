package dev.octet.engine.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Bytes;
import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Function;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.ValueType;
import dev.octet.engine.onnx.proto.AttributeProto;
import dev.octet.engine.onnx.proto.AttributeProto.AttributeType;
import dev.octet.engine.onnx.proto.FunctionProto;
import dev.octet.engine.onnx.proto.GraphProto;
import dev.octet.engine.onnx.proto.ModelProto;
import dev.octet.engine.onnx.proto.NodeProto;
import dev.octet.engine.onnx.proto.OperatorSetIdProto;
import dev.octet.engine.onnx.proto.TensorShapeProto;
import dev.octet.engine.onnx.proto.TypeProto;
import dev.octet.engine.onnx.proto.ValueInfoProto;
import java.util.List;
import java.util.Map;

/** Encodes models as protobuf messages; tensors by a {@link TensorWriter}. */
final class GraphWriter {

    private final TensorWriter tensors;

    GraphWriter(TensorWriter tensors) {
        this.tensors = tensors;
    }

    ModelProto model(Model model) {
        ModelProto.Builder proto = ModelProto.newBuilder()
                .setIrVersion(IrVersion.of(model))
                .setProducerName(model.producer())
                .addAllOpsetImport(opsets(model.opsets()))
                .setGraph(graph(model.graph()));
        model.functions().forEach(f -> proto.addFunctions(function(f)));
        model.metadata().forEach((key, value) -> proto.addMetadataProps(TensorWriter.entry(key, value)));
        return proto.build();
    }

    private static List<OperatorSetIdProto> opsets(Map<String, Long> opsets) {
        return opsets.entrySet().stream()
                .map(o -> OperatorSetIdProto.newBuilder()
                        .setDomain(o.getKey())
                        .setVersion(o.getValue())
                        .build())
                .toList();
    }

    private GraphProto graph(Graph graph) {
        // The format wants a name; checkers refuse a graph without.
        GraphProto.Builder proto = GraphProto.newBuilder().setName(graph.name().isEmpty() ? "graph" : graph.name());
        graph.nodes().forEach(n -> proto.addNode(node(n)));
        graph.initializers().forEach((name, tensor) -> proto.addInitializer(tensors.initializer(name, tensor)));
        graph.inputs().forEach(v -> proto.addInput(value(v.name(), v.type())));
        graph.outputs().forEach(v -> proto.addOutput(value(v.name(), v.type())));
        graph.types().forEach((name, type) -> proto.addValueInfo(value(name, type)));
        return proto.build();
    }

    private NodeProto node(Node node) {
        NodeProto.Builder proto = NodeProto.newBuilder()
                .setOpType(node.op())
                .addAllInput(node.inputs())
                .addAllOutput(node.outputs());
        if (!node.name().isEmpty()) {
            proto.setName(node.name());
        }
        if (!node.domain().isEmpty()) {
            proto.setDomain(node.domain());
        }
        node.attributes().forEach((name, attribute) -> proto.addAttribute(attribute(name, attribute)));
        return proto.build();
    }

    private FunctionProto function(Function function) {
        FunctionProto.Builder proto = FunctionProto.newBuilder()
                .setDomain(function.domain())
                .setName(function.name())
                .addAllInput(function.inputs())
                .addAllOutput(function.outputs())
                .addAllAttribute(function.attributes())
                .addAllOpsetImport(opsets(function.opsets()));
        function.defaults().forEach((name, attribute) -> proto.addAttributeProto(attribute(name, attribute)));
        function.nodes().forEach(n -> proto.addNode(node(n)));
        return proto.build();
    }

    private AttributeProto attribute(String name, Attribute attribute) {
        AttributeProto.Builder proto = AttributeProto.newBuilder();
        switch (attribute) {
            case Attribute.OfInt(long value) -> proto.setType(AttributeType.INT).setI(value);
            case Attribute.OfFloat(float value) ->
                proto.setType(AttributeType.FLOAT).setF(value);
            case Attribute.OfString(Bytes value) ->
                proto.setType(AttributeType.STRING).setS(TensorWriter.bytes(value));
            case Attribute.OfTensor(Tensor value) ->
                proto.setType(AttributeType.TENSOR).setT(tensors.inside("", value));
            case Attribute.OfGraph(Graph value) ->
                proto.setType(AttributeType.GRAPH).setG(graph(value));
            case Attribute.OfInts(List<Long> values) ->
                proto.setType(AttributeType.INTS).addAllInts(values);
            case Attribute.OfFloats(List<Float> values) ->
                proto.setType(AttributeType.FLOATS).addAllFloats(values);
            case Attribute.OfStrings(List<Bytes> values) -> {
                proto.setType(AttributeType.STRINGS);
                values.forEach(v -> proto.addStrings(TensorWriter.bytes(v)));
            }
            case Attribute.OfTensors(List<Tensor> values) -> {
                proto.setType(AttributeType.TENSORS);
                values.forEach(v -> proto.addTensors(tensors.inside("", v)));
            }
            case Attribute.OfGraphs(List<Graph> values) -> {
                proto.setType(AttributeType.GRAPHS);
                values.forEach(v -> proto.addGraphs(graph(v)));
            }
            case Attribute.Reference(String reference, int onnxType) ->
                proto.setType(AttributeType.forNumber(onnxType)).setRefAttrName(reference);
            case Attribute.Opaque(Bytes encoded) -> merge(proto, encoded);
        }
        return proto.setName(name).build();
    }

    private static ValueInfoProto value(String name, ValueType type) {
        ValueInfoProto.Builder proto = ValueInfoProto.newBuilder().setName(name);
        switch (type) {
            case ValueType.TensorType tensor -> proto.setType(tensor(tensor));
            case ValueType.OtherType(String _, Bytes encoded) -> {
                if (encoded.size() > 0) {
                    merge(proto.getTypeBuilder(), encoded);
                }
            }
        }
        return proto.build();
    }

    private static TypeProto tensor(ValueType.TensorType tensor) {
        TypeProto.Tensor.Builder proto =
                TypeProto.Tensor.newBuilder().setElemType(tensor.element().onnxCode());
        List<Dim> dims = tensor.shape();
        if (dims != null) {
            TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
            dims.forEach(d -> shape.addDim(dim(d)));
            proto.setShape(shape);
        }
        return TypeProto.newBuilder().setTensorType(proto).build();
    }

    private static TensorShapeProto.Dimension dim(Dim dim) {
        TensorShapeProto.Dimension.Builder proto = TensorShapeProto.Dimension.newBuilder();
        if (dim.isKnown()) {
            proto.setDimValue(dim.size());
        } else if (dim.symbol() != null) {
            proto.setDimParam(dim.symbol());
        }
        return proto.build();
    }

    /** Takes over what was read as {@code encoded}, which the reader has checked. */
    private static void merge(com.google.protobuf.Message.Builder into, Bytes encoded) {
        try {
            into.mergeFrom(ByteString.copyFrom(encoded.toArray()));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("what was carried through unread can't be written", e);
        }
    }
}
