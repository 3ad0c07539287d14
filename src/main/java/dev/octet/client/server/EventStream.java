package dev.octet.client.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Scanner;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A job's events as the server sends them. */
final class EventStream {
    /** The server says something every 15 seconds; a connection that says nothing for so long is dead. */
    private static final Duration SILENCE = Duration.ofSeconds(60);

    private static final int MOST_WAITING = 1000;
    private static final String END = "";

    private final Server server;
    private final String job;
    private long last;

    EventStream(Server server, String job) {
        this.server = server;
        this.job = job;
    }

    /**
     * Hands on events from where the stream was left until the server ends it or falls silent.
     *
     * @return whether there is such a stream
     * @throws ServerException if the server does not answer, or not for this job
     */
    boolean follow(Consumer<JsonNode> events) {
        HttpResponse<InputStream> response = server.send(
                server.request("v1/jobs/" + job + "/events")
                        .header("Accept", "text/event-stream")
                        .header("Last-Event-ID", String.valueOf(last))
                        .GET(),
                BodyHandlers.ofInputStream());
        boolean streaming = response.statusCode() == 200
                && response.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream");
        try (InputStream body = response.body()) {
            if (streaming) {
                read(body, events);
            }
        } catch (IOException e) {
            throw ServerException.unreachable(server.base().toString(), e);
        }
        return streaming;
    }

    private void read(InputStream body, Consumer<JsonNode> events) {
        BlockingQueue<String> lines = new LinkedBlockingQueue<>(MOST_WAITING);
        Thread.ofVirtual().start(() -> {
            try (Scanner scanner = new Scanner(body, StandardCharsets.UTF_8)) {
                while (scanner.hasNextLine()) {
                    lines.put("|" + scanner.nextLine());
                }
                lines.put(END);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        try {
            for (String line = next(lines); !line.equals(END); line = next(lines)) {
                take(line.substring(1), events);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String next(BlockingQueue<String> lines) throws InterruptedException {
        String line = lines.poll(SILENCE.toSeconds(), TimeUnit.SECONDS);
        return line == null ? END : line;
    }

    private void take(String line, Consumer<JsonNode> events) {
        if (line.startsWith("id:")) {
            last = Long.parseLong(line.substring("id:".length()).strip());
        } else if (line.startsWith("data:")) {
            events.accept(JsonMapper.shared().readTree(line.substring("data:".length())));
        }
    }
}
