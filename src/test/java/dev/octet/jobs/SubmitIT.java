package dev.octet.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.platform.Http;
import dev.octet.platform.SampleFiles;
import dev.octet.worker.JobClient;
import dev.octet.worker.WorkerTest;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What may be asked of jobs, and how wrong requests are told. */
class SubmitIT extends WorkerTest {
    private static final String[] QUICK = {"output good", "finish GOAL_MET"};

    private String post(String body) {
        return http().postJson("/v1/jobs", body).expect(202).json().path("id").asString();
    }

    private static List<String> paths(JsonNode problem) {
        return problem.path("errors")
                .valueStream()
                .map(error -> error.path("path").asString())
                .toList();
    }

    @Test
    void everyFaultIsToldAtOnce() {
        String nobody = UUID.nameUUIDFromBytes(new byte[] {7}).toString();
        JsonNode problem = http().postJson(
                        "/v1/jobs",
                        "{\"modelId\":\"" + nobody + "\",\"technique\":\"QAT\",\"target\":\"tflite\",\"calibration\":"
                                + "{\"datasetId\":\"" + nobody + "\"},\"evaluation\":{\"datasetId\":\"" + nobody
                                + "\"},\"training\":{\"datasetId\":\"" + nobody
                                + "\"},\"settings\":{\"algorithms\":[\"ALCHEMY\"]},\"webhook\":{\"url\":\"ftp://example.org\"}}")
                .expectProblem(422, "UNSUPPORTED_TARGET");
        assertThat(paths(problem))
                .containsExactlyInAnyOrder(
                        "training.datasetId",
                        "target",
                        "settings.algorithms",
                        "webhook.url",
                        "modelId",
                        "calibration.datasetId",
                        "evaluation.datasetId");
    }

    @Test
    void faultsOfShapeAndOfMeaningComeTogether() {
        String nobody = UUID.nameUUIDFromBytes(new byte[] {7}).toString();
        JsonNode problem = http().postJson(
                        "/v1/jobs",
                        "{\"modelId\":\"" + nobody
                                + "\",\"technique\":\"QAT\",\"measure\":{\"threads\":0},\"budget\":{\"maxTrials\":0}}")
                .expect(422)
                .json();
        assertThat(paths(problem)).contains("measure.threads", "budget.maxTrials", "modelId");
    }

    @Test
    void whatIsNotHereYetIsRefusedByName() {
        String model = jobs().model();
        String dynamic = "{\"modelId\":\"" + model + "\",\"technique\":\"DYNAMIC\"";
        JsonNode training = http().postJson("/v1/jobs", "{\"modelId\":\"" + model + "\",\"technique\":\"QAT\"}")
                .expectProblem(422, "RECIPE_INVALID");
        assertThat(paths(training)).containsExactly("calibration");
        http().postJson("/v1/jobs", dynamic + ",\"training\":{\"epochs\":2}}").expectProblem(422, "RECIPE_INVALID");
        http().postJson("/v1/jobs", dynamic + ",\"training\":{\"epochs\":0}}").expectProblem(422, "INVALID_BODY");
        http().postJson("/v1/jobs", dynamic + ",\"target\":\"openvino\"}").expectProblem(422, "UNSUPPORTED_TARGET");
        JsonNode algorithm = http().postJson("/v1/jobs", dynamic + ",\"settings\":{\"algorithms\":[\"GPTQ\",\"X\"]}}")
                .expectProblem(422, "UNSUPPORTED_ALGORITHM");
        assertThat(algorithm.path("detail").asString()).contains("[X]", "SMOOTH_QUANT", "BIAS_CORRECTION");
        http().postJson("/v1/jobs", dynamic + ",\"settings\":{\"blockSize\":33}}")
                .expectProblem(422, "INVALID_BODY");
        JsonNode weights = http().postJson(
                        "/v1/jobs",
                        "{\"modelId\":\"" + model
                                + "\",\"technique\":\"WEIGHT_ONLY\",\"settings\":{\"weightMethod\":\"GPTQ\"}}")
                .expectProblem(422, "CALIBRATION_MISSING");
        assertThat(paths(weights)).containsExactly("calibration");
    }

    @Test
    void autoIsCheckedWithWhatItMayUse() {
        JsonNode preflight = http().postJson(
                        "/v1/jobs?validateOnly=true",
                        "{\"modelId\":\"" + jobs().model() + "\",\"technique\":\"AUTO\",\"objective\":"
                                + "{\"prefer\":\"SMALLEST\"},\"budget\":{\"maxRunSeconds\":60,\"maxTrials\":4}}")
                .expect(200)
                .json();
        assertThat(preflight.path("valid").asBoolean()).as("%s", preflight).isTrue();
        assertThat(preflight
                        .path("findings")
                        .valueStream()
                        .map(finding -> finding.path("code").asString()))
                .contains("CALIBRATION_MISSING");
        JsonNode estimate = preflight.path("estimate");
        assertThat(estimate.path("basis").asString()).isEqualTo("WEIGHTS");
        assertThat(estimate.path("peakMemoryBytes").asLong()).isBetween(250L << 20, 300L << 20);
    }

