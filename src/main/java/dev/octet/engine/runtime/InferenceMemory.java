package dev.octet.engine.runtime;

import dev.octet.engine.data.Column;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * What running a model takes in memory.
 *
 * <p>A fresh process opens the runtime, notes its size, then opens the model and runs it; the rise of its peak is the model's:
 * weights as the runtime lays them out, activations, its own structures, and about 10 MB of the runtime's code that any model
 * touches first. In the engine's own process it could not be told from what else has been there.
 */
public final class InferenceMemory {

    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final int RUNS = 3;
    private static final String RESULT = "bytes=";

    private InferenceMemory() {}

    /**
     * Measures in a child process of the same class path.
     *
     * @param inputs a batch, of which only names, types and shapes matter: zeros are run
     * @param scratch folder for what the child prints
     * @return bytes; empty where the system does not tell a process's peak
     * @throws EngineException INTERNAL where the child fails, with what it printed
     */
    public static OptionalLong measure(Path modelFile, List<Column> inputs, int threads, Path scratch) {
        if (ProcessMemory.peakBytes().isEmpty()) {
            return OptionalLong.empty();
        }
        try (ScratchFolder folder = ScratchFolder.in(scratch)) {
            Path printed = folder.file("printed.txt");
            ProcessBuilder builder = new ProcessBuilder(command(modelFile, inputs, threads, folder.path()))
                    .redirectErrorStream(true)
                    .redirectOutput(printed.toFile());
            // Through the environment, as a class path may be longer than a command line.
            builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
            int exit = await(builder.start());
            return OptionalLong.of(result(exit, Files.readString(printed, StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw ScratchFolder.failure("no process to measure memory in", e);
        }
    }

    private static int await(Process child) {
        try {
            if (!child.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
                throw new EngineException(Fault.INTERNAL, "measuring memory took longer than " + LONGEST);
            }
            return child.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException(Fault.CANCELLED, "interrupted while measuring memory", e);
        } finally {
            child.destroyForcibly();
        }
    }

    private static long result(int exit, String printed) {
        return printed.lines()
                .filter(line -> exit == 0 && line.startsWith(RESULT))
                .map(line -> Long.parseLong(line.substring(RESULT.length())))
                .findFirst()
                .orElseThrow(() -> new EngineException(
                        Fault.INTERNAL, "measuring memory ended with exit code " + exit + ": " + printed.strip()));
    }

    private static List<String> command(Path modelFile, List<Column> inputs, int threads, Path folder) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // A small heap, all of it taken from the start: it does not grow while the model's share is measured.
                "-Xms32m",
                "-Xmx32m",
                "-XX:+AlwaysPreTouch",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + folder));
        if (ClassLoader.getSystemClassLoader().equals(InferenceMemory.class.getClassLoader())) {
            command.add(InferenceMemory.class.getName());
        } else {
            // Out of Spring Boot's nested jars, by the launcher that such a jar holds.
            command.add("-Dloader.main=" + InferenceMemory.class.getName());
            command.add("org.springframework.boot.loader.launch.PropertiesLauncher");
        }
        command.add(modelFile.toString());
        command.add(Integer.toString(threads));
        for (Column input : inputs) {
            command.add(input.name());
            command.add(input.type().name());
            command.add(input.shape().stream().map(String::valueOf).collect(Collectors.joining(",")));
        }
        return command;
    }

    /**
     * The child's side: prints the bytes that the model took.
     *
     * @param args model file, threads, then name, element type and comma-separated shape of each input
     */
    @SuppressWarnings("SystemOut") // printing is how the child answers
    public static void main(String[] args) {
        List<Column> inputs = new ArrayList<>();
        for (int i = 2; i + 2 < args.length; i += 3) {
            inputs.add(zeros(args[i], ElementType.valueOf(args[i + 1]), args[i + 2]));
        }
        Ort.environment();
        ProcessMemory.resetPeak();
        long before = ProcessMemory.residentBytes().orElseThrow();
        try (RuntimeSession session =
                RuntimeSession.open(Path.of(args[0]), RuntimeOptions.deployed(Integer.parseInt(args[1])))) {
            for (int i = 0; i < RUNS; i++) {
                session.run(inputs);
            }
            System.out.println(RESULT + Math.max(0, ProcessMemory.peakBytes().orElseThrow() - before));
        }
    }

    private static Column zeros(String name, ElementType type, String dims) {
        List<Long> shape = dims.isEmpty()
                ? List.of()
                : Arrays.stream(dims.split(",", -1)).map(Long::valueOf).toList();
        int bytes = OutputBuffers.size(type, shape);
        return new Column(name, type, shape, ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder()));
    }
}
