package dev.octet.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The service as a process on its own PostgreSQL: killed, cut off, started again. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServiceProcessIT {
    private ServiceProcess service;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        service = ServiceProcess.start(folder.resolve("data"));
    }

    @AfterAll
    void stop() {
        service.close();
    }

    private String add(String producer) {
        return service.http()
                .upload("/v1/models?name=" + producer, SampleFiles.model(producer))
                .expect(201)
                .json()
                .path("id")
                .asString();
    }

    private void assertKept(String id, String producer) {
        assertThat(service.http()
                        .get("/v1/models/" + id + "/content")
                        .expect(200)
                        .bytes())
                .isEqualTo(SampleFiles.model(producer));
    }

    private ProcessHandle postgres() throws IOException {
        Path pid = service.data().resolve("postgres/data/postmaster.pid");
        return ProcessHandle.of(
                        Long.parseLong(Files.readAllLines(pid).getFirst().strip()))
                .orElseThrow();
    }

    private static void awaitEnd(ProcessHandle process) {
        Awaitility.await("the end of process " + process.pid())
                .atMost(Duration.ofSeconds(30))
                .until(() -> !process.isAlive());
    }

    private List<Path> filesIn(String folder) {
        try (var files = Files.list(service.data().resolve(folder))) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aServiceKilledInTheMiddleOfAnUploadLosesNothingAndLeavesNothing() throws Exception {
        String id = add("before-the-kill");
        ProcessHandle postgres = postgres();
        try (Socket upload = service.http().beginUpload("/v1/models", 1_000_000)) {
            upload.getOutputStream().write("half of it".getBytes(StandardCharsets.US_ASCII));
            upload.getOutputStream().flush();
            Awaitility.await().until(() -> !filesIn("blobs/incoming").isEmpty());
            service.kill();
        }
        awaitEnd(postgres);
        service.restart();
        assertKept(id, "before-the-kill");
        assertThat(filesIn("blobs/incoming")).isEmpty();
        assertThat(filesIn("scratch")).isEmpty();
    }

    @Test
    void aPostgresThatOutlivedItsServiceIsStoppedByTheNext() throws Exception {
        String id = add("orphan");
        ProcessHandle postgres = postgres();
        ProcessHandle.of(service.pid()).orElseThrow().children().forEach(ProcessHandle::destroyForcibly);
        service.kill();
        assertThat(postgres.isAlive()).as("the server without its watchdog").isTrue();
        service.restart();
        assertThat(postgres.isAlive()).isFalse();
        assertThat(service.log()).contains("that an earlier run left behind");
        assertKept(id, "orphan");
    }

    @Test
    void everythingKilledAtOnceAsByAPowerCutIsRecovered() throws Exception {
        String id = add("power-cut");
        ProcessHandle postgres = postgres();
        List<ProcessHandle> all = Stream.concat(
                        ProcessHandle.of(service.pid()).orElseThrow().children(), postgres.children())
                .toList();
        all.forEach(ProcessHandle::destroyForcibly);
        service.kill();
        postgres.destroyForcibly();
        awaitEnd(postgres);
        service.restart();
        assertKept(id, "power-cut");
    }

    @Test
    void aPostgresKilledUnderTheServiceIsBroughtBackAndMeanwhileTheServiceSaysSo() throws Exception {
        String id = add("database-killed");
        ProcessHandle postgres = postgres();
        postgres.destroyForcibly();
        awaitEnd(postgres);
        Awaitility.await("the database to be back")
                .atMost(Duration.ofSeconds(60))
                .until(() -> {
                    Http.Answer answer = service.http().get("/v1/models/" + id);
                    if (answer.status() != 200) {
                        answer.expectProblem(503, "DATABASE_UNAVAILABLE");
                        assertThat(answer.header("Retry-After")).isEqualTo("5");
                    }
                    return answer.status() == 200;
                });
        assertThat(postgres().pid()).isNotEqualTo(postgres.pid());
        assertKept(id, "database-killed");
    }

    @Test
    void aServiceStoppedInOrderStopsItsPostgresAndKeepsItsData() throws Exception {
        String id = add("in-order");
        ProcessHandle postgres = postgres();
        assertThat(service.stop()).isEqualTo(143);
        assertThat(postgres.isAlive()).isFalse();
        assertThat(service.data().resolve("postgres/data/postmaster.pid")).doesNotExist();
        service.restart();
        assertKept(id, "in-order");
    }

    @Test
    void aSecondServiceOnTheSameFolderIsRefusedSayingWhoHasIt() throws Exception {
        try (ServiceProcess second = ServiceProcess.launchAs("serve", service.data())) {
            assertThat(second.awaitExit()).isNotZero();
            assertThat(second.log()).contains("is in use by another service (process " + service.pid() + ")");
        }
        assertThat(service.isReady()).isTrue();
    }

    @Test
    void itsPostgresAsksForAPassword() throws Exception {
        List<String> pid = Files.readAllLines(service.data().resolve("postgres/data/postmaster.pid"));
        String url = "jdbc:postgresql://127.0.0.1:" + pid.get(3).strip() + "/octet";
        assertThatThrownBy(() -> DriverManager.getConnection(url, "octet", "guessed"))
                .hasMessageContaining("password authentication failed");
        assertThat(Files.readString(service.data().resolve("postgres/data/octet.conf")))
                .contains("fsync = on", "synchronous_commit = on");
    }

    @Test
    void aFullDiskIsAnsweredAndNothingHalfWrittenStays(@TempDir Path folder) throws Exception {
        try (SmallDisk disk = SmallDisk.mount(folder, 4);
                ServiceProcess full = ServiceProcess.start(
                        folder.resolve("data"),
                        "--octet.storage.directory=" + disk.path().resolve("blobs"),
                        "--octet.storage.min-free=64KB")) {
            Http http = full.http();
            byte[] large = new byte[6 << 20];
            http.upload("/v1/models", large).expectProblem(507, "DISK_FULL");
            Http.Answer chunked = http.send(
                    "POST",
                    "/v1/models",
                    BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)),
                    "Content-Type",
                    "application/octet-stream");
            assertThat(chunked.expectProblem(507, "DISK_FULL").path("retryable").asBoolean())
                    .isTrue();
            assertThat(chunked.header("Retry-After")).isEqualTo("60");
            try (var left = Files.list(disk.path().resolve("blobs/incoming"))) {
                assertThat(left).isEmpty();
            }
            assertThat(full.isReady()).isTrue();
            http.upload("/v1/models", SampleFiles.model("small")).expect(201);
        }
    }
}
