package dev.octet.platform.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server process of one data directory, found by its {@code postmaster.pid}.
 *
 * <p>The file's first line is the process, the second the data directory
 * (<a href="https://www.postgresql.org/docs/18/storage-file-layout.html">storage file layout</a>).
 */
final class Postmaster {
    private static final Logger LOG = LoggerFactory.getLogger(Postmaster.class);

    private Postmaster() {}

    /** The living server of the data directory; empty if there is none, or the file is left over from one that died. */
    static Optional<ProcessHandle> of(Path data) throws IOException {
        try {
            List<String> lines = Files.readAllLines(data.resolve("postmaster.pid"));
            boolean ours = lines.size() > 1 && sameFolder(Path.of(lines.get(1)), data);
            return ours
                    ? ProcessHandle.of(Long.parseLong(lines.getFirst().strip())).filter(Postmaster::isPostgres)
                    : Optional.empty();
        } catch (NoSuchFileException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static boolean sameFolder(Path a, Path b) throws IOException {
        return Files.exists(a) && Files.isSameFile(a, b);
    }

    private static boolean isPostgres(ProcessHandle process) {
        String command = process.info().command().orElse("");
        return process.isAlive() && Path.of(command).getFileName().toString().startsWith("postgres");
    }

    /**
     * Makes the data directory free: ends a server that its service left behind, deletes a file that a power cut left.
     *
     * @param stop ends the server in order, as {@code pg_ctl stop} does
     */
    static void clear(Path data, IoRunnable stop) throws IOException {
        Optional<ProcessHandle> left = of(data);
        if (left.isPresent()) {
            LOG.warn(
                    "stopping PostgreSQL process {} that an earlier run left behind",
                    left.get().pid());
            stop(data, stop);
        } else if (Files.deleteIfExists(data.resolve("postmaster.pid"))) {
            LOG.warn("an earlier run was cut off; PostgreSQL recovers from its log");
        }
    }

    /** Ends the server of the data directory, if there is one, and returns when the process is gone. */
    static void stop(Path data, IoRunnable stop) throws IOException {
        Optional<ProcessHandle> running = of(data);
        if (running.isPresent()) {
            stop.run();
            await(running.get(), Duration.ofSeconds(60));
        }
    }

    private static void await(ProcessHandle process, Duration atMost) throws IOException {
        try {
            process.onExit().get(atMost.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IOException("PostgreSQL process " + process.pid() + " does not end", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while PostgreSQL ends", e);
        } catch (ExecutionException e) {
            throw new IOException(e);
        }
    }

    /** Something to do that may fail on files or processes. */
    @FunctionalInterface
    interface IoRunnable {
        void run() throws IOException;
    }
}
