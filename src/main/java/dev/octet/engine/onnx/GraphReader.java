package dev.octet.engine.onnx;

import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.TopologicalOrder;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType;
import dev.octet.engine.onnx.proto.GraphProto;
import dev.octet.engine.onnx.proto.NodeProto;
import dev.octet.engine.onnx.wire.Wire;
import dev.octet.engine.scheme.Fault;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads graphs and their nodes, subgraphs included. */
final class GraphReader {

    private final TensorReader tensors;
    private final boolean ofRuntime;
    private final AttributeReader attributes;
    private final Map<String, String> words = new HashMap<>();

    /** @param ofRuntime whether the runtime wrote the file, which names constants of bodies twice at times */
    GraphReader(TensorReader tensors, boolean ofRuntime) {
        this.tensors = tensors;
        this.ofRuntime = ofRuntime;
        this.attributes = new AttributeReader(tensors, this);
    }

    AttributeReader attributes() {
        return attributes;
    }

    /** A GraphProto; {@code inFunction} where attributes may refer to those of a function around it. */
    Graph graph(Wire wire, boolean inFunction) {
        String name = "";
        List<Node> nodes = new ArrayList<>();
        List<Value> inputs = new ArrayList<>();
        List<Value> outputs = new ArrayList<>();
        Map<String, Tensor> initializers = new LinkedHashMap<>();
        Map<String, ValueType> types = new LinkedHashMap<>();
        while (wire.next()) {
            switch (wire.field()) {
                case GraphProto.NAME_FIELD_NUMBER -> name = wire.string();
                case GraphProto.NODE_FIELD_NUMBER -> nodes.add(node(wire.message(), inFunction));
                case GraphProto.INPUT_FIELD_NUMBER -> inputs.add(TypeReader.value(wire.message()));
                case GraphProto.OUTPUT_FIELD_NUMBER -> outputs.add(TypeReader.value(wire.message()));
                case GraphProto.INITIALIZER_FIELD_NUMBER -> initializer(wire.message(), initializers);
                case GraphProto.VALUE_INFO_FIELD_NUMBER -> {
                    Value value = TypeReader.value(wire.message());
                    if (!value.type().equals(TypeReader.UNKNOWN)) {
                        types.put(value.name(), value.type());
                    }
                }
                case GraphProto.SPARSE_INITIALIZER_FIELD_NUMBER ->
                    throw wire.fault(
                            Fault.MODEL_UNSUPPORTED, "sparse initializers; store the weights as dense tensors instead");
                default -> {}
            }
        }
        return new Graph(name, inputs, outputs, inOrder(nodes, wire), initializers, types);
    }

    /** The nodes in topological order, in which the format wants them but which not every writer keeps. */
    static List<Node> inOrder(List<Node> nodes, Wire where) {
        try {
            return TopologicalOrder.of(nodes);
        } catch (IllegalArgumentException e) {
            throw where.malformed(String.valueOf(e.getMessage()));
        }
    }

    private void initializer(Wire wire, Map<String, Tensor> initializers) {
        TensorReader.Named named = tensors.read(wire);
        if (named.name().isEmpty()) {
            throw wire.malformed("an initializer has no name");
        }
        if (initializers.put(named.name(), named.tensor()) != null && !ofRuntime) {
            throw wire.malformed("there are two initializers named '" + named.name() + "'");
        }
    }

    /** A NodeProto. */
    Node node(Wire wire, boolean inFunction) {
        String name = "";
        String domain = "";
        String op = "";
        List<String> inputs = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        Map<String, Attribute> found = new LinkedHashMap<>();
        while (wire.next()) {
            switch (wire.field()) {
                case NodeProto.NAME_FIELD_NUMBER -> name = wire.string();
                case NodeProto.DOMAIN_FIELD_NUMBER -> domain = word(wire);
                case NodeProto.OP_TYPE_FIELD_NUMBER -> op = word(wire);
                case NodeProto.INPUT_FIELD_NUMBER -> inputs.add(wire.string());
                case NodeProto.OUTPUT_FIELD_NUMBER -> outputs.add(wire.string());
                case NodeProto.ATTRIBUTE_FIELD_NUMBER -> {
                    Wire attribute = wire.message();
                    AttributeReader.Named named = attributes.read(attribute, inFunction);
                    if (found.put(named.name(), named.attribute()) != null) {
                        throw attribute.malformed("there are two attributes named '" + named.name() + "'");
                    }
                }
                case NodeProto.OVERLOAD_FIELD_NUMBER -> {
                    if (!wire.string().isEmpty()) {
                        throw wire.fault(Fault.MODEL_UNSUPPORTED, "overloaded functions; export without them");
                    }
                }
                default -> {}
            }
        }
        if (op.isEmpty()) {
            throw wire.malformed("a node has no operator");
        }
        return new Node(name, domain, op, inputs, outputs, found);
    }

    /** A text of which a model has few different ones, each kept once. */
    String word(Wire wire) {
        String text = wire.string();
        return words.computeIfAbsent(text, t -> t);
    }
}
