package dev.octet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client of a running service, as a stranger would write one. */
public final class Http {
    private static final JsonMapper JSON = new JsonMapper();
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    private final URI base;

    /** @param base where the service is, without a path */
    public Http(URI base) {
        this.base = base;
    }

    public URI base() {
        return base;
    }

    /** What the service answered. */
    public record Answer(HttpResponse<byte[]> response) {
        public int status() {
            return response.statusCode();
        }

        public byte[] bytes() {
            return response.body();
        }

        public String text() {
            return new String(response.body(), StandardCharsets.UTF_8);
        }

        public JsonNode json() {
            return JSON.readTree(response.body());
        }

        /** The header's value; empty where it is absent. */
        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        /** Checks the status and hands the answer on. */
        public Answer expect(int status) {
            assertThat(status())
                    .as("status of %s with %s", response.request(), shortText())
                    .isEqualTo(status);
            return this;
        }

        private String shortText() {
            return text().substring(0, Math.min(2000, text().length()));
        }

        /** Checks that it is a problem in the contract's form, and hands its JSON on. */
        public JsonNode expectProblem(int status, String code) {
            expect(status);
            assertThat(header("Content-Type")).isEqualTo("application/problem+json");
            JsonNode problem = json();
            assertThat(problem.path("code").asString()).isEqualTo(code);
            assertThat(problem.path("status").asInt()).isEqualTo(status);
            assertThat(problem.path("type").asString()).isEqualTo("about:blank");
            assertThat(problem.path("title").asString()).isNotBlank();
            assertThat(problem.path("detail").asString()).isNotBlank().doesNotContain("Exception", "dev.octet.");
            assertThat(problem.path("requestId").asString()).isNotBlank();
            assertThat(problem.path("retryable").isBoolean()).isTrue();
            assertThat(problem.path("fault").asString()).isEqualTo(status < 500 ? "user" : "service");
            assertThat(problem.path("errors").isArray()).isTrue();
            return problem;
        }
    }

    /** Sends any request; headers come as name, value, name, value. */
    public Answer send(String method, String path, BodyPublisher body, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(base.resolve(path)).method(method, body).timeout(Duration.ofMinutes(2));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return new Answer(CLIENT.send(request.build(), BodyHandlers.ofByteArray()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public Answer get(String path, String... headers) {
        return send("GET", path, BodyPublishers.noBody(), headers);
    }

    public Answer delete(String path, String... headers) {
        return send("DELETE", path, BodyPublishers.noBody(), headers);
    }

    /** Sends bytes as {@code application/octet-stream}. */
    public Answer upload(String path, byte[] bytes) {
        return send("POST", path, BodyPublishers.ofByteArray(bytes), "Content-Type", "application/octet-stream");
    }

    /** Sends a text as {@code application/json}, with further headers. */
    public Answer postJson(String path, String json, String... headers) {
        String[] all = Stream.concat(Stream.of("Content-Type", "application/json"), Arrays.stream(headers))
                .toArray(String[]::new);
        return send("POST", path, BodyPublishers.ofString(json), all);
    }

    /** Sends a form; each part is a field's name with its file's name and bytes. */
    public Answer postForm(String path, List<Part> parts) {
        String boundary = "octet-boundary";
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        for (Part part : parts) {
            form.writeBytes(("--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + part.field()
                            + "\"; filename=\"" + part.filename() + "\"\r\n\r\n")
                    .getBytes(StandardCharsets.UTF_8));
            form.writeBytes(part.bytes());
            form.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
        }
        form.writeBytes(("--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8));
        return send(
                "POST",
                path,
                BodyPublishers.ofByteArray(form.toByteArray()),
                "Content-Type",
                "multipart/form-data; boundary=" + boundary);
    }

    /**
     * Begins an upload by hand, so that it can be broken off.
     *
     * @param length how many bytes are announced
     * @return the connection: its headers are sent, the bytes are the caller's to send
     */
    public Socket beginUpload(String path, long length) throws IOException {
        return begin("POST " + path, length, "Content-Type: application/octet-stream");
    }

    /** Begins to send the bytes of an upload in pieces from {@code offset} on, as {@link #beginUpload}. */
    public Socket beginPatch(String upload, long offset, long length) throws IOException {
        return begin(
                "PATCH " + upload,
                length,
                "Tus-Resumable: 1.0.0",
                "Upload-Offset: " + offset,
                "Content-Type: application/offset+octet-stream");
    }

    private Socket begin(String request, long length, String... headers) throws IOException {
        Socket socket = new Socket(base.getHost(), base.getPort());
        String head = String.join(
                "\r\n",
                request + " HTTP/1.1",
                "Host: localhost",
                String.join("\r\n", headers),
                "Content-Length: " + length,
                "",
                "");
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** One part of a form. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Part(String field, String filename, byte[] bytes) {}
}
