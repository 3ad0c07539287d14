package dev.octet.client;

import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** Lists jobs. */
@Command(name = "jobs", mixinStandardHelpOptions = true, description = "Lists jobs, newest first.")
final class JobsCommand implements Callable<Integer> {
    /** Where a job stands. */
    enum State {
        QUEUED,
        RUNNING,
        CANCELLING,
        SUCCEEDED,
        FAILED,
        CANCELLED,
        EXPIRED
    }

    @Mixin
    private Connection connection = new Connection();

    @Option(names = "--state", description = "only ${COMPLETION-CANDIDATES}")
    private @Nullable State state;

    @Option(names = "--limit", description = "how many at most, 1 to 100 (default: 20)")
    private int limit = 20;

    @Override
    public Integer call() {
        String filter = state == null ? "" : "&state=" + state.name();
        JsonNode page = connection.server().get("v1/jobs?limit=" + limit + filter);
        connection.print(page, () -> page.path("items").forEach(JobsCommand::print));
        return ExitCode.SUCCESS.number();
    }

    private static void print(JsonNode job) {
        Connection.out()
                .printf(
                        Locale.ROOT,
                        "%s  %-10s %-13s %-11s %s%n",
                        job.path("id").asString(""),
                        job.path("state").asString(""),
                        job.path("outcome").asString(""),
                        job.path("request").path("technique").asString(""),
                        job.path("createdAt").asString(""));
    }
}
