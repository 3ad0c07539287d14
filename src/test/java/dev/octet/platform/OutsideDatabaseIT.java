package dev.octet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes of the service on a database that is not their own. */
class OutsideDatabaseIT {
    private final TestDatabase database = TestDatabase.create();

    private String[] properties() {
        return new String[] {
            "--spring.datasource.url=" + database.url(),
            "--spring.datasource.username=" + database.user(),
            "--spring.datasource.password=" + database.password(),
            "--logging.structured.format.console=ecs"
        };
    }

    private void away(boolean away) {
        String name = database.url().substring(database.url().lastIndexOf('/') + 1);
        TestDatabase other = TestDatabase.create();
        other.execute("alter database " + name + " allow_connections " + !away);
        if (away) {
            other.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + name + "'");
        }
    }

    @Test
    void aDatabaseThatIsAwayIsSaidAndUsedAgainWhenItIsBack(@TempDir Path folder) throws IOException {
        try (ServiceProcess web = ServiceProcess.startAs("web", folder.resolve("data"), properties())) {
            Http http = web.http();
            String address = "/v1/models/"
                    + http.upload("/v1/models", SampleFiles.model("away"))
                            .expect(201)
                            .json()
                            .path("id")
                            .asString();
            assertThat(web.data().resolve("postgres")).as("a server of its own").doesNotExist();

            away(true);
            Http.Answer read = http.get(address, "X-Request-Id", "asked-while-away");
            read.expectProblem(503, "DATABASE_UNAVAILABLE");
            assertThat(read.header("Retry-After")).isEqualTo("5");
            http.upload("/v1/models", SampleFiles.model("meanwhile")).expectProblem(503, "DATABASE_UNAVAILABLE");
            assertThat(http.get("/actuator/health/readiness").status()).isEqualTo(503);
            try (var left = Files.list(web.data().resolve("blobs/incoming"))) {
                assertThat(left).isEmpty();
            }

            assertThat(web.log().lines())
                    .as("the log for machines")
                    .anySatisfy(line -> assertThat(line)
                            .startsWith("{\"@timestamp\":")
                            .contains("\"requestId\":\"asked-while-away\"", "DATABASE_UNAVAILABLE"));

            away(false);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(http.get(address).status()).isEqualTo(200));
            Awaitility.await().untilAsserted(() -> assertThat(web.isReady()).isTrue());
        }
    }

    @Test
    void webAndWorkerShareFolderAndDatabaseAndOnlyWebHasTheInterface(@TempDir Path folder) throws IOException {
        Path data = folder.resolve("data");
        try (ServiceProcess web = ServiceProcess.startAs("web", data, properties());
                ServiceProcess worker = ServiceProcess.startAs("worker", data, properties())) {
            web.http().get("/v1/models").expect(200);
            worker.http().get("/v1/models").expectProblem(404, "NOT_FOUND");
            worker.http().get("/actuator/health").expect(200);
            worker.http().get("/actuator/prometheus").expect(200);
        }
    }

    @Test
    void aFolderOfAnotherDatabaseIsRefused(@TempDir Path folder) throws IOException {
        Path data = folder.resolve("data");
        ServiceProcess.startAs("web", data, properties()).close();
        TestDatabase other = TestDatabase.create();
        try (ServiceProcess wrong = ServiceProcess.launchAs(
                "web",
                data,
                "--spring.datasource.url=" + other.url(),
                "--spring.datasource.username=" + other.user(),
                "--spring.datasource.password=" + other.password())) {
            assertThat(wrong.awaitExit()).isNotZero();
            assertThat(wrong.log()).contains("belongs to another database");
        }
    }

    @Test
    void anUnknownWordIsRefusedWithTheUsage(@TempDir Path folder) throws IOException {
        try (ServiceProcess dance = ServiceProcess.launchAs("dance", folder.resolve("data"))) {
            assertThat(dance.awaitExit()).isEqualTo(64);
            assertThat(dance.log()).contains("unknown word 'dance'", "usage: octet [serve | web | worker]");
        }
        try (ServiceProcess extra = ServiceProcess.launchAs("serve", folder.resolve("data"), "everything")) {
            assertThat(extra.awaitExit()).isEqualTo(64);
            assertThat(extra.log()).contains("unknown word 'everything'");
        }
        assertThat(folder.resolve("data")).doesNotExist();
    }
}
