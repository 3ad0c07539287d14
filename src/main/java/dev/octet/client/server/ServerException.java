package dev.octet.client.server;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Why a server did not do what it was asked. */
public final class ServerException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int UNREACHABLE = 0;

    private final int status;
    private final transient @Nullable JsonNode problem;

    private ServerException(int status, String message, @Nullable JsonNode problem, @Nullable Throwable cause) {
        super(message, cause);
        this.status = status;
        this.problem = problem;
    }

    /** The server answered with an error; {@code problem} is its JSON where it sent one. */
    static ServerException refused(int status, String what, @Nullable JsonNode problem) {
        String detail = problem == null ? "" : problem.path("detail").asString("");
        String code = problem == null ? "" : problem.path("code").asString("");
        String message = detail.isEmpty()
                ? what + " was answered with " + status
                : detail + " (" + status + (code.isEmpty() ? "" : " " + code) + ")";
        return new ServerException(status, message, problem, null);
    }

    /** There was no answer. */
    static ServerException unreachable(String server, @Nullable Throwable cause) {
        String reason = cause == null || cause.getMessage() == null ? "" : ": " + cause.getMessage();
        return new ServerException(UNREACHABLE, server + " does not answer" + reason, null, cause);
    }

    /** The HTTP status, 0 where there was no answer. */
    public int status() {
        return status;
    }

    /** Whether the server, or the way to it, is to blame rather than the request. */
    public boolean isServers() {
        return status == UNREACHABLE || status >= 500;
    }

    /** The problem as the server told it (RFC 9457); null where it told none. */
    public @Nullable JsonNode problem() {
        return problem;
    }
}
