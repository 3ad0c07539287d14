package dev.octet.demo;

import dev.octet.client.ProgressLine;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The service as any client sees it: over HTTP. */
final class Service {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Set<String> ENDS = Set.of("SUCCEEDED", "FAILED", "CANCELLED", "EXPIRED");

    private final String base;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

    /** A client of the service at {@code address}, such as {@code http://localhost:8080}. */
    Service(String address) {
        this.base = address + "/v1/";
    }

    /** Uploads {@code content} to {@code collection} and returns its id. */
    String upload(String collection, String name, byte[] content) throws InterruptedException {
        return send(request(collection + "?name=" + name)
                        .header("Content-Type", "application/octet-stream")
                        .POST(BodyPublishers.ofByteArray(content)))
                .path("id")
                .asString("");
    }

    /** Submits a job and returns its id. */
    String submit(JsonNode job) throws InterruptedException {
        return send(request("jobs")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(job.toString())))
                .path("id")
                .asString("");
    }

    /** Waits until the job has ended, handing each state it is seen in to {@code progress}. */
    JsonNode follow(String id, ProgressLine progress) throws InterruptedException {
        while (true) {
            JsonNode job = send(request("jobs/" + id).header("Prefer", "wait=1").GET());
            progress.show(job);
            if (ENDS.contains(job.path("state").asString(""))) {
                progress.end();
                return job;
            }
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path)).timeout(PATIENCE);
    }

    private JsonNode send(HttpRequest.Builder builder) throws InterruptedException {
        HttpRequest request = builder.build();
        try {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            if (response.statusCode() / 100 != 2) {
                throw new DemoFailure(request.method() + " " + request.uri() + " answered " + response.statusCode()
                        + ": " + response.body());
            }
            return JSON.readTree(response.body());
        } catch (IOException | JacksonException e) {
            throw new DemoFailure(request.method() + " " + request.uri() + " failed: " + e.getMessage());
        }
    }
}
