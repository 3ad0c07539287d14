package dev.octet.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The client as a process of its own, as a shell or a pipeline calls it.
 *
 * @param folder where it remembers things, and its output goes
 * @param server the server to use; empty to leave that to the command
 */
record Cli(Path folder, String server) {
    /** What came of a call. */
    record Result(int exit, String out, String err) {}

    Path settings() {
        return folder.resolve("config");
    }

    /** A call that is under way. */
    record Call(Process process, Path out, Path err) {
        /** Waits for the end. */
        Result await() throws Exception {
            if (!process.waitFor(2, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IllegalStateException("the client does not end: " + Files.readString(err));
            }
            return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
        }
    }

    /** Calls it and waits for its end. */
    Result run(String... words) throws Exception {
        return start("", words).await();
    }

    /** Calls it with something to read. */
    Result runReading(String input, String... words) throws Exception {
        return start(input, words).await();
    }

    Call start(String input, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.octet.Octet"));
        command.addAll(List.of(words));
        Path out = Files.createTempFile(folder, "out", "");
        Path err = Files.createTempFile(folder, "err", "");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("OCTET_CONFIG", settings().toString());
        builder.environment().remove("OCTET_TOKEN");
        builder.environment().remove("OCTET_SERVER");
        if (!server.isEmpty()) {
            builder.environment().put("OCTET_SERVER", server);
        }
        Process process = builder.start();
        process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        return new Call(process, out, err);
    }
}
