package dev.octet.client;

import dev.octet.client.server.ServerException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Tells what went wrong in one or a few lines, and as an exit code. */
final class Failures implements IExecutionExceptionHandler {
    @Override
    public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
        return switch (e) {
            case ServerException refused -> told(refused);
            case UsageException usage -> say(String.valueOf(usage.getMessage()), ExitCode.USAGE);
            case UncheckedIOException io
            when io.getCause() instanceof NoSuchFileException missing ->
                say("there is no file " + missing.getFile(), ExitCode.INPUT_OUTPUT);
            case UncheckedIOException io -> say(String.valueOf(io.getCause()), ExitCode.INPUT_OUTPUT);
            case JacksonException odd ->
                say("the server's answer is not to be understood: " + odd.getOriginalMessage(), ExitCode.UNREACHABLE);
            default -> {
                e.printStackTrace();
                yield ExitCode.DEFECT.number();
            }
        };
    }

    private static int told(ServerException e) {
        int code = say(String.valueOf(e.getMessage()), code(e));
        if (e.problem() != null) {
            for (JsonNode error : e.problem().path("errors")) {
                System.err.println("  " + error.path("path").asString("") + ": "
                        + error.path("message").asString(""));
            }
        }
        return code;
    }

    private static ExitCode code(ServerException e) {
        if (e.isServers()) {
            return ExitCode.UNREACHABLE;
        }
        return e.status() == 401 || e.status() == 403 ? ExitCode.NOT_ALLOWED : ExitCode.REFUSED;
    }

    private static int say(String message, ExitCode code) {
        System.err.println("octet: " + message);
        return code.number();
    }
}
