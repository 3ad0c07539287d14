package dev.octet.platform.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Stops PostgreSQL when this process has died without doing so.
 *
 * <p>A shell waits for the end of a pipe that only this process holds open. The system closes it however the process ends,
 * SIGKILL included; then the shell sends the server SIGINT, its "fast shutdown". Where there is no shell the server is left to the
 * next start.
 */
final class Watchdog implements AutoCloseable {
    private static final String SCRIPT = """
        trap '' INT TERM HUP
        while read -r line; do :; done
        pid=$(head -n 1 "$1/postmaster.pid" 2>/dev/null) && kill -INT "$pid\"\
        """;

    private final Process shell;

    private Watchdog(Process shell) {
        this.shell = shell;
    }

    /** Whether this system has what a watchdog needs. */
    static boolean isPossible() {
        return Files.isExecutable(Path.of("/bin/sh"));
    }

    static Watchdog over(Path data) throws IOException {
        Process shell = new ProcessBuilder("/bin/sh", "-c", SCRIPT, "octet-postgres-watchdog", data.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return new Watchdog(shell);
    }

    /** Lets it go; to be called when the server has stopped. */
    @Override
    public void close() {
        shell.destroyForcibly();
    }
}
