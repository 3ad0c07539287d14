package dev.octet.client.server;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;

/**
 * An upload in pieces by the tus protocol, each with its checksum.
 *
 * <p>Where the connection breaks it asks the server how much has arrived and goes on from there; a later call for the same file, not
 * changed since, does the same.
 */
final class TusUpload {
    private static final int PIECE = 8 << 20;
    private static final int MOST_FAILURES = 8;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final int LOCKED = 423;
    private static final int OFFSET_MISMATCH = 409;
    private static final int CHECKSUM_MISMATCH = 460;

    /** Where an upload stands: the next byte, and what it has become once that is known. */
    private record Standing(long offset, String resource) {}

    private final Upload upload;
    private final Server server;
    private final Settings settings;

    TusUpload(Upload upload, Server server, Settings settings) {
        this.upload = upload;
        this.server = server;
        this.settings = settings;
    }

    /** Sends what is missing and returns the path of what the upload has become. */
    String send(Upload.Progress progress) throws IOException {
        Path file = upload.file().toRealPath();
        long size = Files.size(file);
        String key = String.join(
                "|",
                server.base().toString(),
                upload.kind(),
                upload.name(),
                file.toString(),
                String.valueOf(size),
                Files.getLastModifiedTime(file).toString());
        String address = settings.upload(key).filter(this::isThere).orElseGet(() -> begin(size));
        settings.rememberUpload(key, address);
        try (FileChannel channel = FileChannel.open(file)) {
            String resource = send(address, channel, size, progress);
            settings.forgetUpload(key);
            return resource;
        } catch (ServerException e) {
            if (!e.isServers()) {
                settings.forgetUpload(key);
            }
            throw e;
        }
    }

    private boolean isThere(String address) {
        int status = head(address).statusCode();
        return status / 100 == 2 || status == LOCKED;
    }

    private String begin(long size) {
        String metadata = "kind " + base64(upload.kind()) + ",name " + base64(upload.name());
        HttpResponse<byte[]> made = server.send(
                server.request("v1/uploads")
                        .header("Tus-Resumable", "1.0.0")
                        .header("Upload-Length", String.valueOf(size))
                        .header("Upload-Metadata", metadata)
                        .POST(BodyPublishers.noBody()),
                BodyHandlers.ofByteArray());
        Server.requireSuccess(made, made.body());
        return made.headers().firstValue("Location").orElseThrow();
    }

    private String send(String address, FileChannel file, long size, Upload.Progress progress) throws IOException {
        int failures = 0;
        while (true) {
            try {
                Standing standing = standing(address);
                progress.at(standing.offset, size);
                while (standing.resource.isEmpty()) {
                    standing = sendPiece(address, file, standing.offset, size);
                    failures = 0;
                    progress.at(standing.offset, size);
                }
                return standing.resource;
            } catch (ServerException e) {
                failures++;
                if (failures > MOST_FAILURES || !mayPass(e)) {
                    throw e;
                }
                pause(failures);
            }
        }
    }

    private static boolean mayPass(ServerException e) {
        return e.isServers()
                || e.status() == LOCKED
                || e.status() == OFFSET_MISMATCH
                || e.status() == CHECKSUM_MISMATCH;
    }

    private Standing standing(String address) {
        HttpResponse<byte[]> head = head(address);
        Server.requireSuccess(head, head.body());
        return standing(head);
    }

    private HttpResponse<byte[]> head(String address) {
        return server.send(
                server.request(address).header("Tus-Resumable", "1.0.0").HEAD(), BodyHandlers.ofByteArray());
    }

    private Standing sendPiece(String address, FileChannel file, long offset, long size) throws IOException {
        byte[] piece = read(file, offset, (int) Math.min(PIECE, size - offset));
        HttpResponse<byte[]> sent = server.send(
                server.request(address)
                        .header("Tus-Resumable", "1.0.0")
                        .header("Upload-Offset", String.valueOf(offset))
                        .header("Upload-Checksum", "sha256 " + sha256(piece))
                        .header("Content-Type", "application/offset+octet-stream")
                        .method("PATCH", BodyPublishers.ofByteArray(piece)),
                BodyHandlers.ofByteArray());
        Server.requireSuccess(sent, sent.body());
        return standing(sent);
    }

    private static Standing standing(HttpResponse<?> response) {
        return new Standing(
                response.headers().firstValueAsLong("Upload-Offset").orElseThrow(),
                response.headers().firstValue("Upload-Resource").orElse(""));
    }

    private static byte[] read(FileChannel file, long offset, int length) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(length);
        while (piece.hasRemaining()) {
            if (file.read(piece, offset + piece.position()) < 0) {
                throw new IOException("the file has become shorter while it was sent");
            }
        }
        return piece.array();
    }

    private static String sha256(byte[] bytes) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void pause(int failures) throws IOException {
        try {
            Thread.sleep(FIRST_PAUSE.multipliedBy(1L << Math.min(failures - 1, 6)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
