package dev.octet.uploads;

import dev.octet.platform.Http;
import dev.octet.platform.Http.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Stream;

/** A client of the tus protocol, as its page describes one. */
record Tus(Http http) {
    /** Announces an upload. */
    Answer announce(String kind, String filename, long length, String... more) {
        String metadata = "kind " + base64(kind) + ",filename " + base64(filename);
        return send(
                "POST",
                "/v1/uploads",
                new byte[0],
                headers(more, "Upload-Length", String.valueOf(length), "Upload-Metadata", metadata));
    }

    /** Announces an upload and answers its address. */
    String begin(String kind, String filename, long length) {
        return announce(kind, filename, length).expect(201).header("Location");
    }

    /** Sends bytes from that offset on. */
    Answer patch(String upload, long offset, byte[] bytes, String... more) {
        return send(
                "PATCH",
                upload,
                bytes,
                headers(
                        more,
                        "Upload-Offset",
                        String.valueOf(offset),
                        "Content-Type",
                        "application/offset+octet-stream"));
    }

    Answer head(String upload) {
        return send("HEAD", upload, new byte[0]);
    }

    /** Where the next byte goes. */
    long offset(String upload) {
        return Long.parseLong(head(upload).expect(204).header("Upload-Offset"));
    }

    Answer send(String method, String path, byte[] body, String... headers) {
        return http.send(method, path, BodyPublishers.ofByteArray(body), headers(headers, "Tus-Resumable", "1.0.0"));
    }

    private static String[] headers(String[] some, String... others) {
        return Stream.concat(Arrays.stream(some), Arrays.stream(others)).toArray(String[]::new);
    }

    static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
