package dev.octet.platform;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Why a request was not served: the one exception that features throw. */
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * One of possibly several faults in a request.
     *
     * @param path where: a dotted path into the body such as {@code measure.batchSizes[0]}, or a parameter or header
     * @param message what is wrong with it and what is allowed
     */
    public record Entry(String path, String message) {}

    private final ProblemKind kind;
    private final String code;
    private final transient List<Entry> errors;
    private final transient Map<String, String> headers;

    /**
     * @param kind which of the closed list
     * @param code the kind of problem for programs, in capitals with underscores
     * @param message what happened, where, and what to do
     * @param errors every fault found in the request; empty where none can be pointed at
     */
    public ProblemException(ProblemKind kind, String code, String message, List<Entry> errors) {
        this(kind, code, message, errors, Map.of(), null);
    }

    private ProblemException(
            ProblemKind kind,
            String code,
            String message,
            List<Entry> errors,
            Map<String, String> headers,
            @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.code = code;
        this.errors = List.copyOf(errors);
        this.headers = Map.copyOf(headers);
    }

    /** A parameter or header {@code path} that is malformed; {@code message} says how. */
    public static ProblemException malformed(String code, String path, String message) {
        return new ProblemException(
                ProblemKind.MALFORMED, code, path + " " + message, List.of(new Entry(path, message)));
    }

    /** No resource of that name; the code ends in NOT_FOUND by habit. */
    public static ProblemException notFound(String code, String message) {
        return new ProblemException(ProblemKind.NOT_FOUND, code, message, List.of());
    }

    /** The state of things forbids it. */
    public static ProblemException conflict(String code, String message) {
        return new ProblemException(ProblemKind.CONFLICT, code, message, List.of());
    }

    /** Well-formed and impossible, with every reason found. */
    public static ProblemException unprocessable(String code, String message, List<Entry> errors) {
        return new ProblemException(ProblemKind.UNPROCESSABLE, code, message, errors);
    }

    /** More bytes than allowed. */
    public static ProblemException tooLarge(long limitBytes) {
        return new ProblemException(
                ProblemKind.TOO_LARGE,
                "CONTENT_TOO_LARGE",
                "the body is larger than the " + limitBytes + " bytes that this service takes",
                List.of());
    }

    /** Something that the service needs is away for now. */
    public static ProblemException unavailable(String code, String message) {
        return new ProblemException(ProblemKind.UNAVAILABLE, code, message, List.of());
    }

    /** No room left on the disk. */
    public static ProblemException diskFull(String message) {
        return new ProblemException(ProblemKind.DISK_FULL, "DISK_FULL", message, List.of());
    }

    /** The same problem, with what led to it for the log. */
    public ProblemException causedBy(@Nullable Throwable cause) {
        return new ProblemException(kind, code, getMessage(), errors, headers, cause);
    }

    /** The same problem, answered with a further header. */
    public ProblemException withHeader(String name, String value) {
        Map<String, String> more = new TreeMap<>(headers);
        more.put(name, value);
        return new ProblemException(kind, code, getMessage(), errors, more, getCause());
    }

    public ProblemKind kind() {
        return kind;
    }

    public String code() {
        return code;
    }

    public List<Entry> errors() {
        return errors;
    }

    /** Headers that belong to the answer beside those of its kind. */
    public Map<String, String> headers() {
        return headers;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
