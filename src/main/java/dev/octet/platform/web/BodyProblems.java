package dev.octet.platform.web;

import dev.octet.platform.ProblemException;
import dev.octet.platform.ProblemException.Entry;
import dev.octet.platform.ProblemKind;
import dev.octet.platform.ProblemTranslator;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.exc.ValueInstantiationException;

/**
 * Tells what is wrong with a body.
 *
 * <p>JSON that can't be read is 400; JSON that can be read and is not what the operation takes is 422, with the place.
 */
@Component
final class BodyProblems implements ProblemTranslator {
    @Override
    public Optional<ProblemException> translate(Throwable exception) {
        return exception instanceof HttpMessageNotReadableException unreadable
                ? Optional.of(unreadable(unreadable))
                : Optional.empty();
    }

    private static ProblemException unreadable(HttpMessageNotReadableException unreadable) {
        Throwable cause = unreadable.getCause();
        if (cause instanceof InputCoercionException range) {
            return unprocessable(path(range), "is out of range");
        }
        if (cause instanceof DatabindException mismatch) {
            return mismatch(mismatch);
        }
        if (cause instanceof JacksonException syntax) {
            return syntax(syntax);
        }
        if (cause instanceof IOException broken) {
            return malformed("TRUNCATED_BODY", "the body broke off: " + broken.getMessage());
        }
        return malformed("EMPTY_BODY", "the request needs a body");
    }

    private static ProblemException malformed(String code, String message) {
        return new ProblemException(ProblemKind.MALFORMED, code, message, List.of());
    }

    private static String place(JacksonException syntax) {
        return syntax.getLocation() == null
                ? ""
                : " (line " + syntax.getLocation().getLineNr() + ", column "
                        + syntax.getLocation().getColumnNr() + ")";
    }

    private static ProblemException syntax(JacksonException syntax) {
        return malformed("MALFORMED_JSON", "the body is not JSON: " + syntax.getOriginalMessage() + place(syntax));
    }

    /** What the reader found to be no JSON, or JSON that is not what is wanted. */
    static ProblemException mismatch(DatabindException mismatch) {
        if (isTrailing(mismatch)) {
            return syntax(mismatch);
        }
        String message = switch (mismatch) {
            case UnrecognizedPropertyException unknown -> "is not known; known here are " + known(unknown);
            case InvalidFormatException format ->
                "must be " + wanted(format.getTargetType()) + ", not '" + format.getValue() + "'";
            case MismatchedInputException type -> "must be " + wanted(type.getTargetType());
            case ValueInstantiationException value ->
                "must be " + wanted(value.getType().getRawClass());
            default -> mismatch.getOriginalMessage();
        };
        return unprocessable(path(mismatch), message);
    }

    /** Something follows the JSON: told as a mismatch by the reader, and as a malformed body by us. */
    private static boolean isTrailing(DatabindException mismatch) {
        return mismatch.getPath().isEmpty()
                && String.valueOf(mismatch.getOriginalMessage()).startsWith("Trailing token");
    }

    private static ProblemException unprocessable(String path, String message) {
        String shown = path.isEmpty() ? "body" : path;
        return ProblemException.unprocessable(
                "INVALID_BODY", shown + " " + message, List.of(new Entry(shown, message)));
    }

    private static String known(UnrecognizedPropertyException unknown) {
        return new TreeSet<>(unknown.getKnownPropertyIds())
                .stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    /** What a member of this Java type is in words. */
    static String wanted(Class<?> type) {
        if (type.isEnum()) {
            return "one of "
                    + Arrays.stream(type.getEnumConstants())
                            .map(String::valueOf)
                            .collect(Collectors.joining(", "));
        }
        return switch (type.getSimpleName()) {
            case "Integer", "Long", "int", "long" -> "a whole number";
            case "Double", "double", "BigDecimal" -> "a number";
            case "Boolean", "boolean" -> "true or false";
            case "String" -> "a text";
            case "UUID" -> "a UUID";
            case "List", "ArrayList", "Set" -> "an array";
            default -> "an object";
        };
    }

    /** The dotted path of the place, such as {@code measure.batchSizes[0]}. */
    static String path(JacksonException exception) {
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference step : exception.getPath()) {
            if (step.getPropertyName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
            }
        }
        return path.toString();
    }
}
