package dev.octet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.platform.Http.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Every way of asking wrongly is answered as a problem. */
class ProblemsIT extends ServiceTest {
    private static final String ID = "0197c4b0-6a3e-7b52-9c1f-3f1f0f6f2a11";

    @Test
    void unknownAddressesAndMethods() {
        http().get("/v1/nothing").expectProblem(404, "NOT_FOUND");
        http().get("/nothing.html").expectProblem(404, "NOT_FOUND");
        http().get("/error").expectProblem(404, "NOT_FOUND");
        Answer put = http().send("PUT", "/v1/models", BodyPublishers.ofString("x"));
        put.expectProblem(405, "METHOD_NOT_ALLOWED");
        assertThat(put.header("Allow")).isEqualTo("GET, POST");
    }

    @Test
    void parametersNameThemselves() {
        JsonNode id = http().get("/v1/models/xyz").expectProblem(400, "INVALID_PARAMETER");
        assertThat(id.path("errors").get(0).path("path").asString()).isEqualTo("id");
        JsonNode limit = http().get("/v1/models?limit=0").expectProblem(400, "INVALID_PARAMETER");
        assertThat(limit.path("errors").get(0).path("path").asString()).isEqualTo("limit");
        http().get("/v1/models?limit=101").expectProblem(400, "INVALID_PARAMETER");
        http().get("/v1/models?limit=many").expectProblem(400, "INVALID_PARAMETER");
        http().get("/v1/models?cursor=%00").expectProblem(400, "INVALID_PARAMETER");
        http().get("/v1/models?cursor=AAAA").expectProblem(400, "INVALID_PARAMETER");
        http().get("/v1/models?cursor=" + "x".repeat(201)).expectProblem(400, "INVALID_PARAMETER");
    }

    @Test
    void aQueryIsReadOrRefusedWhole() {
        http().get("/v1/models?=x").expectProblem(400, "INVALID_PARAMETER");
        http().get("/v1/models/" + ID + "?a=b&=").expectProblem(400, "INVALID_PARAMETER");
        http().get("/v1/models?limit=%C3%28").expectProblem(400, "INVALID_PARAMETER");
        JsonNode empty = http().get("/v1/jobs?modelId=&state=").expectProblem(400, "INVALID_PARAMETER");
        assertThat(empty.path("errors"))
                .extracting(error -> error.path("path").asString())
                .containsExactlyInAnyOrder("modelId", "state");
        http().get("/v1/models?unknown=1").expect(200);
    }

    @Test
    void aBodyWithManyFaultsIsMendedInOneRound() {
        JsonNode problem = http().postJson(
                        "/v1/jobs", "{\"modelId\":7,\"technique\":\"QUICK\",\"settings\":{\"observr\":\"MSE\"}}")
                .expectProblem(422, "INVALID_BODY");
        assertThat(problem.path("errors"))
                .extracting(error -> error.path("path").asString())
                .containsExactlyInAnyOrder("modelId", "technique", "settings.observr");
        http().postJson("/v1/jobs", "{\"modelId\":").expectProblem(400, "MALFORMED_JSON");
        http().postJson("/v1/jobs", "").expectProblem(400, "EMPTY_BODY");
        http().postJson("/v1/jobs", "{\"tags\":{\"a\":\"" + "x".repeat(1 << 20) + "\"}}")
                .expectProblem(413, "CONTENT_TOO_LARGE");
    }

