package dev.octet.client.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Jobs followed over ways that swallow or break event streams. */
class JobFollowerTest {
    private static final String RUNNING = "{\"state\":\"RUNNING\"}";
    private static final String DONE = "{\"state\":\"SUCCEEDED\"}";

    /** What a server answers to one request. */
    private record Scripted(int status, String type, String body) {}

    private final Queue<Scripted> streams = new ArrayDeque<>();
    private final Queue<Scripted> jobs = new ArrayDeque<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private JobFollower follower;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/jobs/7/events", exchange -> answer(exchange, "Last-Event-ID", streams.remove()));
        server.createContext("/v1/jobs/7", exchange -> answer(exchange, "Prefer", jobs.remove()));
        server.start();
        follower = new JobFollower(
                new Server(URI.create("http://localhost:" + server.getAddress().getPort()), null));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange, String header, Scripted answer) throws IOException {
        asked.add(header + " " + exchange.getRequestHeaders().getFirst(header));
        byte[] body = answer.body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", answer.type);
        exchange.sendResponseHeaders(answer.status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private void stream(String events) {
        streams.add(new Scripted(200, "text/event-stream", events));
    }

    private void job(String json) {
        jobs.add(new Scripted(200, "application/json", json));
    }

    private JsonNode follow() {
        return follower.follow("7", now -> seen.add(now.path("state").asString()));
    }

    @Test
    void aStreamThatBreaksIsTakenUpWhereItWas() {
        stream("id:1\nevent:state\ndata:{\"state\":\"QUEUED\"}\n\n:still here\n\nid:2\ndata:" + RUNNING + "\n\n");
        job(RUNNING);
        stream("id:3\ndata:" + DONE + "\n\n");
        job(DONE);
        assertThat(follow().path("state").asString()).isEqualTo("SUCCEEDED");
        assertThat(asked).containsExactly("Last-Event-ID 0", "Prefer wait=1", "Last-Event-ID 2", "Prefer wait=1");
        assertThat(seen).containsExactly("QUEUED", "RUNNING", "RUNNING", "SUCCEEDED", "SUCCEEDED");
    }

    @Test
    void whereStreamsAreSwallowedItPolls() {
        streams.add(new Scripted(200, "text/html", "<h1>No streams here</h1>"));
        job(RUNNING);
        job(DONE);
        assertThat(follow().path("state").asString()).isEqualTo("SUCCEEDED");
        assertThat(asked).containsExactly("Last-Event-ID 0", "Prefer wait=20", "Prefer wait=20");
    }

    @Test
    void aJobThatIsNotThereIsNotWaitedFor() {
        streams.add(new Scripted(404, "application/problem+json", "{}"));
        jobs.add(new Scripted(404, "application/problem+json", "{\"detail\":\"there is no job\",\"code\":\"X\"}"));
        assertThatThrownBy(this::follow)
                .hasMessage("there is no job (404 X)")
                .asInstanceOf(type(ServerException.class))
                .satisfies(refused -> assertThat(refused.isServers()).isFalse());
    }
}
