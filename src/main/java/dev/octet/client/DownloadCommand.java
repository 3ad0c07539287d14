package dev.octet.client;

import dev.octet.client.server.Download;
import dev.octet.client.server.Server;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** Fetches what a job has produced. */
@Command(
        name = "download",
        mixinStandardHelpOptions = true,
        description = "Fetches what a job has produced, and checks that it arrived sound.")
final class DownloadCommand extends JobCommand {
    /** What a job produces. */
    enum Kind {
        MODEL,
        MODEL_PT2,
        STATISTICS,
        REPORT,
        PLAN
    }

    @Option(names = "--kind", description = "${COMPLETION-CANDIDATES} (default: MODEL)")
    private Kind kind = Kind.MODEL;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "PATH",
            description = "file or existing folder to write (default: the artifact's name, here)")
    private @Nullable Path out;

    @Override
    public Integer call() {
        Server server = connection().server();
        JsonNode artifact = Download.artifact(server, job(), kind.name());
        Path file = save(server, artifact, out == null ? Path.of("") : out);
        connection().print(artifact, () -> Connection.out().println(file));
        return ExitCode.SUCCESS.number();
    }

    /** Saves the artifact as the file, or under its own name where that is a folder. */
    static Path save(Server server, JsonNode artifact, Path to) {
        boolean folder = Files.isDirectory(to.toAbsolutePath());
        // The last part alone: where the file goes is not the server's to say.
        Path name = Path.of(artifact.path("name").asString("artifact")).getFileName();
        Path file = folder ? to.resolve(name == null ? Path.of("artifact") : name) : to;
        Download.save(server, artifact, file);
        return file;
    }
}
