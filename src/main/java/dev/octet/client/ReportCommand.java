package dev.octet.client;

import dev.octet.client.server.Server;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

/** Prints what came of a job. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        description = "Prints what came of a job: a table, or with --json the whole report.")
final class ReportCommand extends JobCommand {
    @Override
    public Integer call() {
        Server server = connection().server();
        if (connection().isJson()) {
            Connection.out().println(server.get("v1/jobs/" + job() + "/report").toPrettyString());
            return ExitCode.SUCCESS.number();
        }
        JsonNode now = server.get("v1/jobs/" + job());
        if (!now.has("result")) {
            throw new UsageException("job " + job() + " has no result: it is "
                    + now.path("state").asString(""));
        }
        ResultTable.print(now, Connection.out());
        for (JsonNode note : server.get("v1/jobs/" + job() + "/report").path("notes")) {
            Connection.out().println("  " + note.asString(""));
        }
        return ExitCode.SUCCESS.number();
    }
}
