package dev.octet.results;

/** Says that what an engine left is not what was agreed, and which file is at fault. */
public final class InvalidOutputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidOutputException(String message) {
        super(message);
    }

    InvalidOutputException(String message, Throwable cause) {
        super(message, cause);
    }
}
