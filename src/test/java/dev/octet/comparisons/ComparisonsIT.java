package dev.octet.comparisons;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.data.NpzFiles;
import dev.octet.platform.Http;
import dev.octet.worker.WorkerTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** Comparisons over HTTP, with engines that follow scripts: what is refused, what is lost and what is kept. */
class ComparisonsIT extends WorkerTest {
    private static final Path SAMPLES = Path.of("src/test/resources/fixtures/data/cifar10-64.npz");
    private static final String FOUND = "compared {\"total\":64,\"asWritten\":false,\"samples\":[]}";

    @Autowired
    JdbcClient jdbc;

    private ComparisonClient comparisons;

    @BeforeEach
    void succeed() {
        String job = submit("output good", "finish GOAL_MET");
        jobs().await(job, "SUCCEEDED");
        comparisons = new ComparisonClient(http(), job);
    }

    private static byte[] samples() throws IOException {
        return Files.readAllBytes(SAMPLES);
    }

    /** Nothing of an ended comparison is left but its row. */
    private void assertNothingIsLeft(JsonNode comparison) {
        assertThat(jdbc.sql("select count(*) from blob_reference where owner = ?")
                        .param("comparison:" + comparison.path("id").asString())
                        .query(Integer.class)
                        .single())
                .isZero();
        Awaitility.await("folders to be gone").atMost(Duration.ofSeconds(10)).until(() -> {
            try (Stream<Path> folders = Files.list(data().resolve("comparisons"))) {
                return folders.noneMatch(folder -> folder.getFileName()
                        .toString()
                        .startsWith(comparison.path("id").asString()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Test
    void whatAnEngineFindsIsKeptWithTheJobAndItsSamplesAreNot() throws IOException {
        SCRIPTS.addComparison(3, FOUND);
        Http.Answer accepted = comparisons.file(samples(), 3).expect(202);
        JsonNode queued = accepted.json();
        assertThat(accepted.header("Location"))
                .isEqualTo(comparisons.path() + "/" + queued.path("id").asString());
        assertThat(queued.path("samples").asInt()).isEqualTo(3);
        assertThat(queued.path("format").asString()).isEqualTo("NPZ");
        JsonNode done = comparisons.await(accepted, "SUCCEEDED");
        assertThat(done.path("result").path("total").asInt()).isEqualTo(64);
        assertThat(done.path("attempt").asInt()).isOne();
        assertNothingIsLeft(done);
        assertThat(http().get(comparisons.path())
                        .expect(200)
                        .json()
                        .path("items")
                        .get(0))
                .isEqualTo(done);
        Http.Answer again = http().get(accepted.header("Location")).expect(200);
        http().get(accepted.header("Location"), "If-None-Match", again.header("ETag"))
                .expect(304);
        assertThat(http().get("/v1/jobs?limit=100").expect(200).json().path("items"))
                .noneMatch(job -> job.path("id").equals(done.path("id")));
    }

    @Test
    void anEngineThatIsKilledIsStartedOnceMore() throws IOException {
        SCRIPTS.addComparison(4, "@1 kill KILL", "@1 hang", FOUND);
        JsonNode done = comparisons.await(comparisons.file(samples(), 4), "SUCCEEDED");
        assertThat(done.path("attempt").asInt()).isEqualTo(2);
        SCRIPTS.addComparison(5, "kill KILL", "hang");
        JsonNode failed = comparisons.await(comparisons.file(samples(), 5), "FAILED");
        assertThat(failed.path("attempt").asInt()).isEqualTo(2);
        assertThat(failed.path("error").path("code").asString()).isEqualTo("ENGINE_KILLED");
        assertThat(failed.path("error").path("instance").asString())
                .isEqualTo(comparisons.path() + "/" + failed.path("id").asString());
        assertNothingIsLeft(failed);
    }

    @Test
    void whatTheDataAreToBlameForFailsAtOnceAndWhatIsNotAsAgreedIsTriedAgain() throws IOException {
        SCRIPTS.addComparison(6, "fail DATASET_NOT_FINITE sample 3 has a NaN", "exit 65");
        JsonNode failed = comparisons.await(comparisons.file(samples(), 6), "FAILED");
        assertThat(failed.path("attempt").asInt()).isOne();
        assertThat(failed.path("error").path("status").asInt()).isEqualTo(422);
        assertThat(failed.path("error").path("detail").asString()).isEqualTo("sample 3 has a NaN");
        SCRIPTS.addComparison(7, "@1 compared {\"total\":-1}", "@2 compared no json");
        JsonNode wrong = comparisons.await(comparisons.file(samples(), 7), "FAILED");
        assertThat(wrong.path("attempt").asInt()).isEqualTo(2);
        assertThat(wrong.path("error").path("code").asString()).isEqualTo("ENGINE_FAILED");
    }

    @Test
    void anEngineThatTakesTooLongIsStopped() throws IOException {
        SCRIPTS.addComparison(8, "touch slow", "hang");
        JsonNode failed = comparisons.await(comparisons.file(samples(), 8), "FAILED");
        assertThat(failed.path("error").path("code").asString()).isEqualTo("COMPARISON_DEADLINE");
        assertThat(ProcessHandle.of(awaitFile("slow")).filter(ProcessHandle::isAlive))
                .isEmpty();
    }

    @Test
    void moreThanMayWaitAreRefused() throws IOException {
        SCRIPTS.addComparison(9, "until let-go", FOUND);
        Http.Answer first = comparisons.file(samples(), 9).expect(202);
        Http.Answer second = comparisons.file(samples(), 9).expect(202);
        Http.Answer third = comparisons.file(samples(), 9);
        third.expectProblem(429, "COMPARISONS_WAITING");
        assertThat(third.header("Retry-After")).isNotBlank();
        SCRIPTS.touch("let-go");
        comparisons.await(first, "SUCCEEDED");
        comparisons.await(second, "SUCCEEDED");
    }

    @Test
    void samplesThatDoNotFitAreRefusedWithBothSides(@TempDir Path folder) throws IOException {
        byte[] narrow = Files.readAllBytes(
                NpzFiles.npz().floats("input", new float[12], 2, 6).write(folder.resolve("narrow.npz")));
        JsonNode problem = comparisons.file(narrow, 1).expectProblem(422, "DATASET_MISMATCH");
        assertThat(problem.path("errors").get(0).path("message").asString()).contains("input", "3,32,32", "6");
        comparisons
                .file("no dataset at all\0".getBytes(StandardCharsets.UTF_8), 1)
                .expectProblem(422, "DATASET_MALFORMED");
        comparisons
                .send("text/plain", "a text".getBytes(StandardCharsets.UTF_8), 1)
                .expect(422);
        comparisons.send("application/xml", new byte[3], 1).expect(415);
        comparisons.file(new byte[1_100_000], 1).expectProblem(413, "CONTENT_TOO_LARGE");
        byte[] image = new byte[1_100_000];
        System.arraycopy(new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff}, 0, image, 0, 3);
        comparisons.send("image/jpeg", image, 1).expectProblem(413, "CONTENT_TOO_LARGE");
        comparisons.file(samples(), 0).expect(400);
        assertThat(http().get(comparisons.path()).expect(200).json().path("items"))
                .isEmpty();
        assertThat(jdbc.sql("select count(*) from blob_reference where pin")
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    @Test
    void whatIsNotThereIsSaid() {
        comparisons.json("{}").expectProblem(422, "SAMPLES_UNCLEAR");
        comparisons.json("{\"datasetId\":\"" + UUID.randomUUID() + "\"}").expectProblem(422, "DATASET_NOT_FOUND");
        http().get(comparisons.path() + "/" + UUID.randomUUID()).expectProblem(404, "COMPARISON_NOT_FOUND");
        new ComparisonClient(http(), UUID.randomUUID().toString())
                .json("{\"text\":\"t\"}")
                .expectProblem(404, "JOB_NOT_FOUND");
        String failed = submit("fail DATASET_MISMATCH no", "exit 65");
        jobs().await(failed, "FAILED");
        new ComparisonClient(http(), failed).json("{\"text\":\"t\"}").expectProblem(409, "JOB_HAS_NO_RESULT");
        String model =
                jobs().get(comparisons.job()).path("request").path("modelId").asString();
        http().delete("/v1/models/" + model).expect(204);
        comparisons.json("{\"text\":\"t\"}").expectProblem(409, "MODEL_DELETED");
    }

    @Test
    void modelAndSamplesMayBeDeletedWhileTheyAreCompared() throws IOException {
        SCRIPTS.addComparison(10, "until deleted", FOUND);
        String dataset = http().upload("/v1/datasets?name=cifar10", samples())
                .expect(201)
                .json()
                .path("id")
                .asString();
        Http.Answer accepted = comparisons
                .json("{\"datasetId\":\"" + dataset + "\",\"samples\":10}")
                .expect(202);
        http().delete("/v1/datasets/" + dataset).expect(204);
        String model =
                jobs().get(comparisons.job()).path("request").path("modelId").asString();
        http().delete("/v1/models/" + model).expect(204);
        SCRIPTS.touch("deleted");
        comparisons.await(accepted, "SUCCEEDED");
    }
}
