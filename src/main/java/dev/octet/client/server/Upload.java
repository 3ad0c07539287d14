package dev.octet.client.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;

/**
 * A file on its way to a server.
 *
 * @param file the file
 * @param kind what it becomes: {@code model} or {@code dataset}
 * @param name the name it is given
 */
public record Upload(Path file, String kind, String name) {
    /** Files up to here go in one request: there is little to lose. */
    private static final long SMALL = 8L << 20;

    /** Told how far an upload is, in bytes. */
    @FunctionalInterface
    public interface Progress {
        void at(long done, long total);
    }

    /**
     * Sends the file, large ones so that they go on after a cut connection or a later call.
     *
     * @return the model or dataset as the server tells it
     */
    public JsonNode to(Server server, Settings settings, Progress progress) {
        try {
            long size = Files.size(file);
            if (size > SMALL) {
                return server.get(new TusUpload(this, server, settings).send(progress));
            }
            JsonNode made = server.json(
                    server.request("v1/" + kind + "s?name=" + URLEncoder.encode(name, StandardCharsets.UTF_8))
                            .header("Content-Type", "application/octet-stream")
                            .POST(BodyPublishers.ofFile(file)));
            progress.at(size, size);
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
