package dev.octet.platform.web;

import dev.octet.platform.ProblemException.Entry;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.DeserializationProblemHandler;

/**
 * Collects what is wrong with a body while it is read on, so that a client mends it in one round.
 *
 * <p>Works only where the reader carries a list under {@link #FAULTS}; elsewhere the first fault is thrown as ever. A
 * value of the wrong scalar type, such as {@code "1"} for a number, can't be read past: it is the last fault told.
 */
final class FaultCollector extends DeserializationProblemHandler {
    /** The reader's attribute that holds the list. */
    static final Object FAULTS = FaultCollector.class;

    /** The list, as a type of its own. */
    record Faults(List<Entry> list) {}

    private static boolean collect(DeserializationContext context, JsonParser parser, String message) {
        if (context.getAttribute(FAULTS) instanceof Faults faults) {
            faults.list().add(new Entry(path(parser), message));
            return true;
        }
        return false;
    }

    private static String path(JsonParser parser) {
        StringBuilder path = new StringBuilder();
        append(parser.streamReadContext(), path);
        return path.isEmpty() ? "body" : path.toString();
    }

    private static void append(@Nullable TokenStreamContext context, StringBuilder path) {
        if (context == null || context.inRoot()) {
            return;
        }
        append(context.getParent(), path);
        if (context.inArray() && context.hasCurrentIndex()) {
            path.append('[').append(context.getCurrentIndex()).append(']');
        } else if (context.inObject() && context.hasCurrentName()) {
            path.append(path.isEmpty() ? "" : ".").append(context.currentName());
        }
    }

    @Override
    public boolean handleUnknownProperty(
            DeserializationContext context,
            JsonParser parser,
            ValueDeserializer<?> deserializer,
            Object bean,
            String name) {
        String known = new TreeSet<>(deserializer.getKnownPropertyNames())
                .stream().map(String::valueOf).collect(Collectors.joining(", "));
        boolean collected = collect(context, parser, "is not known; known here are " + known);
        if (collected) {
            parser.skipChildren();
        }
        return collected;
    }

    @Override
    public @Nullable Object handleWeirdStringValue(
            DeserializationContext context, Class<?> type, String value, String message) {
        return collect(context, context.getParser(), "must be " + BodyProblems.wanted(type) + ", not '" + value + "'")
                ? null
                : NOT_HANDLED;
    }

    @Override
    public @Nullable Object handleWeirdNumberValue(
            DeserializationContext context, Class<?> type, Number value, String message) {
        return collect(context, context.getParser(), "must be " + BodyProblems.wanted(type) + ", not " + value)
                ? null
                : NOT_HANDLED;
    }

    @Override
    public @Nullable Object handleUnexpectedToken(
            DeserializationContext context, JavaType type, JsonToken token, JsonParser parser, String message) {
        if (!collect(context, parser, "must be " + BodyProblems.wanted(type.getRawClass()))) {
            return NOT_HANDLED;
        }
        parser.skipChildren();
        return null;
    }

    @Override
    public @Nullable Object handleInstantiationProblem(
            DeserializationContext context, Class<?> type, @Nullable Object argument, Throwable thrown) {
        return collect(
                        context,
                        context.getParser(),
                        "must be " + BodyProblems.wanted(type) + ", not '" + argument + "'")
                ? null
                : NOT_HANDLED;
    }
}
