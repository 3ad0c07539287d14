package dev.octet.results;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.jobs.Jobs;
import dev.octet.worker.WorkerTest;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** What jobs produced, as it is read and as it is deleted. */
class ResultsIT extends WorkerTest {
    @Autowired
    @SuppressWarnings("NullAway.Init")
    private Jobs allJobs;

    @Autowired
    @SuppressWarnings("NullAway.Init")
    private Results results;

    @Test
    void everythingThatAJobMadeCanBeRead() {
        String job = submit("step PACKAGING 1 1", "output good", "finish GOAL_MET");
        jobs().await(job, "SUCCEEDED");
        String base = "/v1/jobs/" + job;

        JsonNode report = http().get(base + "/report").expect(200).json();
        assertThat(report.path("ofTheFuture").asBoolean())
                .as("what this version does not know")
                .isTrue();
        JsonNode page = http().get(base + "/layers?limit=2").expect(200).json();
        assertThat(page.path("items")).hasSize(2);
        JsonNode rest = http().get(base + "/layers?limit=2&cursor="
                        + page.path("nextCursor").asString())
                .expect(200)
                .json();
        assertThat(rest.path("items").get(0).path("name").asString()).isEqualTo("conv2");
        assertThat(rest.path("nextCursor").isMissingNode()).isTrue();
        assertThat(http().get(base + "/trials")
                        .json()
                        .path("items")
                        .get(0)
                        .path("chosen")
                        .asBoolean())
                .isTrue();
        http().get(base + "/layers?cursor=bm9uc2Vuc2U").expectProblem(400, "INVALID_PARAMETER");

        JsonNode artifacts = http().get(base + "/artifacts?limit=3").expect(200).json();
        assertThat(artifacts.path("items").get(0).path("kind").asString()).isEqualTo("MODEL");
        JsonNode last = http().get(base + "/artifacts?cursor="
                        + artifacts.path("nextCursor").asString())
                .expect(200)
                .json();
        assertThat(last.path("items")).hasSize(1);
        assertThat(http().get(base + "/log").header("Content-Type")).isEqualTo("text/plain;charset=UTF-8");
        http().get("/v1/artifacts/" + job).expectProblem(404, "ARTIFACT_NOT_FOUND");
    }

    @Test
    void theNameOfAFileSaysHowSmallItsWeightsAre() {
        String job = submit("output int4", "finish GOAL_MET");
        String artifact =
                jobs().await(job, "SUCCEEDED").path("result").path("artifactId").asString();
        assertThat(http().get("/v1/artifacts/" + artifact).json().path("name").asString())
                .isEqualTo("resnet20-int4.onnx");
    }

    @Test
    void oldJobsAreDeletedWithAllTheirFilesAndOthersAreNot() {
        String old = submit("output good", "finish GOAL_MET");
        String artifact =
                jobs().await(old, "SUCCEEDED").path("result").path("artifactId").asString();
        String blob =
                http().get("/v1/artifacts/" + artifact).json().path("sha256").asString();
        String busy = submit("touch outlives", "until swept", "output good", "finish GOAL_MET");
        awaitFile("outlives");

        Retention.delete(Instant.parse("2999-01-01T00:00:00Z"), allJobs, results);

        http().get("/v1/jobs/" + old).expectProblem(404, "JOB_NOT_FOUND");
        http().get("/v1/artifacts/" + artifact).expectProblem(404, "ARTIFACT_NOT_FOUND");
        assertThat(jobs().get(busy).path("state").asString()).isEqualTo("RUNNING");
        org.awaitility.Awaitility.await("blob " + blob + " to be gone").untilAsserted(() -> {
            try (var files = java.nio.file.Files.walk(data().resolve("blobs"))) {
                assertThat(files)
                        .noneMatch(file -> file.getFileName().toString().contains(blob));
            }
        });
        SCRIPTS.touch("swept");
        jobs().await(busy, "SUCCEEDED");
    }

    @Test
    void theMetricsTellOfQueuePhasesAndEnds() {
        String job = submit("step CALIBRATING 1 1", "step PACKAGING 1 1", "output good", "finish GOAL_MET");
        jobs().await(job, "SUCCEEDED");
        assertThat(http().get("/actuator/prometheus").expect(200).text())
                .contains(
                        "octet_queue_depth",
                        "octet_queue_oldest_age_seconds",
                        "octet_phase_duration_seconds_count{phase=\"CALIBRATING\"}",
                        "octet_engine_exits_total{reason=\"finished\"}",
                        "octet_jobs_ended_total{outcome=\"GOAL_MET\",state=\"SUCCEEDED\"}");
    }
}
