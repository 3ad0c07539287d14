package dev.octet.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.platform.Http;
import dev.octet.platform.Http.Answer;
import dev.octet.platform.Http.Part;
import dev.octet.platform.SampleFiles;
import dev.octet.platform.ServiceTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.ZipFile;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class ModelsIT extends ServiceTest {
    private JsonNode add(String producer) {
        return http().upload("/v1/models?name=" + producer, SampleFiles.model(producer))
                .expect(201)
                .json();
    }

    private static byte[] sha256(byte[] bytes) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }

    private Path file(String sha256) {
        return data().resolve("blobs")
                .resolve(sha256.substring(0, 2))
                .resolve(sha256.substring(2, 4))
                .resolve(sha256);
    }

    @Test
    void anUploadIsDescribedAndComesBackByteForByte() throws Exception {
        byte[] bytes = SampleFiles.model("round-trip");
        Answer created = http().upload("/v1/models?name=round%20trip", bytes).expect(201);
        JsonNode model = created.json();
        String id = model.path("id").asString();
        assertThat(created.header("Location")).isEqualTo("/v1/models/" + id);
        assertThat(model.path("name").asString()).isEqualTo("round trip");
        assertThat(model.path("format").asString()).isEqualTo("ONNX");
        assertThat(model.path("opset").asInt()).isEqualTo(17);
        assertThat(model.path("sizeBytes").asInt()).isEqualTo(bytes.length);
        assertThat(model.path("sha256").asString()).isEqualTo(HexFormat.of().formatHex(sha256(bytes)));
        assertThat(model.path("operators").toString()).isEqualTo("{\"Relu\":1}");
        assertThat(model.path("quantized").asBoolean()).isFalse();
        assertThat(model.path("inputs").toString())
                .isEqualTo("[{\"name\":\"x\",\"type\":\"FLOAT\",\"shape\":[\"batch\",4]}]");
        assertThat(http().get("/v1/models/" + id).expect(200).json()).isEqualTo(model);

        Answer content = http().get("/v1/models/" + id + "/content").expect(200);
        assertThat(content.bytes()).isEqualTo(bytes);
        assertThat(content.header("Repr-Digest"))
                .isEqualTo("sha-256=:" + Base64.getEncoder().encodeToString(sha256(bytes)) + ":");
        assertThat(content.header("Content-Type")).isEqualTo("application/octet-stream");
        assertThat(content.header("Content-Disposition")).contains("attachment", "filename=\"round trip.onnx\"");
        assertThat(content.header("Cache-Control")).isEqualTo("private, no-cache");
    }

    @Test
    void anArchiveOfPyTorchIsKnownByItsBytesWhateverItsName() throws Exception {
        byte[] bytes;
        try (ZipFile archives = new ZipFile("src/test/resources/torch/archives-2.15.zip");
                InputStream in = archives.getInputStream(archives.getEntry("resnet.pt2"))) {
            bytes = in.readAllBytes();
        }
        JsonNode model =
                http().upload("/v1/models?name=net.onnx", bytes).expect(201).json();
        assertThat(model.path("format").asString()).isEqualTo("PT2");
        assertThat(model.path("opset").asInt()).isEqualTo(20);
        assertThat(model.path("inputs").path(0).path("name").asString()).isEqualTo("x");
        assertThat(model.path("outputs").path(0).path("shape").path(1).asInt()).isEqualTo(10);
        assertThat(model.path("operators").path("Conv").asInt()).isEqualTo(13);
        Answer content = http().get("/v1/models/" + model.path("id").asString() + "/content")
                .expect(200);
        assertThat(content.bytes()).isEqualTo(bytes);

        JsonNode problem = http().upload("/v1/models", new byte[] {(byte) 0x80, 2, '}', 'q', 0, '.'})
                .expect(422)
                .json();
        assertThat(problem.path("code").asString()).isEqualTo("MODEL_UNSUPPORTED");
        assertThat(problem.path("detail").asString()).contains("pickle", "torch.export.save(");
    }

    @Test
    void theGraphIsToldOnceForEachFile() {
        String id = add("graph").path("id").asString();
        Answer first = http().get("/v1/models/" + id + "/graph").expect(200);
        JsonNode graph = first.json();
        assertThat(graph.path("total").asInt()).isEqualTo(1);
        JsonNode node = graph.path("nodes").path(0);
        assertThat(node.path("name").asString()).isEqualTo("relu");
        assertThat(node.path("operator").asString()).isEqualTo("Relu");
        assertThat(node.path("inputs").toString()).isEqualTo("[\"x\"]");
        assertThat(node.path("outputs").toString()).isEqualTo("[\"y\"]");
        assertThat(node.path("expected").asString()).isEqualTo("QUANTIZED");

        String etag = first.header("ETag");
        assertThat(etag).isNotEmpty();
        http().get("/v1/models/" + id + "/graph", "If-None-Match", etag).expect(304);
        String other = add("another-graph").path("id").asString();
        http().get("/v1/models/" + other + "/graph", "If-None-Match", etag).expect(200);
        http().get("/v1/models/00000000-0000-0000-0000-000000000000/graph").expectProblem(404, "MODEL_NOT_FOUND");
    }

    @Test
    void aFormWithTheFileDoesTheSame() {
        byte[] bytes = SampleFiles.model("form");
        JsonNode model = http().postForm("/v1/models", List.of(new Part("file", "../../etc/my model.onnx", bytes)))
                .expect(201)
                .json();
        assertThat(model.path("name").asString()).isEqualTo("my model.onnx");
        String content = "/v1/models/" + model.path("id").asString() + "/content";
        Answer answer = http().get(content).expect(200);
        assertThat(answer.bytes()).isEqualTo(bytes);
        assertThat(answer.header("Content-Disposition")).contains("filename=\"my model.onnx\"");
    }

    @Test
    void aPartOfTheContentIsServedWithTheDigestOfTheWhole() throws Exception {
        JsonNode model = add("ranges");
        byte[] bytes = SampleFiles.model("ranges");
        String content = "/v1/models/" + model.path("id").asString() + "/content";
        String etag = http().get(content).header("ETag");

        Answer part = http().get(content, "Range", "bytes=2-5").expect(206);
        assertThat(part.bytes()).isEqualTo(Arrays.copyOfRange(bytes, 2, 6));
        assertThat(part.header("Content-Range")).isEqualTo("bytes 2-5/" + bytes.length);
        assertThat(part.header("ETag")).isEqualTo(etag);
        assertThat(part.header("Repr-Digest")).contains(Base64.getEncoder().encodeToString(sha256(bytes)));

        assertThat(http().get(content, "Range", "bytes=-3").expect(206).bytes())
                .isEqualTo(Arrays.copyOfRange(bytes, bytes.length - 3, bytes.length));
        assertThat(http().get(content, "Range", "bytes=1-2", "If-Range", etag).status())
                .isEqualTo(206);
        assertThat(http().get(content, "Range", "bytes=1-2", "If-Range", "\"other\"")
                        .expect(200)
                        .bytes())
                .isEqualTo(bytes);
        assertThat(http().get(content, "Range", "lines=1-2").expect(200).bytes())
                .isEqualTo(bytes);
        assertThat(http().get(content, "Range", "").expect(200).bytes()).isEqualTo(bytes);
        // What a generated client of Python asks for.
        Answer asked = http().get(content, "Accept", "application/problem+json").expect(200);
        assertThat(asked.header("Content-Type")).isEqualTo("application/octet-stream");
        http().get(content, "Accept", "text/html").expectProblem(406, "NOT_ACCEPTABLE");
        assertThat(http().get(content, "Range", "bytes=0-1,4-5").expect(206).text())
                .contains("Content-Range: bytes 0-1/", "Content-Range: bytes 4-5/");
        Answer beyond = http().get(content, "Range", "bytes=" + bytes.length + "-");
        beyond.expectProblem(416, "RANGE_NOT_SATISFIABLE");
        assertThat(beyond.header("Content-Range")).isEqualTo("bytes */" + bytes.length);
    }

    @Test
    void contentThatTheClientHasIsNotSentAgain() {
        String content = "/v1/models/" + add("etag").path("id").asString() + "/content";
        String etag = http().get(content).header("ETag");
        Answer again = http().get(content, "If-None-Match", etag).expect(304);
        assertThat(again.bytes()).isEmpty();
        http().get(content, "If-None-Match", etag, "Range", "bytes=999999-").expect(304);
        assertThat(http().get(content, "If-None-Match", "\"other\"").status()).isEqualTo(200);
    }

    @Test
    void theHeadOfContentHasAllHeadersAndNoBody() {
        String content = "/v1/models/" + add("head").path("id").asString() + "/content";
        Answer head = http().send("HEAD", content, BodyPublishers.noBody()).expect(200);
        assertThat(head.bytes()).isEmpty();
        assertThat(head.header("Content-Length")).isEqualTo(String.valueOf(SampleFiles.model("head").length));
        assertThat(head.header("ETag")).isEqualTo(http().get(content).header("ETag"));
        assertThat(head.header("Accept-Ranges")).isEqualTo("bytes");
    }

    @Test
    void theSameBytesAreStoredOnceAndStayUntilTheLastModelGoes() {
        JsonNode first = add("twice");
        JsonNode second = add("twice");
        assertThat(second.path("id")).isNotEqualTo(first.path("id"));
        assertThat(second.path("sha256")).isEqualTo(first.path("sha256"));
        Path file = file(first.path("sha256").asString());
        assertThat(file).exists();

        http().delete("/v1/models/" + first.path("id").asString()).expect(204);
        assertThat(http().get("/v1/models/" + second.path("id").asString() + "/content")
                        .expect(200)
                        .bytes())
                .isEqualTo(SampleFiles.model("twice"));

        http().delete("/v1/models/" + second.path("id").asString()).expect(204);
        Awaitility.await().untilAsserted(() -> assertThat(file).doesNotExist());
        http().get("/v1/models/" + second.path("id").asString()).expectProblem(404, "MODEL_NOT_FOUND");
        http().get("/v1/models/" + second.path("id").asString() + "/content").expectProblem(404, "MODEL_NOT_FOUND");
        http().delete("/v1/models/" + second.path("id").asString()).expectProblem(404, "MODEL_NOT_FOUND");
    }

    @Test
    void manyUploadsOfTheSameBytesAtOnceAllSucceed() throws Exception {
        List<Callable<JsonNode>> uploads = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            uploads.add(() -> add("crowd"));
        }
        List<JsonNode> models = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (Future<JsonNode> model : threads.invokeAll(uploads)) {
                models.add(model.get());
            }
        }
        assertThat(models)
                .extracting(model -> model.path("sha256"))
                .containsOnly(models.getFirst().path("sha256"));
        assertThat(models).extracting(model -> model.path("id")).doesNotHaveDuplicates();
        assertThat(http().get("/v1/models/" + models.getLast().path("id").asString() + "/content")
                        .bytes())
                .isEqualTo(SampleFiles.model("crowd"));
    }

    @Test
    void uploadsAndDeletionsOfTheSameBytesAtOnceNeverLoseAModel() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Callable<Void>> work = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                work.add(() -> {
                    String address = "/v1/models/" + add("churn").path("id").asString();
                    assertThat(http().get(address + "/content").expect(200).bytes())
                            .isEqualTo(SampleFiles.model("churn"));
                    http().delete(address).expect(204);
                    return null;
                });
            }
            for (Future<Void> done : threads.invokeAll(work)) {
                done.get();
            }
        }
    }

    @Test
    void aListGoesFromNewestToOldestPageByPageAndIsStable() {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            made.addFirst(add("page" + i).path("id").asString());
        }
        List<String> seen = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page =
                    http().get("/v1/models?limit=2" + cursor).expect(200).json();
            assertThat(page.path("items").size()).isLessThanOrEqualTo(2);
            page.path("items").forEach(model -> seen.add(model.path("id").asString()));
            add("late" + seen.size());
            cursor = page.has("nextCursor")
                    ? "&cursor=" + page.path("nextCursor").asString()
                    : null;
        } while (cursor != null);
        assertThat(seen).doesNotHaveDuplicates().containsSubsequence(made);
        assertThat(seen.subList(0, 5)).isEqualTo(made);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 20, 40})
    void aModelThatIsCutOffAnywhereIsRefusedAndNothingStays(int length) throws Exception {
        byte[] whole = SampleFiles.model("cut-" + length);
        byte[] cut = Arrays.copyOf(whole, length == 0 ? whole.length - 1 : length);
        JsonNode problem = http().upload("/v1/models", cut).expectProblem(422, "MODEL_MALFORMED");
        assertThat(problem.toString()).doesNotContain(data().toString());
        assertNothingStays(cut);
    }

    @Test
    void whatIsNoModelIsRefusedAndNothingStays() throws Exception {
        byte[] junk = "GIF89a, certainly no model".getBytes(StandardCharsets.US_ASCII);
        http().upload("/v1/models", junk).expectProblem(422, "MODEL_MALFORMED");
        assertNothingStays(junk);
        byte[] slip = SampleFiles.zip("../../evil.onnx", SampleFiles.model("slip"));
        assertThat(http().upload("/v1/models", slip)
                        .expect(422)
                        .json()
                        .path("fault")
                        .asString())
                .isEqualTo("user");
        assertNothingStays(slip);
    }

    @Test
    void aNameThatCannotBeStoredIsTheFilesFault() throws Exception {
        byte[] bytes = new String(SampleFiles.model("nul"), StandardCharsets.ISO_8859_1)
                .replace("Relu", "Re\0u")
                .getBytes(StandardCharsets.ISO_8859_1);
        assertThat(http().upload("/v1/models", bytes)
                        .expect(422)
                        .json()
                        .path("fault")
                        .asString())
                .isEqualTo("user");
        assertNothingStays(bytes);
    }

    @Test
    void anUploadWhoseClientDiesLeavesNothing() throws Exception {
        byte[] whole = SampleFiles.model("dying");
        try (Socket socket = http().beginUpload("/v1/models?name=dying", 1_000_000)) {
            socket.getOutputStream().write(whole);
            socket.getOutputStream().flush();
            Awaitility.await()
                    .untilAsserted(() -> assertThat(filesIn("blobs/incoming")).isNotEmpty());
        }
        Awaitility.await().untilAsserted(() -> assertNothingStays(whole));
        assertThat(http().get("/v1/models?limit=100").text()).doesNotContain("dying");
    }

    private void assertNothingStays(byte[] bytes) throws Exception {
        assertThat(file(HexFormat.of().formatHex(sha256(bytes)))).doesNotExist();
        assertThat(filesIn("blobs/incoming")).isEmpty();
        assertThat(filesIn("scratch")).isEmpty();
    }

    private List<Path> filesIn(String folder) throws IOException {
        try (var files = Files.list(data().resolve(folder))) {
            return files.toList();
        }
    }

    @Test
    void tooLargeABodyIsRefusedHoweverItComes() {
        byte[] large = new byte[8 * 1024 * 1024 + 1];
        http().upload("/v1/models", large).expectProblem(413, "CONTENT_TOO_LARGE");
        http().send(
                        "POST",
                        "/v1/models",
                        BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)),
                        "Content-Type",
                        "application/octet-stream")
                .expectProblem(413, "CONTENT_TOO_LARGE");
        http().postForm("/v1/models", List.of(new Part("file", "large", large)))
                .expectProblem(413, "CONTENT_TOO_LARGE");
    }

    @Test
    void namesAreCheckedAndDefaulted() {
        byte[] bytes = SampleFiles.model("names");
        assertThat(http().upload("/v1/models", bytes)
                        .expect(201)
                        .json()
                        .path("name")
                        .asString())
                .isEqualTo("unnamed");
        http().upload("/v1/models?name=", bytes).expectProblem(400, "INVALID_PARAMETER");
        http().upload("/v1/models?name=a%00b", bytes).expectProblem(400, "INVALID_PARAMETER");
        http().upload("/v1/models?name=a%0D%0Ab", bytes).expectProblem(400, "INVALID_PARAMETER");
        http().upload("/v1/models?name=" + "x".repeat(201), bytes).expectProblem(400, "INVALID_PARAMETER");
        JsonNode umlauts = http().upload("/v1/models?name=gr%C3%B6%C3%9Fe%22%2F", bytes)
                .expect(201)
                .json();
        assertThat(umlauts.path("name").asString()).isEqualTo("größe\"/");
        Http.Answer content = http().get("/v1/models/" + umlauts.path("id").asString() + "/content");
        assertThat(content.header("Content-Disposition")).doesNotContain("/").contains("filename*=UTF-8''");
    }

    @Test
    void brokenFormsAreRefusedSayingWhy() {
        byte[] bytes = SampleFiles.model("forms");
        http().postForm("/v1/models", List.of(new Part("other", "m", bytes))).expectProblem(400, "MALFORMED_FORM");
        http().postForm("/v1/models", List.of(new Part("file", "m", bytes), new Part("more", "m", bytes)))
                .expectProblem(400, "MALFORMED_FORM");
        http().postForm("/v1/models", List.of()).expectProblem(400, "MALFORMED_FORM");
        http().send("POST", "/v1/models", BodyPublishers.ofString("--b\r\n"), "Content-Type", "multipart/form-data")
                .expectProblem(400, "MALFORMED_FORM");
        http().send(
                        "POST",
                        "/v1/models",
                        BodyPublishers.ofString(
                                "--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nand no end"),
                        "Content-Type",
                        "multipart/form-data; boundary=b")
                .expectProblem(400, "MALFORMED_FORM");
    }
}
