package dev.octet.platform;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The closed list of ways in which a request fails. */
public enum ProblemKind {
    /** A parameter, a header or the JSON itself is malformed. */
    MALFORMED(400, "Bad Request"),
    /** There is no such resource. */
    NOT_FOUND(404, "Not Found"),
    /** The resource does not have this method. */
    METHOD_NOT_ALLOWED(405, "Method Not Allowed"),
    /** The resource has none of the media types asked for. */
    NOT_ACCEPTABLE(406, "Not Acceptable"),
    /** The resource's state does not allow it. */
    CONFLICT(409, "Conflict"),
    /** The same request is being served at this moment. */
    IN_PROGRESS(409, "Conflict", Duration.ofSeconds(1)),
    /** The resource has changed since the client saw it. */
    PRECONDITION_FAILED(412, "Precondition Failed"),
    /** The body is larger than this service takes. */
    TOO_LARGE(413, "Content Too Large"),
    /** The body's media type is none that the operation takes. */
    UNSUPPORTED_MEDIA_TYPE(415, "Unsupported Media Type"),
    /** No range asked for lies within the file. */
    RANGE_NOT_SATISFIABLE(416, "Range Not Satisfiable"),
    /** The body is well-formed and cannot be served. */
    UNPROCESSABLE(422, "Unprocessable Content"),
    /** Another request has the resource in hand. */
    LOCKED(423, "Locked", Duration.ofSeconds(1)),
    /** Too many requests, or too much waiting already. */
    TOO_MANY_REQUESTS(429, "Too Many Requests", Duration.ofSeconds(5)),
    /** The bytes that arrived are not those that were sent; the status is the tus protocol's. */
    CHECKSUM_MISMATCH(460, "Checksum Mismatch", Duration.ZERO),
    /** A defect of the service. */
    INTERNAL(500, "Internal Server Error"),
    /** The database, the storage or the process is away for now. */
    UNAVAILABLE(503, "Service Unavailable", Duration.ofSeconds(5)),
    /** There is no room left on the disk. */
    DISK_FULL(507, "Insufficient Storage", Duration.ofMinutes(1));

    private final int status;
    private final String title;
    private final @Nullable Duration retryAfter;

    ProblemKind(int status, String title) {
        this(status, title, null);
    }

    ProblemKind(int status, String title, @Nullable Duration retryAfter) {
        this.status = status;
        this.title = title;
        this.retryAfter = retryAfter;
    }

    /** The HTTP status, 400 to 599. */
    public int status() {
        return status;
    }

    /** The kind in a few words. */
    public String title() {
        return title;
    }

    /** When the same request may succeed; empty where it never will. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** Whether the caller is at fault rather than the service. */
    public boolean isUsers() {
        return status < 500;
    }

    /** The first kind with this HTTP status. */
    public static Optional<ProblemKind> ofStatus(int status) {
        return Arrays.stream(values()).filter(kind -> kind.status == status).findFirst();
    }
}
