package dev.octet.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.platform.Http;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;

/**
 * Submits jobs to a service and follows them.
 *
 * @param http the service
 */
public record JobClient(Http http) {
    private static final Path MODEL = Path.of("src/test/resources/fixtures/resnet20.onnx");

    /** Uploads the small convolutional network that the tests share, and returns its id. */
    public String model() {
        return http.upload("/v1/models?name=resnet20", bytes(MODEL))
                .expect(201)
                .json()
                .path("id")
                .asString();
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The request of a job that needs no dataset. */
    public static String request(String model, long seed, String more) {
        return "{\"modelId\":\"" + model + "\",\"technique\":\"DYNAMIC\",\"seed\":" + seed + more + "}";
    }

    /** Submits a job on a new upload and returns its id; {@code more} are further members, after a comma. */
    public String submit(long seed, String more) {
        return http.postJson("/v1/jobs", request(model(), seed, more))
                .expect(202)
                .json()
                .path("id")
                .asString();
    }

    public JsonNode get(String job) {
        return http.get("/v1/jobs/" + job).expect(200).json();
    }

    /** Waits until the job is in the state. */
    public JsonNode await(String job, String state) {
        return await(job, state, Duration.ofSeconds(40));
    }

    /** Waits so long at most until the job is in the state; fails at once where it ended in another. */
    public JsonNode await(String job, String state, Duration most) {
        Awaitility.await("job " + job + " to be " + state)
                .atMost(most)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    JsonNode now = get(job);
                    String at = now.path("state").asString();
                    if (!now.path("finishedAt").isMissingNode()) {
                        assertThat(at).as("%s", now).isEqualTo(state);
                    }
                    return at.equals(state);
                });
        return get(job);
    }

    public String log(String job) {
        return http.get("/v1/jobs/" + job + "/log").expect(200).text();
    }
}
