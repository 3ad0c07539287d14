package dev.octet.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.platform.ServiceProcess;
import dev.octet.platform.TestDatabase;
import java.io.IOException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import tools.jackson.databind.JsonNode;

/** Workers that die and a database that goes away, while engines run. */
class TakeoverIT extends WorkerTest {
    private static final Duration LONGER_THAN_DEATH = Duration.ofSeconds(6);

    @Autowired
    @SuppressWarnings("NullAway.Init")
    private Environment environment;

    private String property(String name) {
        return String.valueOf(environment.getProperty(name));
    }

    private void away(boolean away) {
        String url = property("spring.datasource.url");
        String name = url.substring(url.lastIndexOf('/') + 1);
        TestDatabase other = TestDatabase.create();
        other.execute("alter database " + name + " allow_connections " + !away);
        if (away) {
            other.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + name + "'");
        }
    }

    @Test
    void anEngineOutlivesItsDatabaseAndNobodyTakesItsJobAway() {
        String job = submit("touch before", "until after", "output good", "finish GOAL_MET");
        long pid = awaitFile("before");
        jobs().await(job, "RUNNING");
        away(true);
        try {
            Awaitility.await().pollDelay(LONGER_THAN_DEATH).until(() -> true);
            assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive))
                    .as("the engine")
                    .isPresent();
            SCRIPTS.touch("after");
            Awaitility.await("the engine to finish meanwhile")
                    .until(() ->
                            ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
        } finally {
            away(false);
        }
        Awaitility.await("the database to be used again")
                .ignoreExceptions()
                .atMost(Duration.ofSeconds(30))
                .until(() -> http().get("/v1/jobs/" + job).status() == 200);
        JsonNode done = jobs().await(job, "SUCCEEDED");
        assertThat(done.path("attempt").asInt()).isOne();
        assertNothingIsLeft(job, pid);
    }

    @Test
    void ofTwoWorkersOneIsKilledAndTheOtherTakesItsJobOver() throws IOException {
        try (ServiceProcess other = ServiceProcess.startAs(
                "worker",
                data(),
                "--spring.datasource.url=" + property("spring.datasource.url"),
                "--spring.datasource.username=" + property("spring.datasource.username"),
                "--spring.datasource.password=" + property("spring.datasource.password"),
                "--octet.worker.heartbeat=1s",
                SCRIPTS.property())) {
            String first = submit("touch first", "until both", "output good", "finish GOAL_MET");
            String second = submit("@1 touch second", "@1 until never", "output good", "finish GOAL_MET");
            long firstEngine = awaitFile("first");
            long secondEngine = awaitFile("second");
            boolean firstIsTheOthers = isChild(firstEngine, other.pid());
            assertThat(firstIsTheOthers ^ isChild(secondEngine, other.pid()))
                    .as("each worker runs one of the two")
                    .isTrue();
            jobs().await(first, "RUNNING");
            jobs().await(second, "RUNNING");
            assertThat(http().get("/actuator/health/readiness").expect(200).text())
                    .contains("/" + other.pid());

            other.kill();
            long orphan = firstIsTheOthers ? firstEngine : secondEngine;
            Awaitility.await("the dead worker's engine to end by itself")
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> ProcessHandle.of(orphan)
                            .filter(ProcessHandle::isAlive)
                            .isEmpty());
            SCRIPTS.touch("both");
            if (firstIsTheOthers) {
                http().postJson("/v1/jobs/" + second + "/cancel", "").expect(200);
            }
            String lost = firstIsTheOthers ? first : second;
            JsonNode done = jobs().await(lost, "SUCCEEDED");
            assertThat(done.path("attempt").asInt()).isEqualTo(2);
            jobs().await(firstIsTheOthers ? second : first, firstIsTheOthers ? "CANCELLED" : "SUCCEEDED");
            assertNothingIsLeft(first, firstEngine);
            assertNothingIsLeft(second, secondEngine);
        }
    }

    private static boolean isChild(long child, long parent) {
        return ProcessHandle.of(child)
                .flatMap(ProcessHandle::parent)
                .filter(process -> process.pid() == parent)
                .isPresent();
    }
}
