package dev.octet.platform.database;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs PostgreSQL's programs, also for the root user.
 *
 * <p>PostgreSQL refuses to run as root. There the programs run in a user namespace of their own, in which they are nobody.
 */
final class Programs {
    private final Path home;
    private final Path log;
    private final List<String> prefix;

    /**
     * @param home the folder that holds {@code bin}
     * @param log folder of what the programs print, each in a file of its name
     */
    Programs(Path home, Path log) throws IOException {
        this.home = home;
        this.log = log;
        this.prefix = isRoot() ? List.of("unshare", "-U") : List.of();
    }

    private static boolean isRoot() throws IOException {
        Path self = Path.of("/proc/self");
        return Files.isDirectory(self) && Integer.valueOf(0).equals(Files.getAttribute(self, "unix:uid"));
    }

    /**
     * Runs one program to its end, at most two minutes.
     *
     * @throws IOException if it can't be started, or ends with another code than 0: then with all that it printed
     */
    void run(String program, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.add(home.resolve("bin").resolve(program).toString());
        command.addAll(arguments);
        Path output = log.resolve(program + ".log");
        try {
            // To a file: the server inherits the output, and a pipe would never end.
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            process.getOutputStream().close();
            boolean ended = process.waitFor(Duration.ofMinutes(2).toSeconds(), TimeUnit.SECONDS);
            if (!ended || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException(program + (ended ? " ended with " + process.exitValue() : " does not end") + ": "
                        + Files.readString(output, StandardCharsets.ISO_8859_1).strip() + hint());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + program + " runs", e);
        }
    }

    private String hint() {
        return prefix.isEmpty()
                ? ""
                : " (PostgreSQL does not run as root; run the service as another user,"
                        + " or name a server with --spring.datasource.url=)";
    }
}
