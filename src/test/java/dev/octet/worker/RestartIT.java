package dev.octet.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.platform.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The whole service, its PostgreSQL included, killed and stopped while jobs are under way. */
class RestartIT {
    private static final String FOUND = "compared {\"total\":64,\"asWritten\":false,\"samples\":[]}";

    private final Scripts scripts = Scripts.create();

    private String submit(ServiceProcess service, String... script) {
        return new JobClient(service.http()).submit(scripts.add(script), "");
    }

    /** Asks for a comparison of the job's models and returns where it is. */
    private static String compare(ServiceProcess service, String job, int samples) throws IOException {
        return service.http()
                .upload(
                        "/v1/jobs/" + job + "/comparisons?samples=" + samples,
                        Files.readAllBytes(Path.of("src/test/resources/fixtures/data/cifar10-64.npz")))
                .expect(202)
                .header("Location");
    }

    private static JsonNode compared(ServiceProcess service, String comparison) {
        JsonNode ended =
                service.http().get(comparison, "Prefer", "wait=60").expect(200).json();
        assertThat(ended.path("state").asString()).as("%s", ended).isEqualTo("SUCCEEDED");
        return ended;
    }

    private long awaitFile(String name) {
        Awaitility.await("file " + name).atMost(Duration.ofSeconds(40)).until(() -> scripts.has(name));
        return scripts.pid(name);
    }

    private static void awaitEnd(long pid) {
        Awaitility.await("process " + pid + " to end")
                .atMost(Duration.ofSeconds(15))
                .until(() ->
                        ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    }

    @Test
    void nothingIsLostHoweverTheServiceEnds(@TempDir Path folder) throws IOException {
        try (ServiceProcess service = ServiceProcess.start(
                folder.resolve("data"),
                "--octet.worker.heartbeat=1s",
                "--octet.worker.stop-grace=2s",
                scripts.property())) {
            JobClient jobs = new JobClient(service.http());
            String done = submit(service, "output good", "finish GOAL_MET");
            jobs.await(done, "SUCCEEDED");

            // Killed while one job runs and another waits.
            String running = submit(
                    service,
                    "@1 step CALIBRATING 1 9",
                    "@1 touch running",
                    "@1 hang",
                    "@2 touch again",
                    "@2 until stopped");
            String waiting = submit(service, "output good", "finish GOAL_MET");
            long engine = awaitFile("running");
            jobs.await(running, "RUNNING");
            scripts.addComparison(1, "@1 touch comparing", "@1 hang", FOUND);
            scripts.addComparison(2, FOUND);
            String begun = compare(service, done, 1);
            String queued = compare(service, done, 2);
            awaitFile("comparing");
            service.kill();
            awaitEnd(engine);
            service.restart();
            assertThat(compared(service, begun).path("attempt").asInt()).isEqualTo(2);
            assertThat(compared(service, queued).path("attempt").asInt()).isOne();
            assertThat(jobs.get(done).path("state").asString()).isEqualTo("SUCCEEDED");
            awaitFile("again");
            assertThat(jobs.await(running, "RUNNING").path("attempt").asInt()).isEqualTo(2);

            // Stopped in order: the job is handed back, without the loss of an attempt.
            assertThat(service.stop()).isEqualTo(143);
            awaitEnd(scripts.pid("again"));
            assertThat(work(service)).isEmpty();
            service.restart();
            JsonNode handedBack = jobs.await(running, "FAILED");
            assertThat(handedBack.path("attempt").asInt())
                    .as("1 killed, 2 handed back, 3 and 4 ended without output")
                    .isEqualTo(4);
            jobs.await(waiting, "SUCCEEDED");

            // Killed while its engine packs, and while one that won't listen is cancelled.
            String packing = submit(
                    service,
                    "@1 output good",
                    "@1 step PACKAGING 1 2",
                    "@1 touch packing",
                    "@1 hang",
                    "output good",
                    "finish GOAL_MET");
            awaitFile("packing");
            service.kill();
            service.restart();
            jobs.await(packing, "SUCCEEDED");
            String deaf = submit(service, "ignore-term", "touch deaf", "hang");
            long deafEngine = awaitFile("deaf");
            service.http().postJson("/v1/jobs/" + deaf + "/cancel", "").expect(200);
            service.kill();
            awaitEnd(deafEngine);
            service.restart();
            jobs.await(deaf, "CANCELLED");
            Awaitility.await("folders to be gone")
                    .untilAsserted(() -> assertThat(work(service)).isEmpty());
        }
    }

    private static java.util.List<Path> work(ServiceProcess service) {
        try (var folders = Files.list(service.data().resolve("work"))) {
            return folders.toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
