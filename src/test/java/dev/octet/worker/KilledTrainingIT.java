package dev.octet.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.platform.ServiceTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A true training whose engine is killed: the next attempt goes on from its last epoch, to the same bytes. */
class KilledTrainingIT extends ServiceTest {
    private static final Path SAMPLES = Path.of("src/test/resources/fixtures/data/cifar10-64.npz");
    private static final int EPOCHS = 6;

    private static final String PIXELS =
            "{\"scale\": 0.00392156862745098, \"mean\": [0.485, 0.456, 0.406], \"std\": [0.229, 0.224, 0.225]}";

    private JobClient jobs() {
        return new JobClient(http());
    }

    private String submit(String request) {
        return http().postJson("/v1/jobs", request)
                .expect(202)
                .json()
                .path("id")
                .asString();
    }

    /** Four bits, so that an epoch on so few images is worth keeping. */
    private String request() throws IOException {
        String dataset = http().upload("/v1/datasets?name=cifar10", Files.readAllBytes(SAMPLES))
                .expect(201)
                .json()
                .path("id")
                .asString();
        return """
            {"modelId": "%s", "technique": "QAT",
             "calibration": {"datasetId": "%s", "samples": 16, "preprocessing": %s},
             "settings": {"weightType": "INT4", "activationType": "UINT4"}, "measure": {"batchSizes": [1]},
             "training": {"datasetId": "%s", "samples": 40, "preprocessing": %s, "epochs": %d, "batchSize": 8}}\
            """.formatted(jobs().model(), dataset, PIXELS, dataset, PIXELS, EPOCHS);
    }

    /** Kills the engine of the job's first attempt once it has kept an epoch. */
    private void killAfterAnEpoch(String job) {
        Path attempt = data().resolve("work").resolve(job + "-1");
        Awaitility.await("an epoch to be kept")
                .atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> Files.exists(attempt.resolve("out/checkpoint.bin")));
        ProcessHandle engine = ProcessHandle.current()
                .children()
                .filter(child -> worksIn(child, attempt))
                .findFirst()
                .orElseThrow();
        engine.destroyForcibly();
    }

    private static boolean worksIn(ProcessHandle process, Path folder) {
        try {
            return Files.isSameFile(Path.of("/proc/" + process.pid() + "/cwd"), folder);
        } catch (IOException e) {
            return false;
        }
    }

    private byte[] artifact(JsonNode done) {
        String id = done.path("result").path("artifactId").asString();
        return http().get("/v1/artifacts/" + id + "/content").expect(200).bytes();
    }

    private JsonNode training(String job) {
        return http().get("/v1/jobs/" + job + "/report").expect(200).json().path("training");
    }

    @Test
    void goesOnFromTheLastEpochAndGivesTheSameArtifact() throws IOException {
        String request = request();
        String killed = submit(request);
        killAfterAnEpoch(killed);
        JsonNode resumed = jobs().await(killed, "SUCCEEDED", Duration.ofMinutes(2));
        String undisturbed = submit(request);
        JsonNode straight = jobs().await(undisturbed, "SUCCEEDED", Duration.ofMinutes(2));

        assertThat(resumed.path("attempt").asInt()).isEqualTo(2);
        assertThat(straight.path("attempt").asInt()).isOne();
        int kept = training(killed).path("resumedAfter").asInt();
        assertThat(kept).isBetween(1, EPOCHS - 1);
        assertThat(training(undisturbed).path("resumedAfter").asInt()).isZero();
        assertThat(jobs().log(killed)).contains("worker: the training goes on from");
        assertThat(jobs().log(undisturbed)).doesNotContain("worker: the training goes on from");
        assertThat(training(killed).path("decision").asString()).isEqualTo("TRAINED");
        assertThat(training(killed).path("history")).hasSize(EPOCHS + 1);
        assertThat(artifact(resumed)).isEqualTo(artifact(straight));
    }
}