    @Test
    void mediaTypes() {
        http().get("/v1/models", "Accept", "text/html").expectProblem(406, "NOT_ACCEPTABLE");
        http().get("/v1/models", "Accept", "application/problem+json").expectProblem(406, "NOT_ACCEPTABLE");
        http().delete("/v1/models/" + ID, "Accept", "application/json").expectProblem(404, "MODEL_NOT_FOUND");
        Answer form = http().send(
                        "POST",
                        "/v1/models",
                        BodyPublishers.ofString("a=b"),
                        "Content-Type",
                        "application/x-www-form-urlencoded");
        form.expectProblem(415, "UNSUPPORTED_MEDIA_TYPE");
        assertThat(form.header("Accept")).contains("application/octet-stream", "multipart/form-data");
        http().send("POST", "/v1/models", BodyPublishers.ofString("x"), "Content-Type", "nonsense")
                .expectProblem(415, "UNSUPPORTED_MEDIA_TYPE");
        http().send("POST", "/v1/models", BodyPublishers.noBody(), "Content-Type", "application/octet-stream")
                .expectProblem(400, "EMPTY_BODY");
    }

    @Test
    void aRequestKeepsTheNameItWasGivenAndGetsOneOtherwise() {
        Answer named = http().get("/v1/models/" + ID, "X-Request-Id", "my-request.1");
        assertThat(named.header("X-Request-Id")).isEqualTo("my-request.1");
        assertThat(named.expectProblem(404, "MODEL_NOT_FOUND").path("requestId").asString())
                .isEqualTo("my-request.1");
        Answer hostile = http().get("/v1/models/" + ID, "X-Request-Id", "x".repeat(65));
        assertThat(hostile.header("X-Request-Id")).isNotEmpty().doesNotContain("xx");
        assertThat(http().get("/v1/models").header("X-Request-Id")).hasSize(32);
    }

    @Test
    void whatTheContainerRefusesIsAProblemToo() throws IOException {
        String path = raw("GET /v1/models/%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assertThat(path).startsWith("HTTP/1.1 400").contains("application/problem+json", "MALFORMED_REQUEST");
        String traversal = raw("GET /../../etc/passwd HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assertThat(traversal).startsWith("HTTP/1.1 400").contains("application/problem+json");
        String trace = raw("TRACE /v1/models HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assertThat(trace).startsWith("HTTP/1.1 405").contains("application/problem+json");
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket("localhost", http().base().getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void pagesAndContractAreServedWithTheHeadersThatProtectThem() {
        Answer page = http().get("/swagger-ui/index.html").expect(200);
        assertThat(page.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(page.header("Content-Security-Policy")).contains("default-src 'self'", "frame-ancestors 'none'");
        assertThat(page.text()).doesNotContain("<script>");
        assertThat(http().get("/swagger-ui").status()).isEqualTo(302);
        http().get("/webjars/swagger-ui/swagger-ui-bundle.js").expect(200);
        http().get("/swagger-ui/start.js").expect(200);
    }

    @Test
    void theContractIsServed() throws IOException {
        Answer contract = http().get("/openapi.yaml").expect(200);
        assertThat(contract.header("Content-Type")).startsWith("application/yaml");
        assertThat(contract.bytes()).isEqualTo(Files.readAllBytes(Path.of("openapi.yaml")));
        JsonNode technique = http().get("/openapi.json")
                .expect(200)
                .json()
                .path("components")
                .path("schemas")
                .path("Technique");
        assertThat(technique.path("enum").get(0).asString()).isEqualTo("AUTO");
        assertThat(technique.path("x-texts").path("AUTO").asString()).startsWith("Automatic");
    }

    @Test
    void healthAndMetricsAreServed() {
        JsonNode ready = http().get("/actuator/health/readiness").expect(200).json();
        assertThat(ready.path("components").path("db").path("status").asString())
                .isEqualTo("UP");
        assertThat(ready.path("components").path("storage").path("status").asString())
                .isEqualTo("UP");
        assertThat(ready.path("components")
                        .path("storage")
                        .path("details")
                        .path("roomBytes")
                        .asLong())
                .isPositive();
        assertThat(http().get("/actuator/prometheus").expect(200).text())
                .contains("http_server_requests_seconds", "octet_storage_room_bytes");
        http().get("/actuator/env").expectProblem(404, "NOT_FOUND");
    }
}
