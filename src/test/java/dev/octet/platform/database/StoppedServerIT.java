package dev.octet.platform.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.platform.ServiceProcess;
import dev.octet.worker.JobClient;
import dev.octet.worker.Scripts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A PostgreSQL server that is stopped under a running engine, and started again after that has ended. */
class StoppedServerIT {
    private final Scripts scripts = Scripts.create();

    @Test
    void anEngineThatEndsWhileTheServerIsStoppedLosesNothing(@TempDir Path folder) throws IOException {
        Path postgres = folder.resolve("server");
        PostgresServer server = PostgresServer.start(postgres);
        Programs programs = new Programs(PostgresBinaries.unpack(postgres), postgres);
        String data = postgres.resolve("data").toString();
        try (ServiceProcess service = ServiceProcess.start(
                folder.resolve("data"),
                "--spring.datasource.url=" + server.url(),
                "--spring.datasource.username=" + PostgresServer.NAME,
                "--spring.datasource.password=" + server.password(),
                "--octet.worker.heartbeat=1s",
                scripts.property())) {
            JobClient jobs = new JobClient(service.http());
            String job = jobs.submit(
                    scripts.add(
                            "touch running",
                            "until stopped",
                            "trial 1 tried while nobody could write it",
                            "output good",
                            "touch ending",
                            "finish GOAL_MET"),
                    "");
            Awaitility.await().atMost(Duration.ofSeconds(40)).until(() -> scripts.has("running"));
            jobs.await(job, "RUNNING");

            server.close();
            service.http().get("/v1/jobs/" + job).expectProblem(503, "DATABASE_UNAVAILABLE");
            Awaitility.await("longer than a worker may be silent")
                    .during(Duration.ofSeconds(5))
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> !service.isReady());
            scripts.touch("stopped");
            Awaitility.await("the engine to have ended")
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> scripts.has("ending")
                            && ProcessHandle.of(scripts.pid("ending"))
                                    .filter(ProcessHandle::isAlive)
                                    .isEmpty());

            programs.run(
                    "pg_ctl",
                    List.of(
                            "start",
                            "-D",
                            data,
                            "-w",
                            "-t",
                            "60",
                            "-l",
                            folder.resolve("start.log").toString()));
            Awaitility.await("the service to be back")
                    .atMost(Duration.ofSeconds(60))
                    .until(service::isReady);
            JsonNode done = jobs.await(job, "SUCCEEDED", Duration.ofSeconds(60));
            assertThat(done.path("attempt").asInt())
                    .as("nobody took the job over")
                    .isOne();
            String artifact = done.path("result").path("artifactId").asString();
            assertThat(service.http()
                            .get("/v1/artifacts/" + artifact + "/content")
                            .expect(200)
                            .text())
                    .isEqualTo("the model");
            assertThat(service.http()
                            .get("/v1/jobs/" + job + "/events", "Accept", "text/event-stream")
                            .text())
                    .contains("tried while nobody could write it");
        } finally {
            programs.run("pg_ctl", List.of("stop", "-D", data, "-m", "fast", "-w", "-t", "60"));
        }
    }
}
