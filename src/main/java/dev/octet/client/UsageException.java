package dev.octet.client;

/** What is wrong with a command line, beyond what its grammar tells. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
