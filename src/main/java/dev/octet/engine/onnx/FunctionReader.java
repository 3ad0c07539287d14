package dev.octet.engine.onnx;

import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Function;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.onnx.proto.FunctionProto;
import dev.octet.engine.onnx.wire.Wire;
import dev.octet.engine.scheme.Fault;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads local functions and checks that calls between them end. */
final class FunctionReader {

    /** Nodes that a model may have once every call is replaced by the body it calls. */
    private static final long INLINED = 2_000_000;

    private final GraphReader graphs;

    FunctionReader(GraphReader graphs) {
        this.graphs = graphs;
    }

    /** A FunctionProto. */
    Function read(Wire wire) {
        String domain = "";
        String name = "";
        List<String> inputs = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        List<String> attributes = new ArrayList<>();
        Map<String, Attribute> defaults = new LinkedHashMap<>();
        List<Node> nodes = new ArrayList<>();
        Map<String, Long> opsets = new LinkedHashMap<>();
        while (wire.next()) {
            switch (wire.field()) {
                case FunctionProto.NAME_FIELD_NUMBER -> name = wire.string();
                case FunctionProto.DOMAIN_FIELD_NUMBER -> domain = wire.string();
                case FunctionProto.INPUT_FIELD_NUMBER -> inputs.add(wire.string());
                case FunctionProto.OUTPUT_FIELD_NUMBER -> outputs.add(wire.string());
                case FunctionProto.ATTRIBUTE_FIELD_NUMBER -> attributes.add(wire.string());
                case FunctionProto.ATTRIBUTE_PROTO_FIELD_NUMBER -> {
                    AttributeReader.Named named = graphs.attributes().read(wire.message(), true);
                    defaults.put(named.name(), named.attribute());
                }
                case FunctionProto.NODE_FIELD_NUMBER -> nodes.add(graphs.node(wire.message(), true));
                case FunctionProto.OPSET_IMPORT_FIELD_NUMBER -> ModelReader.opset(wire.message(), opsets);
                case FunctionProto.OVERLOAD_FIELD_NUMBER -> {
                    if (!wire.string().isEmpty()) {
                        throw wire.fault(Fault.MODEL_UNSUPPORTED, "overloaded functions; export without them");
                    }
                }
                default -> {}
            }
        }
        if (name.isEmpty()) {
            throw wire.malformed("a function has no name");
        }
        return new Function(
                domain, name, inputs, outputs, attributes, defaults, GraphReader.inOrder(nodes, wire), opsets);
    }

    /** Refuses functions that are there twice, that call themselves, or that grow beyond bounds when inlined. */
    static void checkCalls(Graph graph, List<Function> functions, Wire where) {
        Map<String, Function> byKey = new LinkedHashMap<>();
        List<Node> calls = new ArrayList<>();
        for (Function function : functions) {
            String key = key(function.domain(), function.name());
            if (byKey.put(key, function) != null) {
                throw where.malformed("there are two functions named '" + key + "'");
            }
            Set<String> called = new LinkedHashSet<>();
            count(function.nodes(), Map.of(), called);
            calls.add(Node.of(key, "function", List.copyOf(called), List.of(key)));
        }
        Map<String, Long> sizes = new HashMap<>();
        for (Node call : GraphReader.inOrder(calls, where)) {
            Function function = byKey.get(call.name());
            if (function != null) {
                sizes.put(call.name(), count(function.nodes(), sizes, new HashSet<>()));
            }
        }
        if (count(graph.nodes(), sizes, new HashSet<>()) > INLINED) {
            throw where.fault(
                    Fault.MODEL_UNSUPPORTED, "functions that call each other grow beyond " + INLINED + " nodes");
        }
    }

    /** Nodes including those of the functions called, as far as {@code sizes} knows them; adds what is called to {@code called}. */
    private static long count(List<Node> nodes, Map<String, Long> sizes, Set<String> called) {
        long count = 0;
        for (Node node : nodes) {
            String key = key(node.domain(), node.op());
            called.add(key);
            count += sizes.getOrDefault(key, 1L);
            for (Graph body : node.subgraphs()) {
                count += count(body.nodes(), sizes, called);
            }
            count = Math.min(count, INLINED + 1);
        }
        return count;
    }

    private static String key(String domain, String name) {
        return domain + "." + name;
    }
}
