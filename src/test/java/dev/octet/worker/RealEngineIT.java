package dev.octet.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.platform.Http;
import dev.octet.platform.ServiceTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A job with the true engine, over HTTP from upload to download. */
class RealEngineIT extends ServiceTest {
    private static final Path SAMPLES = Path.of("src/test/resources/fixtures/data/cifar10-64.npz");

    @Test
    void aNetworkIsQuantizedProvenAndHandedOutWithItsReport() throws Exception {
        JobClient jobs = new JobClient(http());
        String model = jobs.model();
        String dataset = http().upload("/v1/datasets?name=cifar10", Files.readAllBytes(SAMPLES))
                .expect(201)
                .json()
                .path("id")
                .asString();
        String data = "{\"datasetId\":\"" + dataset + "\"";
        String request = "{\"modelId\":\"" + model + "\",\"technique\":\"STATIC\",\"calibration\":" + data
                + ",\"samples\":32},\"evaluation\":" + data + "},\"objective\":{\"maxDrop\":0.05}}";

        assertThat(http().postJson("/v1/jobs?validateOnly=true", request)
                        .expect(200)
                        .json()
                        .path("valid")
                        .asBoolean())
                .isTrue();
        String job = http().postJson("/v1/jobs", request)
                .expect(202)
                .json()
                .path("id")
                .asString();
        JsonNode done = jobs.await(job, "SUCCEEDED", Duration.ofMinutes(3));

        JsonNode result = done.path("result");
        assertThat(result.path("metric").path("name").asString()).isEqualTo("TOP1");
        assertThat(result.path("metric").path("drop").asDouble()).isLessThan(0.1);
        assertThat(result.path("int8MacShare").asDouble()).isGreaterThan(0.9);
        assertThat(result.path("sizeBytes").path("int8").asLong())
                .isLessThan(result.path("sizeBytes").path("fp32").asLong() / 2);
        assertThat(http().get("/v1/jobs/" + job + "/report")
                        .expect(200)
                        .json()
                        .path("reportVersion")
                        .asInt())
                .isOne();
        assertThat(http().get("/v1/jobs/" + job + "/layers").expect(200).json().path("items"))
                .isNotEmpty();
        assertThat(http().get("/v1/jobs/" + job + "/trials").expect(200).json().path("items"))
                .isNotEmpty();
        assertThat(jobs.log(job)).isNotBlank();
        download(result.path("artifactId").asString());
        calibratedOnceIsEnough(jobs, request);
    }

    /** Another job on the same samples takes what the first one's calibration saw, and says so. */
    private void calibratedOnceIsEnough(JobClient jobs, String request) {
        String again = request.substring(0, request.length() - 1) + ",\"settings\":{\"perChannel\":false}}";
        String job =
                http().postJson("/v1/jobs", again).expect(202).json().path("id").asString();
        jobs.await(job, "SUCCEEDED", Duration.ofMinutes(3));
        assertThat(http().get("/v1/jobs/" + job + "/report").expect(200).json().path("notes"))
                .extracting(note -> note.path("message").asString())
                .anySatisfy(message -> assertThat(message).contains("calibration skipped"));
    }

    private void download(String artifact) throws Exception {
        JsonNode facts = http().get("/v1/artifacts/" + artifact).expect(200).json();
        assertThat(facts.path("name").asString()).isEqualTo("resnet20-int8.onnx");
        Http.Answer whole = http().get("/v1/artifacts/" + artifact + "/content").expect(200);
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(whole.bytes());
        assertThat(HexFormat.of().formatHex(hash))
                .isEqualTo(facts.path("sha256").asString());
        assertThat(whole.header("Repr-Digest"))
                .isEqualTo("sha-256=:" + Base64.getEncoder().encodeToString(hash) + ":");
        Http.Answer part = http().get("/v1/artifacts/" + artifact + "/content", "Range", "bytes=4-7")
                .expect(206);
        assertThat(part.bytes()).containsExactly(java.util.Arrays.copyOfRange(whole.bytes(), 4, 8));
        http().get("/v1/artifacts/" + artifact + "/content", "If-None-Match", whole.header("ETag"))
                .expect(304);
        onlyQuantizedOnce(whole.bytes());
    }

    /** The artifact is itself a model that the service knows to be quantized, and refuses to quantize again. */
    private void onlyQuantizedOnce(byte[] artifact) {
        JsonNode uploaded =
                http().upload("/v1/models?name=again", artifact).expect(201).json();
        assertThat(uploaded.path("quantized").asBoolean()).isTrue();
        http().postJson("/v1/jobs", JobClient.request(uploaded.path("id").asString(), 0, ""))
                .expectProblem(422, "MODEL_ALREADY_QUANTIZED");
    }

    @Test
    void theWorkersOwnTargetIsExecutable() throws IOException {
        JsonNode targets = http().get("/v1/targets").expect(200).json().path("items");
        assertThat(targets.valueStream()
                        .filter(target -> target.path("executable").asBoolean()))
                .singleElement()
                .satisfies(
                        target -> assertThat(target.path("reason").asString()).startsWith("executed by worker "));
        assertThat(http().get("/actuator/health/readiness").expect(200).text()).contains("UP");
    }
}
