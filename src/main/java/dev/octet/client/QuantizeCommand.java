package dev.octet.client;

import dev.octet.client.server.Download;
import dev.octet.client.server.Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Submits a job, follows it, and fetches what it made. */
@Command(
        name = "quantize",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Quantizes a model: uploads what is not on the server yet, submits a job, follows it to its end and"
                        + " says by its exit code whether it met its goal.")
final class QuantizeCommand implements Callable<Integer> {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final RequestFlags flags;

    @Mixin
    private Connection connection = new Connection();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(paramLabel = "MODEL", description = "the model: a file, or its id on the server")
    private String model = "";

    @Option(names = "--calibration", paramLabel = "DATASET", description = "samples to calibrate on: a file, or an id")
    private @Nullable String calibration;

    @Option(names = "--evaluation", paramLabel = "DATASET", description = "samples to score on: a file, or an id")
    private @Nullable String evaluation;

    @Option(names = "--tag", paramLabel = "KEY=VALUE", description = "a word to find the job by; may be repeated")
    private Map<String, String> tags = Map.of();

    @Option(names = "--request", paramLabel = "FILE", description = "a job request as JSON, to which all else is added")
    private @Nullable Path request;

    @Option(names = "--no-wait", description = "only submit the job, and print its id")
    private boolean noWait;

    @Option(
            names = "--download",
            paramLabel = "PATH",
            description = "file or existing folder for the quantized model, if the job makes one")
    private @Nullable Path download;

    private QuantizeCommand(RequestFlags flags) {
        this.flags = flags;
    }

    static CommandLine commandLine(RequestFlags flags) {
        CommandLine command = new CommandLine(new QuantizeCommand(flags));
        flags.addTo(command.getCommandSpec());
        return command;
    }

    @Override
    public Integer call() {
        Server server = connection.server();
        String job = server.post("v1/jobs", jobRequest(server)).path("id").asString("");
        System.err.println("job " + job);
        if (noWait) {
            JsonNode submitted = server.get("v1/jobs/" + job);
            connection.print(submitted, () -> Connection.out().println(job));
            return ExitCode.SUCCESS.number();
        }
        int code = WatchCommand.follow(connection, server, job);
        if (download != null
                && server.get("v1/jobs/" + job).at("/result/artifactId").isString()) {
            System.err.println(
                    "saved " + DownloadCommand.save(server, Download.artifact(server, job, "MODEL"), download));
        }
        return code;
    }

    private ObjectNode jobRequest(Server server) {
        ObjectNode job = request == null ? JSON.createObjectNode() : read(request);
        flags.fill(job, spec.commandLine().getParseResult());
        if (!job.has("technique")) {
            job.put("technique", "AUTO");
        }
        if (!tags.isEmpty()) {
            ObjectNode all = job.withObjectProperty("tags");
            tags.forEach(all::put);
        }
        Inputs inputs = new Inputs(connection, server);
        job.put("modelId", inputs.id("model", model));
        if (calibration != null) {
            job.withObjectProperty("calibration").put("datasetId", inputs.id("dataset", calibration));
        }
        if (evaluation != null) {
            job.withObjectProperty("evaluation").put("datasetId", inputs.id("dataset", evaluation));
        }
        return job;
    }

    private static ObjectNode read(Path file) {
        try {
            if (JSON.readTree(Files.readAllBytes(file)) instanceof ObjectNode object) {
                return object;
            }
            throw new UsageException(file + " holds no JSON object");
        } catch (JacksonException e) {
            throw new UsageException(file + " is no JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
