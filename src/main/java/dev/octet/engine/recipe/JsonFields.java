package dev.octet.engine.recipe;

import dev.octet.engine.scheme.EngineException.Detail;
import dev.octet.engine.scheme.ObserverKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One JSON object read field by field, with all its faults collected instead of thrown. */
final class JsonFields {

    private final JsonNode object;
    private final String path;
    private final List<Detail> faults;
    private final Set<String> known = new LinkedHashSet<>();

    JsonFields(JsonNode object, String path, List<Detail> faults) {
        this.object = object;
        this.path = path;
        this.faults = faults;
        if (!object.isObject()) {
            fault("", "has to be an object");
        }
    }

    /** The object in {@code field}; null where it is left out. */
    @Nullable
    JsonFields object(String field) {
        JsonNode node = get(field);
        return node == null ? null : new JsonFields(node, path(field) + ".", faults);
    }

    @Nullable
    String text(String field) {
        return read(field, node -> node.isString() ? node.stringValue() : null, "a text");
    }

    /** The text in {@code field}; empty, with a fault, where it is left out. */
    String requiredText(String field) {
        String text = text(field);
        if (text == null) {
            if (!has(field)) {
                fault(field, "is required");
            }
            return "";
        }
        return text;
    }

    boolean flag(String field, boolean otherwise) {
        Boolean flag = flag(field);
        return flag == null ? otherwise : flag;
    }

    @Nullable
    Boolean flag(String field) {
        return read(field, node -> node.isBoolean() ? node.booleanValue() : null, "true or false");
    }

    double number(String field, double otherwise, double min, double max) {
        Double value = read(
                field,
                node -> node.isNumber() && node.doubleValue() >= min && node.doubleValue() <= max
                        ? node.doubleValue()
                        : null,
                "a number from " + min + " to " + max);
        return value == null ? otherwise : value;
    }

    @Nullable
    Long integer(String field, long min, long max) {
        return read(field, node -> integer(node, min, max), "a whole number from " + min + " to " + max);
    }

    @Nullable
    Integer smallInteger(String field, int min, int max) {
        Long value = integer(field, min, max);
        return value == null ? null : Math.toIntExact(value);
    }

    List<Integer> integers(String field, List<Integer> otherwise, int min, int max) {
        List<Integer> values = list(
                field,
                node -> {
                    Long value = integer(node, min, max);
                    return value == null ? null : Math.toIntExact(value);
                },
                "whole numbers from " + min + " to " + max);
        return values == null || values.isEmpty() ? otherwise : values;
    }

    List<Double> numbers(String field) {
        List<Double> values = list(field, node -> node.isNumber() ? node.doubleValue() : null, "numbers");
        return values == null ? List.of() : values;
    }

    Set<String> texts(String field) {
        List<String> values = list(field, node -> node.isString() ? node.stringValue() : null, "texts");
        return values == null ? Set.of() : new LinkedHashSet<>(values);
    }

    <E extends Enum<E>> @Nullable E choice(String field, Class<E> type) {
        E[] all = type.getEnumConstants();
        return read(
                field,
                node -> Arrays.stream(all)
                        .filter(e -> node.isString() && e.name().equals(node.stringValue()))
                        .findFirst()
                        .orElse(null),
                "one of " + Arrays.toString(all));
    }

    /** The observer in {@code field}, by its own name or one that other tools give it. */
    ObserverKind.@Nullable Named observer(String field) {
        return read(
                field,
                node -> node.isString() ? ObserverKind.named(node.stringValue()).orElse(null) : null,
                "one of " + Arrays.toString(ObserverKind.values()) + ", or a name that PyTorch gives to one of them");
    }

    <E extends Enum<E>> Set<E> choices(String field, Class<E> type, Set<E> otherwise) {
        E[] all = type.getEnumConstants();
        List<E> values = list(
                field,
                node -> Arrays.stream(all)
                        .filter(e -> node.isString() && e.name().equals(node.stringValue()))
                        .findFirst()
                        .orElse(null),
                "some of " + Arrays.toString(all));
        return values == null ? otherwise : new LinkedHashSet<>(values);
    }

    /** Takes {@code fields} as known without reading them: they concern others. */
    void ignore(String... fields) {
        known.addAll(List.of(fields));
    }

    /** Adds a fault for each field that nobody asked for. */
    void refuseUnknown() {
        object.propertyNames().stream()
                .filter(field -> !known.contains(field))
                .forEach(field -> fault(field, "is not known here; known are " + known));
    }

    void fault(String field, String message) {
        faults.add(new Detail(path(field), message));
    }

    private boolean has(String field) {
        return get(field) != null;
    }

    private String path(String field) {
        return field.isEmpty() && path.endsWith(".") ? path.substring(0, path.length() - 1) : path + field;
    }

    private static @Nullable Long integer(JsonNode node, long min, long max) {
        return node.isIntegralNumber() && node.canConvertToLong() && node.longValue() >= min && node.longValue() <= max
                ? node.longValue()
                : null;
    }

    private <T> @Nullable List<T> list(String field, Function<JsonNode, @Nullable T> element, String wanted) {
        return read(
                field,
                node -> {
                    List<T> values = new ArrayList<>();
                    for (JsonNode child : node) {
                        T value = element.apply(child);
                        if (value == null) {
                            return null;
                        }
                        values.add(value);
                    }
                    return node.isArray() ? values : null;
                },
                "a list of " + wanted);
    }

    private <T> @Nullable T read(String field, Function<JsonNode, @Nullable T> reader, String wanted) {
        JsonNode node = get(field);
        if (node == null) {
            return null;
        }
        T value = reader.apply(node);
        if (value == null) {
            fault(field, "has to be " + wanted);
        }
        return value;
    }

    private @Nullable JsonNode get(String field) {
        known.add(field);
        JsonNode node = object.isObject() ? object.get(field) : null;
        return node == null || node.isNull() ? null : node;
    }
}
