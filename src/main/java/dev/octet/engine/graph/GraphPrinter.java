package dev.octet.engine.graph;

import dev.octet.engine.scheme.ElementType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Prints graphs as stable text for people.
 *
 * <p>The same graph gives the same text on every machine: initializers and nodes in the graph's order, attributes by name,
 * elements of constants only where there are few. Golden files hold it.
 */
public final class GraphPrinter {

    private static final int SHOWN_ELEMENTS = 8;
    private static final String INDENT = "  ";

    private final StringBuilder out = new StringBuilder();

    private GraphPrinter() {}

    /** The text of {@code graph}: a head line, then each initializer and node on its own line. */
    public static String print(Graph graph) {
        GraphPrinter printer = new GraphPrinter();
        printer.graph(graph, "");
        return printer.out.toString();
    }

    private void graph(Graph graph, String indent) {
        out.append(indent)
                .append("graph ")
                .append(name(graph.name()))
                .append(" (")
                .append(values(graph.inputs()))
                .append(") -> (")
                .append(values(graph.outputs()))
                .append(")\n");
        graph.initializers()
                .forEach((name, tensor) -> out.append(indent)
                        .append(INDENT)
                        .append(name(name))
                        .append(" = ")
                        .append(tensor(tensor))
                        .append('\n'));
        graph.nodes().forEach(node -> node(node, indent + INDENT));
    }

    private void node(Node node, String indent) {
        out.append(indent).append(names(node.outputs())).append(" = ");
        if (!node.domain().isEmpty()) {
            out.append(node.domain()).append('.');
        }
        out.append(node.op()).append('(').append(names(node.inputs())).append(')');
        Map<String, Attribute> sorted = new TreeMap<>(node.attributes());
        String attributes = sorted.entrySet().stream()
                .filter(a -> !(a.getValue() instanceof Attribute.OfGraph || a.getValue() instanceof Attribute.OfGraphs))
                .map(a -> a.getKey() + "=" + attribute(a.getValue()))
                .collect(Collectors.joining(", "));
        if (!attributes.isEmpty()) {
            out.append(" {").append(attributes).append('}');
        }
        if (!node.name().isEmpty()) {
            out.append(" # ").append(name(node.name()));
        }
        out.append('\n');
        sorted.forEach((key, value) -> {
            if (value instanceof Attribute.OfGraph(Graph body)) {
                body(key, body, indent + INDENT);
            } else if (value instanceof Attribute.OfGraphs(List<Graph> bodies)) {
                for (int i = 0; i < bodies.size(); i++) {
                    body(key + "[" + i + "]", bodies.get(i), indent + INDENT);
                }
            }
        });
    }

    private void body(String key, Graph body, String indent) {
        out.append(indent).append(key).append(":\n");
        graph(body, indent + INDENT);
    }

    private static String attribute(Attribute attribute) {
        return switch (attribute) {
            case Attribute.OfInt(long value) -> Long.toString(value);
            case Attribute.OfFloat(float value) -> Float.toString(value);
            case Attribute.OfString(Bytes value) -> value.toString();
            case Attribute.OfTensor(Tensor value) -> tensor(value);
            case Attribute.OfInts(List<Long> values) -> list(values);
            case Attribute.OfFloats(List<Float> values) -> list(values);
            case Attribute.OfStrings(List<Bytes> values) -> list(values);
            case Attribute.OfTensors(List<Tensor> values) ->
                list(values.stream().map(GraphPrinter::tensor).toList());
            case Attribute.OfGraph _, Attribute.OfGraphs _ -> "graph";
            case Attribute.Reference(String name, int _) -> "@" + name;
            case Attribute.Opaque(Bytes encoded) -> "opaque " + encoded.size() + " bytes";
        };
    }

    private static String list(List<?> values) {
        return values.stream().map(String::valueOf).collect(Collectors.joining(",", "[", "]"));
    }

    private static String tensor(Tensor tensor) {
        if (tensor.elements() > SHOWN_ELEMENTS) {
            return tensor.toString();
        }
        if (tensor.type() == ElementType.STRING) {
            return tensor + " " + list(tensor.strings());
        }
        return switch (tensor.type()) {
            case FLOAT, DOUBLE, FLOAT16, BFLOAT16 -> tensor + " " + compact(Arrays.toString(tensor.toFloats()));
            case INT64, UINT64, INT32, UINT32, INT16, UINT16, INT8, UINT8, BOOL, INT4, UINT4 ->
                tensor + " " + compact(Arrays.toString(tensor.toLongs()));
            default -> tensor.toString();
        };
    }

    private static String compact(String list) {
        return list.replace(", ", ",");
    }

    private static String values(List<Value> values) {
        return values.stream().map(v -> name(v.name()) + ": " + type(v.type())).collect(Collectors.joining(", "));
    }

    private static String type(ValueType type) {
        return switch (type) {
            case ValueType.TensorType tensor -> tensor.toString();
            case ValueType.OtherType(String text, Bytes _) -> text;
        };
    }

    private static String names(List<String> names) {
        return names.stream().map(GraphPrinter::name).collect(Collectors.joining(", "));
    }

    /** The name as it is where that is plain to read, quoted and escaped else; {@code _} for a missing one. */
    private static String name(String name) {
        if (name.isEmpty()) {
            return "_";
        }
        if (!name.equals("_") && name.chars().allMatch(GraphPrinter::isPlain)) {
            return name;
        }
        StringBuilder quoted = new StringBuilder("'");
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c < ' ' || c == '\'' || c == '\\' || c == 127) {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('\'').toString();
    }

    private static boolean isPlain(int c) {
        return Character.isLetterOrDigit(c) || "._/:-+@$".indexOf(c) >= 0;
    }
}