    @Test
    void whatAJobWouldTakeIsKnownFromEarlierOnes() {
        String model = jobs().model();
        String request = JobClient.request(model, SCRIPTS.add(QUICK), "");
        jobs().await(post(request), "SUCCEEDED");
        JsonNode estimate = http().postJson("/v1/jobs?validateOnly=true", request)
                .expect(200)
                .json()
                .path("estimate");
        assertThat(estimate.path("basis").asString()).isEqualTo("EARLIER_JOB");
        assertThat(estimate.path("peakMemoryBytes").asLong()).isEqualTo(123_456_789);
        assertThat(estimate.path("seconds").asDouble()).isBetween(0.01, 60.0);
    }

    @Test
    void dataThatDoesNotFitTheModelIsRefusedWithBothSides() {
        String dataset = http().upload("/v1/datasets", SampleFiles.dataset(8, 1))
                .expect(201)
                .json()
                .path("id")
                .asString();
        String request = "{\"modelId\":\"" + jobs().model()
                + "\",\"technique\":\"STATIC\",\"calibration\":{\"datasetId\":\"" + dataset + "\"}}";
        JsonNode problem = http().postJson("/v1/jobs", request).expectProblem(422, "DATASET_MISMATCH");
        assertThat(paths(problem)).contains("calibration.datasetId");

        JsonNode preflight = http().postJson("/v1/jobs?validateOnly=true", request)
                .expect(200)
                .json();
        assertThat(preflight.path("valid").asBoolean()).isFalse();
        assertThat(preflight.path("findings").get(0).path("severity").asString())
                .isEqualTo("ERROR");
        assertThat(http().postJson("/v1/jobs/validate", request).expect(200).json())
                .isEqualTo(preflight);
        http().postJson("/v1/jobs?validateOnly=yes", request).expectProblem(400, "INVALID_PARAMETER");
    }

    @Test
    void aNodeThatTheModelLacksIsRefusedByName() {
        String request =
                "{\"modelId\":\"" + jobs().model() + "\",\"technique\":\"AUTO\",\"settings\":{\"exclude\":[%s]}}";
        JsonNode problem = http().postJson("/v1/jobs", request.formatted("\"/stem/conv/Cnv\""))
                .expectProblem(422, "UNKNOWN_NODE");
        assertThat(paths(problem)).containsExactly("settings.exclude");
        assertThat(problem.path("detail").asString()).contains("/stem/conv/Cnv");
        String report = http().postJson("/v1/jobs?validateOnly=true", request.formatted(""))
                .expect(200)
                .text();
        assertThat(report).doesNotContain("UNKNOWN_NODE");
        assertThat(http().postJson(
                                "/v1/jobs?validateOnly=true",
                                request.formatted("\"/stem/stem.0/Conv\",\"/stem/stem.0/Conv_output_0\""))
                        .expect(200)
                        .text())
                .doesNotContain("UNKNOWN_NODE");
    }

    @Test
    void theRequestComesBackWithItsDefaults() {
        String job = jobs().submit(SCRIPTS.add(QUICK), ",\"tags\":{\"team\":\"vision\"}");
        JsonNode request = jobs().get(job).path("request");
        assertThat(request.path("budget").path("maxRunSeconds").asInt()).isEqualTo(3600);
        assertThat(request.path("objective").path("maxDrop").asDouble()).isEqualTo(0.01);
        assertThat(request.path("measure").path("batchSizes").get(0).asInt()).isOne();
        assertThat(request.path("settings").path("observer").isMissingNode())
                .as("a default that DYNAMIC does not read")
                .isTrue();
        assertThat(request.path("tags").path("team").asString()).isEqualTo("vision");
        jobs().await(job, "SUCCEEDED");
    }

    @Test
    void observersMayBeNamedAsPyTorchDoes() {
        String job = jobs().submit(SCRIPTS.add(QUICK), ",\"settings\":{\"observer\":\"HistogramObserver\"}");
        assertThat(jobs().get(job)
                        .path("request")
                        .path("settings")
                        .path("observer")
                        .asString())
                .isEqualTo("HISTOGRAM");
        jobs().await(job, "SUCCEEDED");
        JsonNode problem = http().postJson(
                        "/v1/jobs",
                        "{\"modelId\":\"" + jobs().model() + "\",\"technique\":\"DYNAMIC\",\"settings\":"
                                + "{\"observer\":\"PerChannelMinMaxObserver\",\"perChannel\":false}}")
                .expectProblem(422, "INVALID_BODY");
        assertThat(paths(problem)).containsExactly("settings.observer");
        assertThat(problem.path("detail").asString()).contains("perChannel is false");
    }

