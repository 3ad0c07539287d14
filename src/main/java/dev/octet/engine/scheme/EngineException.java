package dev.octet.engine.scheme;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Why the engine gave up, and where: the one exception that leaves it. */
public final class EngineException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * One of possibly several things found wrong.
     *
     * @param path where: a field, an input, a node, a file and position
     * @param message what is wrong and what to do about it
     */
    public record Detail(String path, String message) implements java.io.Serializable {}

    private final Fault fault;
    private final transient List<Detail> details;

    public EngineException(Fault fault, String message) {
        this(fault, message, List.of(), null);
    }

    public EngineException(Fault fault, String message, Throwable cause) {
        this(fault, message, List.of(), cause);
    }

    public EngineException(Fault fault, String message, List<Detail> details) {
        this(fault, message, details, null);
    }

    public EngineException(Fault fault, String message, List<Detail> details, @Nullable Throwable cause) {
        super(message, cause);
        this.fault = fault;
        this.details = List.copyOf(details);
    }

    /** A failure to read or write as DISK_FULL, where the system says that the disk or a quota is, or else as IO. */
    public static EngineException ofIo(String what, IOException cause) {
        String reason = String.valueOf(cause.getMessage());
        String lower = reason.toLowerCase(Locale.ROOT);
        boolean full = lower.contains("no space left") || lower.contains("quota exceeded");
        return new EngineException(full ? Fault.DISK_FULL : Fault.IO, what + ": " + reason, cause);
    }

    public Fault fault() {
        return fault;
    }

    /** Each thing found wrong, with its place; empty where the message says it all. */
    public List<Detail> details() {
        return details;
    }
}
