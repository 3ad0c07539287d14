package dev.octet.uploads;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.platform.Http.Answer;
import dev.octet.platform.SampleFiles;
import dev.octet.platform.ServiceTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

class UploadsIT extends ServiceTest {
    private static final String MISSING = "/v1/uploads/00000000-0000-7000-8000-000000000000";

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private UploadSweep sweep;

    private Tus tus() {
        return new Tus(http());
    }

    private List<Path> files(String upload) {
        String id = upload.substring(upload.lastIndexOf('/') + 1);
        try (var files = Files.list(data().resolve("blobs/partial"))) {
            return files.filter(file -> file.getFileName().toString().startsWith(id))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String checksum(String algorithm, byte[] bytes) throws Exception {
        return Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance(algorithm).digest(bytes));
    }

    @Test
    void anUploadInPiecesBecomesAModel() {
        byte[] bytes = SampleFiles.model("in-pieces");
        String upload = tus().begin("model", "../my model.onnx", bytes.length);
        Answer first = tus().patch(upload, 0, Arrays.copyOf(bytes, 10)).expect(204);
        assertThat(first.header("Upload-Offset")).isEqualTo("10");
        assertThat(first.header("Upload-Resource")).isEmpty();
        assertThat(first.header("Tus-Resumable")).isEqualTo("1.0.0");
        Instant expires = DateTimeFormatter.RFC_1123_DATE_TIME.parse(first.header("Upload-Expires"), Instant::from);
        assertThat(expires)
                .isBetween(
                        Instant.now().plus(Duration.ofHours(23)), Instant.now().plus(Duration.ofHours(25)));
        assertThat(tus().offset(upload)).isEqualTo(10);
        assertThat(http().get(upload).expect(200).json().path("state").asString())
                .isEqualTo("RECEIVING");

        Answer last = tus().patch(upload, 10, Arrays.copyOfRange(bytes, 10, bytes.length))
                .expect(204);
        assertThat(last.header("Upload-Offset")).isEqualTo(String.valueOf(bytes.length));
        String model = last.header("Upload-Resource");
        assertThat(model).startsWith("/v1/models/");
        JsonNode described = http().get(model).expect(200).json();
        assertThat(described.path("name").asString()).isEqualTo("my model.onnx");
        assertThat(described.path("sizeBytes").asInt()).isEqualTo(bytes.length);
        assertThat(http().get(model + "/content").expect(200).bytes()).isEqualTo(bytes);
        assertThat(files(upload)).isEmpty();

        // The last answer may have been lost: all of this tells it again.
        assertThat(tus().head(upload).expect(204).header("Upload-Resource")).isEqualTo(model);
        assertThat(tus().patch(upload, bytes.length, new byte[0]).expect(204).header("Upload-Resource"))
                .isEqualTo(model);
        JsonNode told = http().get(upload).expect(200).json();
        assertThat(told.path("state").asString()).isEqualTo("STORED");
        assertThat(told.path("location").asString()).isEqualTo(model);
        assertThat(told.path("resourceId").asString())
                .isEqualTo(described.path("id").asString());

        tus().send("DELETE", upload, new byte[0]).expect(204);
        tus().head(upload).expect(404);
        http().get(model).expect(200);
    }

    @Test
    void aDatasetIsTakenUnderTheNameAskedFor() {
        byte[] bytes = SampleFiles.dataset(8, 77);
        String upload = tus().announce("dataset", "x.npz", bytes.length, "X-Ignored", "1")
                .expect(201)
                .header("Location");
        String dataset = tus().patch(upload, 0, bytes).expect(204).header("Upload-Resource");
        assertThat(http().get(dataset).expect(200).json().path("samples").asInt())
                .isEqualTo(8);
        String named = tus().send(
                        "POST",
                        "/v1/uploads",
                        new byte[0],
                        "Upload-Length",
                        String.valueOf(bytes.length),
                        "Upload-Metadata",
                        "kind " + Tus.base64("dataset") + ",name " + Tus.base64("eight samples"))
                .expect(201)
                .header("Location");
        String second = tus().patch(named, 0, bytes).expect(204).header("Upload-Resource");
        assertThat(http().get(second).json().path("name").asString()).isEqualTo("eight samples");
    }

    @Test
    void whatIsNoModelIsRefusedAndNothingIsLeftButTheReason() {
        byte[] bytes = "this is no model".getBytes(StandardCharsets.UTF_8);
        String upload = tus().begin("model", "no.onnx", bytes.length);
        JsonNode problem = tus().patch(upload, 0, bytes).expectProblem(422, "MODEL_MALFORMED");
        assertThat(files(upload)).isEmpty();
        tus().patch(upload, bytes.length, new byte[0]).expectProblem(422, "MODEL_MALFORMED");
        tus().head(upload).expect(422);
        JsonNode told = http().get(upload).expect(200).json();
        assertThat(told.path("state").asString()).isEqualTo("REFUSED");
        assertThat(told.path("error").path("detail")).isEqualTo(problem.path("detail"));
        assertThat(told.path("error").path("code").asString()).isEqualTo("MODEL_MALFORMED");
        tus().send("DELETE", upload, new byte[0]).expect(204);
        http().get(upload).expectProblem(404, "UPLOAD_NOT_FOUND");
    }

    @ParameterizedTest
    @CsvSource({"sha1,SHA-1", "sha256,SHA-256", "md5,MD5"})
    void bytesWithAChecksumCountOnlyIfItHolds(String name, String algorithm) throws Exception {
        byte[] bytes = SampleFiles.model("checksum-" + name);
        byte[] first = Arrays.copyOf(bytes, 20);
        byte[] rest = Arrays.copyOfRange(bytes, 20, bytes.length);
        String upload = tus().begin("model", "c.onnx", bytes.length);
        tus().patch(upload, 0, first, "Upload-Checksum", name + " " + checksum(algorithm, rest))
                .expectProblem(460, "CHECKSUM_MISMATCH");
        assertThat(tus().offset(upload)).isZero();
        tus().patch(upload, 0, first, "Upload-Checksum", name + " " + checksum(algorithm, first))
                .expect(204);
        assertThat(tus().offset(upload)).isEqualTo(20);
        tus().patch(upload, 20, rest, "Upload-Checksum", "crc32 AAAA").expectProblem(400, "MALFORMED_UPLOAD_REQUEST");
        String model = tus().patch(upload, 20, rest, "Upload-Checksum", name + " " + checksum(algorithm, rest))
                .expect(204)
                .header("Upload-Resource");
        assertThat(http().get(model + "/content").bytes()).isEqualTo(bytes);
    }

    @Test
    void aConnectionCutInTheMiddleKeepsWhatCameAndNothingTwice() throws Exception {
        byte[] bytes = SampleFiles.dataset(100_000, 5);
        String upload = tus().begin("dataset", "big.npz", bytes.length);
        int half = bytes.length / 2;
        try (Socket cut = http().beginPatch(upload, 0, bytes.length)) {
            cut.getOutputStream().write(bytes, 0, half);
            cut.getOutputStream().flush();
            Awaitility.await("bytes on the disk")
                    .until(() -> files(upload).stream()
                            .anyMatch(file -> file.toFile().length() > 0));
            // Somebody else may not write meanwhile.
            tus().patch(upload, 0, bytes).expectProblem(423, "UPLOAD_LOCKED");
            cut.setSoLinger(true, 0);
        }
        Awaitility.await("the writer to notice").until(() -> tus().offset(upload) > 0);
        long offset = tus().offset(upload);
        assertThat(offset).isBetween(1L, (long) half);
        String dataset = tus().patch(upload, offset, Arrays.copyOfRange(bytes, (int) offset, bytes.length))
                .expect(204)
                .header("Upload-Resource");
        assertThat(http().get(dataset + "/content").bytes()).isEqualTo(bytes);
    }

    @Test
    void offsetsThatDoNotFitAreRefused() {
        String upload = tus().begin("model", "o.onnx", 100);
        tus().patch(upload, 0, new byte[40]).expect(204);
        for (String offset : List.of("0", "39", "41", "100", "-1", "9223372036854775807", "40.0", "x")) {
            tus().send(
                            "PATCH",
                            upload,
                            new byte[10],
                            "Upload-Offset",
                            offset,
                            "Content-Type",
                            "application/offset+octet-stream")
                    .expectProblem(409, "UPLOAD_OFFSET_MISMATCH");
        }
        tus().send("PATCH", upload, new byte[10], "Content-Type", "application/offset+octet-stream")
                .expectProblem(409, "UPLOAD_OFFSET_MISMATCH");
        tus().patch(upload, 40, new byte[61]).expectProblem(400, "MALFORMED_UPLOAD_REQUEST");
        Answer chunked = http().send(
                        "PATCH",
                        upload,
                        BodyPublishers.ofByteArrays(List.of(new byte[50], new byte[50])),
                        "Tus-Resumable",
                        "1.0.0",
                        "Upload-Offset",
                        "40",
                        "Content-Type",
                        "application/offset+octet-stream");
        chunked.expectProblem(400, "UPLOAD_LENGTH_EXCEEDED");
        assertThat(tus().offset(upload)).isLessThanOrEqualTo(100);
    }

    @Test
    void whatIsNoTusIsRefused() {
        String upload = tus().begin("model", "o.onnx", 100);
        Answer old = http().send("HEAD", upload, BodyPublishers.noBody()).expect(412);
        assertThat(old.header("Tus-Version")).isEqualTo("1.0.0");
        http().send(
                        "PATCH",
                        upload,
                        BodyPublishers.ofByteArray(new byte[1]),
                        "Tus-Resumable",
                        "0.2.2",
                        "Upload-Offset",
                        "0",
                        "Content-Type",
                        "application/offset+octet-stream")
                .expectProblem(412, "UNSUPPORTED_TUS_VERSION");
        tus().send("PATCH", upload, new byte[1], "Upload-Offset", "0", "Content-Type", "text/plain")
                .expectProblem(415, "UNSUPPORTED_MEDIA_TYPE");
        tus().patch(MISSING, 0, new byte[1]).expectProblem(404, "UPLOAD_NOT_FOUND");
        tus().patch("/v1/uploads/..%2fx", 0, new byte[1]).expect(400);
        tus().patch("/v1/uploads/x", 0, new byte[1]).expectProblem(400, "INVALID_PARAMETER");
        http().send("PUT", upload, BodyPublishers.noBody()).expectProblem(405, "METHOD_NOT_ALLOWED");
    }

    @Test
    void whatCannotBeTakenIsNotBegun() {
        tus().announce("model", "x", 0).expectProblem(400, "INVALID_UPLOAD_LENGTH");
        tus().announce("model", "x", -5).expectProblem(400, "MALFORMED_UPLOAD_REQUEST");
        tus().announce("model", "x", (8 << 20) + 1).expectProblem(413, "CONTENT_TOO_LARGE");
        tus().announce("checkpoint", "x", 5).expectProblem(400, "INVALID_METADATA");
        tus().send("POST", "/v1/uploads", new byte[0], "Upload-Length", "5").expectProblem(400, "INVALID_METADATA");
        String metadata = "kind " + Tus.base64("model");
        tus().send("POST", "/v1/uploads", new byte[0], "Upload-Metadata", metadata)
                .expectProblem(400, "MALFORMED_UPLOAD_REQUEST");
        tus().send("POST", "/v1/uploads", new byte[0], "Upload-Metadata", metadata, "Upload-Defer-Length", "1")
                .expectProblem(400, "INVALID_UPLOAD_LENGTH");
        tus().send(
                        "POST",
                        "/v1/uploads",
                        new byte[0],
                        "Upload-Metadata",
                        metadata,
                        "Upload-Length",
                        "99999999999999999999999")
                .expectProblem(400, "INVALID_UPLOAD_LENGTH");
        tus().send("POST", "/v1/uploads", new byte[5], "Upload-Metadata", metadata, "Upload-Length", "5")
                .expectProblem(400, "MALFORMED_UPLOAD_REQUEST");
    }

    @Test
    void theServiceSaysWhatItServes() {
        Answer options =
                http().send("OPTIONS", "/v1/uploads", BodyPublishers.noBody()).expect(204);
        assertThat(options.header("Allow")).isEqualTo("OPTIONS, POST");
        String one = "/v1/uploads/0197c4b4-58a6-7e41-9b38-1a2b3c4d5e99";
        assertThat(http().send("OPTIONS", one, BodyPublishers.noBody())
                        .expect(204)
                        .header("Allow"))
                .isEqualTo("DELETE, GET, HEAD, OPTIONS, PATCH");
        assertThat(options.header("Tus-Version")).isEqualTo("1.0.0");
        assertThat(options.header("Tus-Max-Size")).isEqualTo(String.valueOf(8 << 20));
        assertThat(options.header("Tus-Extension")).isEqualTo("creation,checksum,termination,expiration");
        assertThat(options.header("Tus-Checksum-Algorithm")).contains("sha1", "sha256");
    }

    @Test
    void clientsThatCannotSendPatchMaySayItInAHeader() {
        byte[] bytes = SampleFiles.model("override");
        String upload = tus().begin("model", "o.onnx", bytes.length);
        tus().send(
                        "POST",
                        upload,
                        bytes,
                        "X-HTTP-Method-Override",
                        "PATCH",
                        "Upload-Offset",
                        "0",
                        "Content-Type",
                        "application/offset+octet-stream")
                .expect(204);
        assertThat(tus().head(upload).header("Upload-Resource")).startsWith("/v1/models/");
    }

    @Test
    void anExpiredUploadIsGoneWithItsBytes() throws Exception {
        String upload = tus().begin("model", "e.onnx", 100);
        String kept = tus().begin("model", "k.onnx", 100);
        tus().patch(upload, 0, new byte[40]).expect(204);
        UUID id = UUID.fromString(upload.substring(upload.lastIndexOf('/') + 1));
        jdbc.sql("update upload set expires_at = now() - interval '1 second' where id = ?")
                .param(id)
                .update();
        tus().head(upload).expect(404);
        tus().patch(upload, 40, new byte[1]).expectProblem(404, "UPLOAD_NOT_FOUND");
        assertThat(files(upload)).hasSize(2);
        sweep.sweep();
        assertThat(files(upload)).isEmpty();
        assertThat(jdbc.sql("select count(*) from upload where id = ?")
                        .param(id)
                        .query(Integer.class)
                        .single())
                .isZero();
        assertThat(files(kept)).hasSize(2);
    }

    @Test
    void anUploadWhoseServiceDiedAtItsLastByteIsTakenByWhoeverComesFirst() throws Exception {
        String swept = lackingNothing("swept");
        sweep.sweep();
        assertThat(http().get(swept).json().path("state").asString()).isEqualTo("STORED");

        String asked = lackingNothing("asked");
        assertThat(tus().head(asked).expect(204).header("Upload-Resource")).startsWith("/v1/models/");
        assertThat(files(asked)).isEmpty();
    }

    /** An upload as a service leaves it that is killed after the last byte and before the look at all of them. */
    private String lackingNothing(String producer) throws IOException {
        byte[] bytes = SampleFiles.model(producer);
        String upload = tus().begin("model", producer + ".onnx", bytes.length);
        UUID id = UUID.fromString(upload.substring(upload.lastIndexOf('/') + 1));
        Files.write(data().resolve("blobs/partial/" + id), bytes);
        jdbc.sql("update upload set received = length where id = ?").param(id).update();
        return upload;
    }

    @Test
    void aTerminatedUploadIsGone() {
        String upload = tus().begin("model", "t.onnx", 100);
        tus().patch(upload, 0, new byte[40]).expect(204);
        tus().send("DELETE", upload, new byte[0]).expect(204);
        assertThat(files(upload)).isEmpty();
        tus().head(upload).expect(404);
        tus().send("DELETE", upload, new byte[0]).expectProblem(404, "UPLOAD_NOT_FOUND");
    }
}
