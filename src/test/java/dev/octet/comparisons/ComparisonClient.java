package dev.octet.comparisons;

import dev.octet.platform.Http;
import java.net.http.HttpRequest.BodyPublishers;
import tools.jackson.databind.JsonNode;

/**
 * Asks a service for comparisons of one job.
 *
 * @param http the service
 * @param job the job's id
 */
record ComparisonClient(Http http, String job) {
    String path() {
        return "/v1/jobs/" + job + "/comparisons";
    }

    Http.Answer send(String type, byte[] body, int samples) {
        return http.send(
                "POST", path() + "?samples=" + samples, BodyPublishers.ofByteArray(body), "Content-Type", type);
    }

    Http.Answer file(byte[] body, int samples) {
        return send("application/octet-stream", body, samples);
    }

    Http.Answer json(String body) {
        return http.postJson(path(), body);
    }

    JsonNode get(Http.Answer accepted) {
        return http.get(accepted.header("Location")).expect(200).json();
    }

    /** Waits, as the contract offers it, until it has ended. */
    JsonNode await(Http.Answer accepted, String state) {
        accepted.expect(202);
        Http.Answer ended =
                http.get(accepted.header("Location"), "Prefer", "wait=60").expect(200);
        if (!ended.json().path("state").asString().equals(state)) {
            throw new AssertionError("not " + state + ": " + ended.text());
        }
        return ended.json();
    }
}
