package dev.octet.client;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Stops a job. */
@Command(
        name = "cancel",
        mixinStandardHelpOptions = true,
        description = "Stops a job; its best candidate so far is kept.")
final class CancelCommand implements Callable<Integer> {
    @Mixin
    private Connection connection = new Connection();

    @Parameters(paramLabel = "JOB", description = "the job's id")
    private String job = "";

    @Override
    public Integer call() {
        JsonNode now = connection
                .server()
                .post("v1/jobs/" + job + "/cancel", JsonMapper.shared().createObjectNode());
        connection.print(now, () -> Connection.out().println(now.path("state").asString("")));
        return ExitCode.SUCCESS.number();
    }
}