    @Test
    void oneKeyMakesOneJobHoweverManyAskAtOnce() throws Exception {
        String body = JobClient.request(jobs().model(), SCRIPTS.add(QUICK), "");
        List<Callable<Http.Answer>> calls = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            calls.add(() -> http().postJson("/v1/jobs", body, "Idempotency-Key", "one-of-many"));
        }
        List<String> ids = new ArrayList<>();
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (Future<Http.Answer> answer : threads.invokeAll(calls)) {
                ids.add(answer.get().expect(202).json().path("id").asString());
            }
        }
        assertThat(ids.stream().distinct()).hasSize(1);
        jobs().await(ids.getFirst(), "SUCCEEDED");
        assertThat(http().postJson("/v1/jobs", " " + body, "Idempotency-Key", "one-of-many")
                        .expect(202)
                        .json()
                        .path("id")
                        .asString())
                .isEqualTo(ids.getFirst());
        http().postJson(
                        "/v1/jobs",
                        body.replace("}", ",\"measure\":{\"threads\":2}}"),
                        "Idempotency-Key",
                        "one-of-many")
                .expectProblem(422, "IDEMPOTENCY_KEY_REUSED");
        http().postJson("/v1/jobs", body, "Idempotency-Key", "with blank").expectProblem(400, "INVALID_PARAMETER");
        http().postJson("/v1/jobs?validateOnly=true", body, "Idempotency-Key", "with blank")
                .expectProblem(400, "INVALID_PARAMETER");
    }

    @Test
    void jobsAreListedNewestFirstAndFiltered() {
        String model = jobs().model();
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            made.addFirst(post(JobClient.request(model, SCRIPTS.add(QUICK), ",\"tags\":{\"n\":\"a,b:" + i + "\"}")));
        }
        made.forEach(job -> jobs().await(job, "SUCCEEDED"));
        List<String> listed = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = http().get("/v1/jobs?state=SUCCEEDED&limit=2&modelId=" + model + cursor)
                    .expect(200)
                    .json();
            page.path("items")
                    .valueStream()
                    .forEach(job -> listed.add(job.path("id").asString()));
            cursor = page.path("nextCursor").isMissingNode()
                    ? ""
                    : "&cursor=" + page.path("nextCursor").asString();
        } while (!cursor.isEmpty());
        assertThat(listed).containsExactlyElementsOf(made);
        assertThat(http().get("/v1/jobs?tag=n:a,b:1&modelId=" + model)
                        .expect(200)
                        .json()
                        .path("items")
                        .valueStream()
                        .map(job -> job.path("id").asString()))
                .containsExactly(made.get(1));
        http().get("/v1/jobs?cursor=nonsense").expectProblem(400, "INVALID_PARAMETER");
        http().get("/v1/jobs?limit=0").expectProblem(400, "INVALID_PARAMETER");
    }

    @Test
    void aModelIsKeptAsLongAsAJobNeedsIt() {
        String model = jobs().model();
        String job = post(JobClient.request(
                model, SCRIPTS.add("touch needs", "until enough", "output good", "finish GOAL_MET"), ""));
        awaitFile("needs");
        http().delete("/v1/models/" + model).expectProblem(409, "MODEL_IN_USE");
        SCRIPTS.touch("enough");
        jobs().await(job, "SUCCEEDED");
        http().delete("/v1/models/" + model).expect(204);
        assertThat(jobs().get(job).path("state").asString()).isEqualTo("SUCCEEDED");
        http().get("/v1/jobs/" + job + "/report").expect(200);
    }

    @Test
    void thereIsNoSuchJob() {
        String nobody = "/v1/jobs/" + UUID.nameUUIDFromBytes(new byte[] {9});
        for (String part : List.of("", "/report", "/layers", "/trials", "/log", "/artifacts")) {
            http().get(nobody + part).expectProblem(404, "JOB_NOT_FOUND");
        }
        http().get(nobody + "/events", "Accept", "text/event-stream").expectProblem(404, "JOB_NOT_FOUND");
        http().postJson(nobody + "/cancel", "").expectProblem(404, "JOB_NOT_FOUND");
        http().get(nobody, "Prefer", "wait=5").expectProblem(404, "JOB_NOT_FOUND");
    }
}
