package dev.octet.engine.torch.lower;

import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Bytes;
import dev.octet.engine.graph.Node;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One node of ONNX in the making. */
public final class Step {

    private final Emitter emitter;
    private final String stem;
    private final String source;
    private final String op;
    private final List<String> inputs;
    private final Map<String, Attribute> attributes = new LinkedHashMap<>();

    /** @param stem what names of its results begin with */
    Step(Emitter emitter, String stem, String source, String op, List<String> inputs) {
        this.emitter = emitter;
        this.stem = stem;
        this.source = source;
        this.op = op;
        this.inputs = inputs;
    }

    public Step with(String attribute, long value) {
        attributes.put(attribute, Attribute.of(value));
        return this;
    }

    public Step with(String attribute, double value) {
        attributes.put(attribute, Attribute.of((float) value));
        return this;
    }

    public Step with(String attribute, String value) {
        attributes.put(attribute, Attribute.of(value));
        return this;
    }

    public Step with(String attribute, List<Long> values) {
        attributes.put(attribute, Attribute.of(values));
        return this;
    }

    public Step withTexts(String attribute, List<String> values) {
        attributes.put(
                attribute,
                new Attribute.OfStrings(values.stream().map(Bytes::utf8).toList()));
        return this;
    }

    /** Adds the node; the name of its one result. */
    public String out() {
        return outs(1).getFirst();
    }

    /** Adds the node; the names of its {@code count} results. */
    public List<String> outs(int count) {
        return outs(Collections.nCopies(count, true));
    }

    /** Adds the node with results by position where {@code wanted}; empty names for the others. */
    public List<String> outs(List<Boolean> wanted) {
        List<String> outputs = new ArrayList<>();
        wanted.forEach(each -> outputs.add(each ? emitter.fresh(stem + "/" + op) : ""));
        emitter.add(new Node("", "", op, trimmed(inputs), outputs, attributes).withDocumentation(source));
        return outputs;
    }

    /** Optional inputs at the end are left away, not left empty. */
    private static List<String> trimmed(List<String> inputs) {
        int count = inputs.size();
        while (count > 0 && inputs.get(count - 1).isEmpty()) {
            count--;
        }
        return inputs.subList(0, count);
    }
}
