package dev.octet.engine.rewrite.inline;

import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Copies nodes to another place: under names of that place, with the attributes given there.
 *
 * <p>What the nodes define, in their bodies too, is called {@code place/name}; what was {@link #bind bound} takes the bound name;
 * everything else is a value from around and keeps its name.
 */
final class Copier {

    private final Names names;
    private final String place;
    private final Map<String, Attribute> given;
    private final @Nullable Copier around;
    private final Map<String, String> renamed = new HashMap<>();

    /**
     * A copier to {@code place}.
     *
     * @param given what attributes that refer to those of a function become; those that refer to others are left out
     */
    Copier(Names names, String place, Map<String, Attribute> given) {
        this(names, place, given, null);
    }

    private Copier(Names names, String place, Map<String, Attribute> given, @Nullable Copier around) {
        this.names = names;
        this.place = place;
        this.given = given;
        this.around = around;
    }

    /** Calls the value {@code name} of the nodes {@code actual}, which may be empty for an input left out. */
    void bind(String name, String actual) {
        renamed.put(name, actual);
    }

    /** The name that the value {@code name} of the nodes has in the copy. */
    String name(String name) {
        for (Copier copier = this; copier != null; copier = copier.around) {
            String found = copier.renamed.get(name);
            if (found != null) {
                return found;
            }
        }
        return name;
    }

    /** The copies of {@code nodes}, in order. */
    List<Node> copy(List<Node> nodes) {
        List<Node> copies = new ArrayList<>();
        for (Node node : nodes) {
            node.outputs().forEach(this::define);
            Map<String, Attribute> attributes = new LinkedHashMap<>();
            node.attributes().forEach((name, attribute) -> {
                Attribute copied = copy(attribute);
                if (copied != null) {
                    attributes.put(name, copied);
                }
            });
            copies.add(new Node(
                    names.node(place + "/" + node.label()),
                    node.domain(),
                    node.op(),
                    node.inputs().stream().map(this::name).toList(),
                    node.outputs().stream().map(this::name).toList(),
                    attributes,
                    node.documentation()));
        }
        return copies;
    }

    /** The initializers of a graph whose nodes are copied, by their new names. */
    Map<String, Tensor> copy(Map<String, Tensor> initializers) {
        Map<String, Tensor> copies = new LinkedHashMap<>();
        initializers.forEach((name, tensor) -> copies.put(define(name), tensor));
        return copies;
    }

    private @Nullable Attribute copy(Attribute attribute) {
        return switch (attribute) {
            case Attribute.Reference(String name, int _) -> given.get(name);
            case Attribute.OfGraph(Graph body) -> new Attribute.OfGraph(body(body));
            case Attribute.OfGraphs(List<Graph> bodies) ->
                new Attribute.OfGraphs(bodies.stream().map(this::body).toList());
            case Attribute.OfInt _,
                    Attribute.OfFloat _,
                    Attribute.OfString _,
                    Attribute.OfTensor _,
                    Attribute.OfInts _,
                    Attribute.OfFloats _,
                    Attribute.OfStrings _,
                    Attribute.OfTensors _,
                    Attribute.Opaque _ -> attribute;
        };
    }

    private Graph body(Graph body) {
        Copier inner = new Copier(names, place, given, this);
        List<Value> inputs = body.inputs().stream()
                .map(input -> new Value(inner.define(input.name()), input.type()))
                .toList();
        Map<String, Tensor> initializers = inner.copy(body.initializers());
        List<Node> nodes = inner.copy(body.nodes());
        List<Value> outputs = body.outputs().stream()
                .map(output -> new Value(inner.name(output.name()), output.type()))
                .toList();
        Map<String, ValueType> types = new LinkedHashMap<>();
        body.types().forEach((name, type) -> types.put(inner.name(name), type));
        return new Graph(body.name(), inputs, outputs, nodes, initializers, types);
    }

    private String define(String name) {
        return name.isEmpty() ? name : renamed.computeIfAbsent(name, _ -> names.value(place + "/" + name));
    }
}
