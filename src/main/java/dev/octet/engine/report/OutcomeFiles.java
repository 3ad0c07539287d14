package dev.octet.engine.report;

import dev.octet.engine.scheme.EngineException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import tools.jackson.databind.json.JsonMapper;

/** Writes an outcome into its folder as JSON, each file whole or not at all. */
public final class OutcomeFiles {

    /** Name of the quantized model. */
    public static final String MODEL = "model.onnx";

    /** Name of the same model as an archive of {@code torch.export}, where that was asked for. */
    public static final String TORCH_MODEL = "model.pt2";

    /** Name of the file with what calibration saw. */
    public static final String STATISTICS = "statistics.bin";

    /** Name of the file that says how far a training is; gone when there are results. */
    public static final String CHECKPOINT = "checkpoint.bin";

    private static final JsonMapper JSON = JsonMapper.builder()
            .changeDefaultPropertyInclusion(inclusion ->
                    inclusion.withValueInclusion(com.fasterxml.jackson.annotation.JsonInclude.Include.NON_NULL))
            .build();

    private OutcomeFiles() {}

    /** Writes the parts of {@code outcome} into {@code folder}. */
    public static void write(Outcome outcome, Path folder) {
        write(folder.resolve("plan.txt"), outcome.plan());
        write(folder.resolve("result.json"), JSON.writeValueAsString(outcome.result()));
        write(folder.resolve("report.json"), JSON.writeValueAsString(outcome.report()));
        write(folder.resolve("layers.json"), JSON.writeValueAsString(outcome.layers()));
        write(folder.resolve("trials.json"), JSON.writeValueAsString(outcome.trials()));
    }

    /** {@code value} as JSON for people. */
    public static String pretty(Object value) {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(value);
    }

    /** Writes {@code value} as JSON into {@code file}, whole or not at all. */
    public static void json(Object value, Path file) {
        write(file, JSON.writeValueAsString(value));
    }

    private static void write(Path file, String text) {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try (FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw EngineException.ofIo(file.getFileName() + " can't be written", e);
        }
    }
}
