package dev.octet.client.server;

import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/**
 * Follows a job to its end: by server-sent events, by long polls where something on the way swallows those.
 *
 * <p>A server that is away for some minutes, to be started anew for instance, is waited for.
 */
public final class JobFollower {
    private static final Set<String> ENDS = Set.of("SUCCEEDED", "FAILED", "CANCELLED", "EXPIRED");
    private static final int MOST_FAILURES = 60;
    private static final Duration PAUSE = Duration.ofSeconds(3);

    private final Server server;

    public JobFollower(Server server) {
        this.server = server;
    }

    /**
     * Waits for the end.
     *
     * @param progress told of the job, or an event of it: both have state, phase and progress
     * @return the job as it ended
     * @throws ServerException if there is no such job, or no server for minutes
     */
    public JsonNode follow(String job, Consumer<JsonNode> progress) {
        EventStream events = new EventStream(server, job);
        boolean streaming = true;
        int failures = 0;
        while (true) {
            try {
                streaming = streaming && events.follow(progress);
                JsonNode now = server.json(server.request("v1/jobs/" + job)
                        .header("Prefer", streaming ? "wait=1" : "wait=20")
                        .GET());
                failures = 0;
                progress.accept(now);
                if (ENDS.contains(now.path("state").asString(""))) {
                    return now;
                }
            } catch (ServerException e) {
                failures++;
                if (!e.isServers() || failures > MOST_FAILURES) {
                    throw e;
                }
                pause(e);
            }
        }
    }

    private static void pause(ServerException failure) {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure;
        }
    }
}
