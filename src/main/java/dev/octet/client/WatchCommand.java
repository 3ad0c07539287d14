package dev.octet.client;

import dev.octet.client.server.JobFollower;
import dev.octet.client.server.Server;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

/** Follows a job to its end. */
@Command(
        name = "watch",
        mixinStandardHelpOptions = true,
        description = "Follows a job to its end and says by its exit code how it ended.")
final class WatchCommand extends JobCommand {
    @Override
    public Integer call() {
        return follow(connection(), connection().server(), job());
    }

    /** Shows the job until it ends, prints what came of it and returns the exit code. */
    static int follow(Connection connection, Server server, String job) {
        ProgressLine line = new ProgressLine(System.err);
        JsonNode ended;
        try {
            ended = new JobFollower(server).follow(job, line::show);
        } finally {
            line.end();
        }
        connection.print(ended, () -> print(ended));
        return ExitCode.of(ended).number();
    }

    private static void print(JsonNode job) {
        if (job.has("result")) {
            ResultTable.print(job, Connection.out());
        }
        if (job.has("error")) {
            Connection.out()
                    .println(job.path("state").asString("") + ": "
                            + job.path("error").path("detail").asString(""));
        } else if (!job.has("result")) {
            Connection.out().println(job.path("state").asString(""));
        }
    }
}
