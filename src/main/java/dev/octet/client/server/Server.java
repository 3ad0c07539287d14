package dev.octet.client.server;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A server and what it is asked. */
public final class Server {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final URI base;
    private final @Nullable String token;
    private final HttpClient client;

    /**
     * @param base where it is, such as {@code https://octet.example.org}
     * @param token what it knows the caller by; null where it asks for none
     */
    public Server(URI base, @Nullable String token) {
        this.base = URI.create(base.toString().replaceAll("/+$", "") + "/");
        this.token = token;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(10))
                .build();
    }

    public URI base() {
        return base;
    }

    /** The JSON at the path, such as {@code v1/jobs}. */
    public JsonNode get(String path) {
        return json(request(path).GET());
    }

    /** Posts JSON and returns the JSON that is answered. */
    public JsonNode post(String path, JsonNode body) {
        return json(request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(JSON.writeValueAsString(body))));
    }

    JsonNode json(HttpRequest.Builder request) {
        HttpResponse<byte[]> response = send(request, BodyHandlers.ofByteArray());
        requireSuccess(response, response.body());
        return parse(response.body(), response);
    }

    HttpRequest.Builder request(String path) {
        String relative = path.startsWith("/") ? path.substring(1) : path;
        HttpRequest.Builder request =
                HttpRequest.newBuilder(base.resolve(relative)).timeout(PATIENCE);
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    /** Sends the request, whatever is answered. */
    <T> HttpResponse<T> send(HttpRequest.Builder request, BodyHandler<T> body) {
        try {
            return client.send(request.build(), body);
        } catch (IOException e) {
            throw ServerException.unreachable(base.toString(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ServerException.unreachable(base.toString(), e);
        }
    }

    /** Throws what the server refused with; {@code body} is what it said. */
    static void requireSuccess(HttpResponse<?> response, byte[] body) {
        if (response.statusCode() / 100 != 2) {
            throw ServerException.refused(response.statusCode(), what(response), problem(body));
        }
    }

    private static @Nullable JsonNode problem(byte[] body) {
        try {
            JsonNode problem = JSON.readTree(body);
            return problem.isObject() ? problem : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    private static JsonNode parse(byte[] body, HttpResponse<?> response) {
        try {
            return JSON.readTree(body);
        } catch (JacksonException e) {
            throw ServerException.refused(502, what(response) + " (no JSON: " + start(body) + ")", null);
        }
    }

    private static String start(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        return text.substring(0, Math.min(60, text.length())).replaceAll("\\s+", " ");
    }

    private static String what(HttpResponse<?> response) {
        return response.request().method() + " " + response.request().uri();
    }
}
