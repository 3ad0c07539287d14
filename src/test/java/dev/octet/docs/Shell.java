package dev.octet.docs;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs what a page tells a reader to run, against a service under test.
 *
 * @param folder where it runs; what it writes stays there
 * @param service takes the place of {@code http://localhost:8080}
 */
record Shell(Path folder, URI service) {
    /** How long one page, or one program, may take. */
    private static final long MOST_SECONDS = 600;

    /** What a program printed, and how it ended. */
    record Ended(int code, String output) {}

    /** The text as it has to be for the service under test. */
    String here(String code) {
        return code.replace("http://localhost:8080", service.toString());
    }

    Ended run(List<String> command, Map<String, String> environment) {
        try {
            Path output = Files.createTempFile(folder, "output", ".txt");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            process.getOutputStream().close();
            if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
                return new Ended(-1, Files.readString(output) + "\n… and did not end in " + MOST_SECONDS + " s");
            }
            return new Ended(process.exitValue(), Files.readString(output));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    Ended run(String... command) {
        return run(List.of(command), Map.of());
    }

    /** Whether there is such a program. */
    static boolean has(String program) {
        for (String folder : System.getenv("PATH").split(File.pathSeparator, -1)) {
            if (Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }
}
