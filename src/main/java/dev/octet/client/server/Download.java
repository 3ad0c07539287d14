package dev.octet.client.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import tools.jackson.databind.JsonNode;

/** Fetches what a job has produced. */
public final class Download {
    private Download() {}

    /** The job's artifact of that kind, as the server describes it. */
    public static JsonNode artifact(Server server, String job, String kind) {
        for (JsonNode artifact : server.get("v1/jobs/" + job + "/artifacts").path("items")) {
            if (artifact.path("kind").asString("").equals(kind)) {
                return artifact;
            }
        }
        throw ServerException.refused(404, "the job has no artifact " + kind + "; it", null);
    }

    /**
     * Writes the artifact to the file, which is there whole and sound or not at all.
     *
     * @throws ServerException if what arrives is not what the server announced
     */
    public static void save(Server server, JsonNode artifact, Path file) {
        Path target = file.toAbsolutePath();
        HttpResponse<InputStream> response = server.send(
                server.request("v1/artifacts/" + artifact.path("id").asString() + "/content")
                        .GET(),
                BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            if (response.statusCode() != 200) {
                Server.requireSuccess(response, body.readNBytes(1 << 20));
            }
            Path parent = Files.createDirectories(target.getParent());
            Path draft = Files.createTempFile(parent, target.getFileName().toString(), ".part");
            try {
                String sha256 = copy(body, draft);
                if (!sha256.equals(artifact.path("sha256").asString(""))) {
                    throw ServerException.refused(502, "the file arrived damaged; it", null);
                }
                Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(draft);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String copy(InputStream body, Path file) throws IOException {
        try (DigestInputStream bytes = new DigestInputStream(body, MessageDigest.getInstance("SHA-256"));
                OutputStream out = Files.newOutputStream(file)) {
            bytes.transferTo(out);
            return HexFormat.of().formatHex(bytes.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
