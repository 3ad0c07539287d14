package dev.octet.engine.data.text;

import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Rows of JSON Lines: {@code {"text": "…", "text_pair": "…", "label": 1}}, further fields ignored.
 *
 * <p>{@code label} or {@code labels} is a number, or an array of numbers. Blank lines are passed over. Format: jsonlines.org.
 */
final class JsonRows implements Rows {

    private static final int DEEPEST = 16;
    private static final int LONGEST_NUMBER = 400;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(LONGEST_ROW)
                            .maxNestingDepth(DEEPEST)
                            .maxNumberLength(LONGEST_NUMBER)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Characters characters;

    JsonRows(TextFile file) {
        this.characters = new Characters(file);
    }

    @Override
    public @Nullable TextRow next() {
        while (true) {
            long number = characters.line();
            String line = characters.nextLine(LONGEST_ROW);
            if (line == null) {
                return null;
            }
            if (!line.isBlank()) {
                return row(number, line);
            }
        }
    }

    private TextRow row(long number, String line) {
        JsonNode row;
        try {
            row = JSON.readTree(line);
        } catch (JacksonException e) {
            throw characters.malformed(number, "is no JSON: " + e.getOriginalMessage());
        }
        if (!row.isObject()) {
            throw characters.malformed(number, "is no JSON object");
        }
        String text = text(number, row, "text");
        if (text == null) {
            throw characters.malformed(number, "has no field text");
        }
        JsonNode label = row.has("label") ? row.get("label") : row.get("labels");
        return new TextRow(text, text(number, row, "text_pair"), label == null ? List.of() : labels(number, label));
    }

    private @Nullable String text(long number, JsonNode row, String field) {
        JsonNode value = row.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isString() || value.stringValue().isBlank()) {
            throw characters.malformed(
                    number, "has a " + field + " that is " + (value.isString() ? "empty" : "no text"));
        }
        return value.stringValue();
    }

    private List<Double> labels(long number, JsonNode label) {
        if (label.isNull()) {
            return List.of();
        }
        List<JsonNode> values = new ArrayList<>();
        if (label.isArray()) {
            label.values().forEach(values::add);
        } else {
            values.add(label);
        }
        if (values.isEmpty() || values.size() > MOST_LABELS) {
            throw characters.malformed(number, "has " + values.size() + " labels; 1 to " + MOST_LABELS + " are read");
        }
        return values.stream().map(value -> label(number, value)).toList();
    }

    private double label(long number, JsonNode value) {
        if (!value.isNumber()) {
            throw characters.malformed(number, "has a label that is no number");
        }
        double label = value.doubleValue();
        if (!Double.isFinite(label)) {
            throw new EngineException(Fault.DATASET_NOT_FINITE, "line " + number + " has a label beyond all numbers");
        }
        return label;
    }

    @Override
    public void close() {
        characters.close();
    }
}
