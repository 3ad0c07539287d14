package dev.octet.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.platform.Http;
import dev.octet.platform.ServiceProcess;
import dev.octet.platform.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A disk that fills up while a job's results are stored. */
class FullDiskIT {
    private static final int LARGE_MODEL = 3 << 20;

    private final Scripts scripts = Scripts.create();

    private static List<String> files(Path blobs) throws IOException {
        try (Stream<Path> files = Files.walk(blobs)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("store-id"))
                    .toList();
        }
    }

    @Test
    void theJobWaitsForRoomAndNothingHalfWrittenIsSeen(@TempDir Path folder) throws IOException {
        try (SmallDisk disk = SmallDisk.mount(folder, 8);
                ServiceProcess service = ServiceProcess.start(
                        folder.resolve("data"),
                        "--octet.storage.directory=" + disk.path().resolve("blobs"),
                        "--octet.storage.min-free=0B",
                        "--octet.worker.wait-delay=300ms",
                        scripts.property())) {
            Http http = service.http();
            JobClient jobs = new JobClient(http);
            String job = jobs.submit(scripts.add("touch begun", "until full", "output large", "finish GOAL_MET"), "");
            Awaitility.await().atMost(Duration.ofSeconds(40)).until(() -> scripts.has("begun"));
            List<String> before = files(disk.path().resolve("blobs"));
            long free = disk.path().toFile().getUsableSpace();
            Path filler = Files.write(disk.path().resolve("filler"), new byte[(int) free - LARGE_MODEL / 2]);
            scripts.touch("full");

            Awaitility.await("the job to wait for room")
                    .atMost(Duration.ofSeconds(40))
                    .until(() -> jobs.get(job).path("attempt").asInt() > 1);
            assertThat(http.get("/v1/jobs/" + job + "/artifacts").json().path("items"))
                    .isEmpty();
            http.get("/v1/jobs/" + job + "/report").expectProblem(404, "NO_REPORT");

            Files.delete(filler);
            JsonNode done = jobs.await(job, "SUCCEEDED", Duration.ofSeconds(60));
            assertThat(http.get("/v1/artifacts/"
                                    + done.path("result").path("artifactId").asString() + "/content")
                            .bytes())
                    .hasSize(LARGE_MODEL);
            assertThat(http.get("/v1/jobs/" + job + "/events", "Accept", "text/event-stream")
                            .text())
                    .contains("no room for the result");
            assertThat(files(disk.path().resolve("blobs")))
                    .as("what was there before, and the artifacts; nothing of the attempts that found no room")
                    .hasSize(before.size()
                            + http.get("/v1/jobs/" + job + "/artifacts")
                                    .json()
                                    .path("items")
                                    .size());
        }
    }
}
