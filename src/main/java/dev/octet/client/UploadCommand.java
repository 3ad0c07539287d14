package dev.octet.client;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Uploads a model or dataset and prints its id. */
@Command(
        name = "upload",
        mixinStandardHelpOptions = true,
        description = "Uploads a model or dataset and prints its id. A large file goes on where an earlier call for it"
                + " broke off.")
final class UploadCommand implements Callable<Integer> {
    /** What a file becomes. */
    enum Kind {
        MODEL,
        DATASET
    }

    @Mixin
    private Connection connection = new Connection();

    @Parameters(paramLabel = "FILE", description = "the file")
    private Path file = Path.of("");

    @Option(names = "--kind", description = "${COMPLETION-CANDIDATES} (default: by the file's ending)")
    private @Nullable Kind kind;

    @Option(names = "--name", description = "a name for people to read (default: the file's)")
    private @Nullable String name;

    @Override
    public Integer call() {
        if (!Files.isRegularFile(file)) {
            throw new UsageException("there is no file " + file);
        }
        String word = (kind == null ? guess() : kind).name().toLowerCase(Locale.ROOT);
        JsonNode made = new Inputs(connection, connection.server())
                .upload(word, file, name == null ? file.getFileName().toString() : name);
        connection.print(made, () -> Connection.out().println(made.path("id").asString("")));
        return ExitCode.SUCCESS.number();
    }

    private Kind guess() {
        String lower = file.toString().toLowerCase(Locale.ROOT);
        if (lower.endsWith(".onnx") || lower.endsWith(".pt2")) {
            return Kind.MODEL;
        }
        if (lower.endsWith(".npz") || lower.endsWith(".jsonl") || lower.endsWith(".csv")) {
            return Kind.DATASET;
        }
        throw new UsageException(file + " may be a model or a dataset: say which with --kind");
    }
}
