package dev.octet.engine;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The engine as a process of its own, started as the worker starts it. */
record EngineProcess(Process process, Path stdout, Path stderr) implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 180;

    static EngineProcess start(Path folder, String... arguments) throws IOException {
        return start(folder, List.of(), arguments);
    }

    static EngineProcess start(Path folder, List<String> jvm, String... arguments) throws IOException {
        return start(folder, jvm, System.getProperty("java.class.path"), arguments);
    }

    /** One whose class path lacks the native files of the libraries whose jars are named {@code library}. */
    static EngineProcess without(String library, Path folder, String... arguments) throws IOException {
        String classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> {
                    String name = Path.of(entry).getFileName().toString();
                    return !name.startsWith(library) || !name.matches(".*-(linux|macosx|windows)-.*");
                })
                .collect(Collectors.joining(File.pathSeparator));
        return start(folder, List.of(), classPath, arguments);
    }

    private static EngineProcess start(Path folder, List<String> jvm, String classPath, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError"));
        command.addAll(jvm);
        command.addAll(List.of("-cp", classPath, EngineCommand.class.getName()));
        command.addAll(List.of(arguments));
        Path stdout = Files.createTempFile(folder, "stdout", ".txt");
        Path stderr = Files.createTempFile(folder, "stderr", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectOutput(stdout.toFile())
                .redirectError(stderr.toFile())
                .start();
        return new EngineProcess(process, stdout, stderr);
    }

    OutputStream stdin() {
        return process.getOutputStream();
    }

    int exitCode() throws IOException, InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("the engine did not end:\n" + Files.readString(stdout));
        }
        return process.exitValue();
    }

    String output() throws IOException {
        return Files.readString(stdout);
    }

    String errors() throws IOException {
        return Files.readString(stderr);
    }

    /** Every line of standard output as JSON: fails where one is anything else. */
    List<JsonNode> lines() throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(stdout)) {
            lines.add(JsonMapper.shared().readTree(line));
        }
        return lines;
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        process.getOutputStream().close();
    }
}
