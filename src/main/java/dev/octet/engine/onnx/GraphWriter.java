package dev.octet.engine.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
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
import dev.octet.engine.onnx.wire.Pieces;
import java.util.List;
import java.util.Map;

/** Encodes models as protobuf messages; tensors by a {@link TensorWriter}. */
final class GraphWriter {

    private final TensorWriter tensors;

    GraphWriter(TensorWriter tensors) {
        this.tensors = tensors;
    }

    /** A ModelProto. */
    Pieces model(Model model) {
        ModelProto.Builder head =
                ModelProto.newBuilder().setIrVersion(IrVersion.of(model)).setProducerName(model.producer());
        ModelProto.Builder tail = ModelProto.newBuilder().addAllOpsetImport(opsets(model.opsets()));
        model.metadata().forEach((key, value) -> tail.addMetadataProps(TensorWriter.entry(key, value)));
        Pieces pieces = new Pieces()
                .add(head.build())
                .add(ModelProto.GRAPH_FIELD_NUMBER, graph(model.graph()))
                .add(tail.build());
        model.functions().forEach(f -> pieces.add(ModelProto.FUNCTIONS_FIELD_NUMBER, function(f)));
        return pieces;
    }

    private static List<OperatorSetIdProto> opsets(Map<String, Long> opsets) {
        return opsets.entrySet().stream()
                .map(o -> OperatorSetIdProto.newBuilder()
                        .setDomain(o.getKey())
                        .setVersion(o.getValue())
                        .build())
                .toList();
    }

    private Pieces graph(Graph graph) {
        Pieces pieces = new Pieces();
        graph.nodes().forEach(n -> pieces.add(GraphProto.NODE_FIELD_NUMBER, node(n)));
        // The format wants a name; checkers refuse a graph without.
        pieces.add(GraphProto.newBuilder()
                .setName(graph.name().isEmpty() ? "graph" : graph.name())
                .build());
        graph.initializers()
                .forEach((name, tensor) ->
                        pieces.add(GraphProto.INITIALIZER_FIELD_NUMBER, tensors.initializer(name, tensor)));
        GraphProto.Builder values = GraphProto.newBuilder();
        graph.inputs().forEach(v -> values.addInput(value(v.name(), v.type())));
        graph.outputs().forEach(v -> values.addOutput(value(v.name(), v.type())));
        graph.types().forEach((name, type) -> values.addValueInfo(value(name, type)));
        return pieces.add(values.build());
    }

    private Pieces node(Node node) {
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
        if (!node.documentation().isEmpty()) {
            proto.setDocString(node.documentation());
        }
        Pieces pieces = new Pieces().add(proto.build());
        node.attributes()
                .forEach((name, attribute) -> pieces.add(NodeProto.ATTRIBUTE_FIELD_NUMBER, attribute(name, attribute)));
        return pieces;
    }

    private Pieces function(Function function) {
        Pieces pieces = new Pieces()
                .add(FunctionProto.newBuilder()
                        .setDomain(function.domain())
                        .setName(function.name())
                        .addAllInput(function.inputs())
                        .addAllOutput(function.outputs())
                        .addAllAttribute(function.attributes())
                        .addAllOpsetImport(opsets(function.opsets()))
                        .build());
        function.defaults()
                .forEach((name, attribute) ->
                        pieces.add(FunctionProto.ATTRIBUTE_PROTO_FIELD_NUMBER, attribute(name, attribute)));
        function.nodes().forEach(n -> pieces.add(FunctionProto.NODE_FIELD_NUMBER, node(n)));
        return pieces;
    }

    private Pieces attribute(String name, Attribute attribute) {
        AttributeProto.Builder head = AttributeProto.newBuilder();
        Pieces values = new Pieces();
        switch (attribute) {
            case Attribute.OfInt(long value) -> head.setType(AttributeType.INT).setI(value);
            case Attribute.OfFloat(float value) ->
                head.setType(AttributeType.FLOAT).setF(value);
            case Attribute.OfString(Bytes value) ->
                head.setType(AttributeType.STRING).setS(TensorWriter.bytes(value));
            case Attribute.OfTensor(Tensor value) -> {
                head.setType(AttributeType.TENSOR);
                values.add(AttributeProto.T_FIELD_NUMBER, tensors.inside("", value));
            }
            case Attribute.OfGraph(Graph value) -> {
                head.setType(AttributeType.GRAPH);
                values.add(AttributeProto.G_FIELD_NUMBER, graph(value));
            }
            case Attribute.OfInts(List<Long> ints) ->
                head.setType(AttributeType.INTS).addAllInts(ints);
            case Attribute.OfFloats(List<Float> floats) ->
                head.setType(AttributeType.FLOATS).addAllFloats(floats);
            case Attribute.OfStrings(List<Bytes> strings) -> {
                head.setType(AttributeType.STRINGS);
                strings.forEach(v -> head.addStrings(TensorWriter.bytes(v)));
            }
            case Attribute.OfTensors(List<Tensor> each) -> {
                head.setType(AttributeType.TENSORS);
                each.forEach(v -> values.add(AttributeProto.TENSORS_FIELD_NUMBER, tensors.inside("", v)));
            }
            case Attribute.OfGraphs(List<Graph> each) -> {
                head.setType(AttributeType.GRAPHS);
                each.forEach(v -> values.add(AttributeProto.GRAPHS_FIELD_NUMBER, graph(v)));
            }
            case Attribute.Reference(String reference, int onnxType) ->
                head.setType(AttributeType.forNumber(onnxType)).setRefAttrName(reference);
            case Attribute.Opaque(Bytes encoded) -> merge(head, encoded);
        }
        return values.add(head.setName(name).build());
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
    private static void merge(Message.Builder into, Bytes encoded) {
        try {
            into.mergeFrom(ByteString.copyFrom(encoded.toArray()));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("what was carried through unread can't be written", e);
        }
    }
}
