package dev.octet.client;

import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Stops a job. */
@Command(
        name = "cancel",
        mixinStandardHelpOptions = true,
        description = "Stops a job; its best candidate so far is kept.")
final class CancelCommand extends JobCommand {
    @Override
    public Integer call() {
        JsonNode now = connection()
                .server()
                .post("v1/jobs/" + job() + "/cancel", JsonMapper.shared().createObjectNode());
        connection().print(now, () -> Connection.out().println(now.path("state").asString("")));
        return ExitCode.SUCCESS.number();
    }
}
