package dev.octet.engine.torch.program;

import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.EngineException.Detail;
import dev.octet.engine.scheme.Fault;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A part of a JSON document that knows where it stands, for faults that say so. */
public final class Json {

    /** Bytes that a document may have. */
    public static final int MOST_BYTES = 96 << 20;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(100)
                            .maxDocumentLength(MOST_BYTES)
                            .maxTokenCount(6_000_000)
                            .maxStringLength(4 << 20)
                            .maxNumberLength(100)
                            .maxNameLength(10_000)
                            .build())
                    .build())
            .build();

    private final JsonNode node;
    private final @Nullable Json around;
    private final String step;

    private Json(JsonNode node, @Nullable Json around, String step) {
        this.node = node;
        this.around = around;
        this.step = step;
    }

    /**
     * The document in {@code content}, called {@code name} in faults.
     *
     * @throws EngineException MODEL_MALFORMED where it is no JSON, or larger or deeper than any model's
     */
    public static Json parse(byte[] content, String name) {
        try {
            JsonNode root = MAPPER.readTree(content);
            return new Json(root == null ? MAPPER.nullNode() : root, null, name);
        } catch (JacksonException e) {
            throw malformed(name, "is not readable as JSON: " + e.getOriginalMessage());
        }
    }

    /** The part in {@code field}, which has to be there. */
    public Json at(String field) {
        return find(field).orElseThrow(() -> malformed("has no '" + field + "'"));
    }

    /** The part in {@code field}; empty where it is left out or null. */
    public Optional<Json> find(String field) {
        if (!node.isObject()) {
            throw malformed("has to be an object");
        }
        JsonNode found = node.get(field);
        return found == null || found.isNull() ? Optional.empty() : Optional.of(new Json(found, this, "." + field));
    }

    /** The parts of a list. */
    public List<Json> items() {
        if (!node.isArray()) {
            throw malformed("has to be a list");
        }
        List<Json> items = new ArrayList<>(node.size());
        for (int i = 0; i < node.size(); i++) {
            items.add(new Json(node.get(i), this, "[" + i + "]"));
        }
        return items;
    }

    /** The fields of an object that are not null. */
    public Map<String, Json> fields() {
        if (!node.isObject()) {
            throw malformed("has to be an object");
        }
        Map<String, Json> fields = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (!field.getValue().isNull()) {
                fields.put(field.getKey(), new Json(field.getValue(), this, "." + field.getKey()));
            }
        }
        return fields;
    }

    /** The one field of a union. */
    public Map.Entry<String, Json> alternative() {
        Map<String, Json> fields = fields();
        if (fields.size() != 1) {
            // {"as_none": null} says nothing, but that is what there is.
            if (node.size() == 1) {
                return Map.entry(node.propertyNames().iterator().next(), new Json(node, this, ""));
            }
            throw malformed("has to have exactly one field, has " + node.size());
        }
        return fields.entrySet().iterator().next();
    }

    public String text() {
        if (!node.isString()) {
            throw malformed("has to be a text");
        }
        return node.stringValue();
    }

    public long integer() {
        if (!node.isIntegralNumber() || !node.canConvertToLong()) {
            throw malformed("has to be a whole number of 64 bits");
        }
        return node.longValue();
    }

    /** A number; those that JSON has no form for are texts: {@code Infinity}, {@code -Infinity}, {@code NaN}. */
    public double number() {
        if (node.isNumber()) {
            return node.doubleValue();
        }
        return switch (node.isString() ? node.stringValue() : "") {
            case "Infinity" -> Double.POSITIVE_INFINITY;
            case "-Infinity" -> Double.NEGATIVE_INFINITY;
            case "NaN" -> Double.NaN;
            default -> throw malformed("has to be a number");
        };
    }

    public boolean flag() {
        if (!node.isBoolean()) {
            throw malformed("has to be true or false");
        }
        return node.booleanValue();
    }

    public boolean isText() {
        return node.isString();
    }

    public boolean isList() {
        return node.isArray();
    }

    /** Where it stands, such as {@code models/model.json.graph_module.graph.nodes[3]}. */
    public String where() {
        StringBuilder where = new StringBuilder();
        for (Json at = this; at != null; at = at.around) {
            where.insert(0, at.step);
        }
        return where.toString();
    }

    /** The refusal of the model for what is wrong here. */
    public EngineException malformed(String what) {
        return malformed(where(), what);
    }

    private static EngineException malformed(String where, String what) {
        return new EngineException(Fault.MODEL_MALFORMED, where + " " + what, List.of(new Detail(where, what)));
    }
}
