package dev.octet.engine.graph;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * One operation of a graph.
 *
 * @param name for people; may be empty and need not be unique
 * @param domain operator set, empty for ONNX's own
 * @param op operator, such as {@code Conv}
 * @param inputs names of values by position, empty where an optional one is left out
 * @param outputs names of values by position, empty where an optional one is left out
 * @param attributes by name, in the file's order
 * @param documentation where it comes from, for people, such as {@code net.py:31}; empty where nothing is known
 */
public record Node(
        String name,
        String domain,
        String op,
        List<String> inputs,
        List<String> outputs,
        Map<String, Attribute> attributes,
        String documentation) {

    public Node {
        domain = domain.equals("ai.onnx") ? "" : domain;
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    }

    public Node(
            String name,
            String domain,
            String op,
            List<String> inputs,
            List<String> outputs,
            Map<String, Attribute> attributes) {
        this(name, domain, op, inputs, outputs, attributes, "");
    }

    /** A node of ONNX's own domain without attributes. */
    public static Node of(String name, String op, List<String> inputs, List<String> outputs) {
        return new Node(name, "", op, inputs, outputs, Map.of());
    }

    /** What identifies the node in its graph: the name of its first output that has one. */
    public String id() {
        return outputs.stream().filter(o -> !o.isEmpty()).findFirst().orElse("");
    }

    /** The node's name, or its {@link #id()} where it has none. */
    public String label() {
        return name.isEmpty() ? id() : name;
    }

    /** Whether it is ONNX's own operator {@code op}. */
    public boolean is(String operator) {
        return domain.isEmpty() && op.equals(operator);
    }

    /** The name at input {@code i}, empty where there is none. */
    public String input(int i) {
        return i < inputs.size() ? inputs.get(i) : "";
    }

    /** The name at output {@code i}, empty where there is none. */
    public String output(int i) {
        return i < outputs.size() ? outputs.get(i) : "";
    }

    public boolean hasInput(int i) {
        return !input(i).isEmpty();
    }

    public long intAttribute(String attribute, long otherwise) {
        return attributes.get(attribute) instanceof Attribute.OfInt(long value) ? value : otherwise;
    }

    public float floatAttribute(String attribute, float otherwise) {
        return attributes.get(attribute) instanceof Attribute.OfFloat(float value) ? value : otherwise;
    }

    public String stringAttribute(String attribute, String otherwise) {
        return attributes.get(attribute) instanceof Attribute.OfString(Bytes value) ? value.text() : otherwise;
    }

    public List<Long> intsAttribute(String attribute, List<Long> otherwise) {
        return attributes.get(attribute) instanceof Attribute.OfInts(List<Long> values) ? values : otherwise;
    }

    /** The graphs among the attributes: bodies of If, Loop, Scan. */
    public List<Graph> subgraphs() {
        return attributes.values().stream()
                .<Graph>mapMulti((attribute, sink) -> {
                    if (attribute instanceof Attribute.OfGraph(Graph graph)) {
                        sink.accept(graph);
                    } else if (attribute instanceof Attribute.OfGraphs(List<Graph> graphs)) {
                        graphs.forEach(sink);
                    }
                })
                .toList();
    }

    /** The node with each of its bodies replaced by what {@code rewrite} makes of it; the same node where none changes. */
    public Node mapSubgraphs(UnaryOperator<Graph> rewrite) {
        Map<String, Attribute> changed = new LinkedHashMap<>(attributes);
        changed.replaceAll((_, attribute) -> switch (attribute) {
            case Attribute.OfGraph(Graph body) -> new Attribute.OfGraph(rewrite.apply(body));
            case Attribute.OfGraphs(List<Graph> bodies) ->
                new Attribute.OfGraphs(bodies.stream().map(rewrite).toList());
            default -> attribute;
        });
        return changed.equals(attributes) ? this : new Node(name, domain, op, inputs, outputs, changed, documentation);
    }

    public Node withInputs(List<String> newInputs) {
        return new Node(name, domain, op, newInputs, outputs, attributes, documentation);
    }

    public Node withOutputs(List<String> newOutputs) {
        return new Node(name, domain, op, inputs, newOutputs, attributes, documentation);
    }

    public Node withName(String newName) {
        return new Node(newName, domain, op, inputs, outputs, attributes, documentation);
    }

    public Node withOp(String newOp) {
        return new Node(name, domain, newOp, inputs, outputs, attributes, documentation);
    }

    public Node withDocumentation(String newDocumentation) {
        return new Node(name, domain, op, inputs, outputs, attributes, newDocumentation);
    }

    public Node withAttribute(String attribute, Attribute value) {
        Map<String, Attribute> changed = new LinkedHashMap<>(attributes);
        changed.put(attribute, value);
        return new Node(name, domain, op, inputs, outputs, changed, documentation);
    }

    public Node withoutAttribute(String attribute) {
        Map<String, Attribute> changed = new LinkedHashMap<>(attributes);
        changed.remove(attribute);
        return new Node(name, domain, op, inputs, outputs, changed, documentation);
    }
}
