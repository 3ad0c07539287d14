package dev.octet.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.platform.Http.Answer;
import dev.octet.platform.SampleFiles;
import dev.octet.platform.ServiceTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class DatasetsIT extends ServiceTest {
    @Test
    void anUploadIsDescribedComesBackAndCanBeDeleted() {
        byte[] bytes = SampleFiles.dataset(3, 1);
        Answer created = http().upload("/v1/datasets?name=calibration", bytes).expect(201);
        JsonNode dataset = created.json();
        String address = "/v1/datasets/" + dataset.path("id").asString();
        assertThat(created.header("Location")).isEqualTo(address);
        assertThat(dataset.path("format").asString()).isEqualTo("NPZ");
        assertThat(dataset.path("samples").asInt()).isEqualTo(3);
        assertThat(dataset.path("labels").asBoolean()).isFalse();
        assertThat(dataset.path("fields").toString())
                .isEqualTo("[{\"name\":\"x\",\"type\":\"FLOAT\",\"shape\":[3,4]}]");
        assertThat(http().get(address).expect(200).json()).isEqualTo(dataset);

        Answer content = http().get(address + "/content").expect(200);
        assertThat(content.bytes()).isEqualTo(bytes);
        assertThat(content.header("Content-Disposition")).contains("filename=\"calibration.npz\"");
        assertThat(content.header("Repr-Digest")).startsWith("sha-256=:");
        http().get(address + "/content", "Range", "bytes=0-0").expect(206);

        http().delete(address).expect(204);
        http().get(address).expectProblem(404, "DATASET_NOT_FOUND");
        http().get(address + "/content").expectProblem(404, "DATASET_NOT_FOUND");
        http().delete(address).expectProblem(404, "DATASET_NOT_FOUND");
    }

    @Test
    void whatIsNoDatasetIsRefused() {
        byte[] whole = SampleFiles.dataset(2, 2);
        http().upload("/v1/datasets", Arrays.copyOf(whole, whole.length / 2)).expectProblem(422, "DATASET_MALFORMED");
        http().upload("/v1/datasets", "a,b\n1,2".getBytes(StandardCharsets.US_ASCII))
                .expect(422);
        http().upload("/v1/datasets", SampleFiles.zip("x.npy", new byte[] {1, 2, 3}))
                .expectProblem(422, "DATASET_MALFORMED");
    }

    @Test
    void textsAreRecognisedByWhatTheyHold() {
        byte[] rows = "{\"text\": \"a cat\", \"label\": 1}\n{\"text\": \"a dog\", \"label\": 0}\n"
                .getBytes(StandardCharsets.UTF_8);
        JsonNode dataset =
                http().upload("/v1/datasets?name=sentences", rows).expect(201).json();
        assertThat(dataset.path("format").asString()).isEqualTo("JSONL");
        assertThat(dataset.path("samples").asInt()).isEqualTo(2);
        assertThat(dataset.path("labels").asBoolean()).isTrue();
        assertThat(dataset.path("fields").toString())
                .isEqualTo("[{\"name\":\"text\",\"type\":\"STRING\",\"shape\":[2]}]");
        Answer content = http().get("/v1/datasets/" + dataset.path("id").asString() + "/content")
                .expect(200);
        assertThat(content.bytes()).isEqualTo(rows);
        assertThat(content.header("Content-Disposition")).contains("filename=\"sentences.jsonl\"");
        byte[] pairs = "text,text_pair\na cat,\"a \"\"dog\"\"\"\n".getBytes(StandardCharsets.UTF_8);
        assertThat(http().upload("/v1/datasets", pairs)
                        .expect(201)
                        .json()
                        .path("format")
                        .asString())
                .isEqualTo("CSV");
        assertThat(http().upload("/v1/datasets", SampleFiles.zip("pairs.csv", pairs))
                        .expect(201)
                        .json()
                        .path("format")
                        .asString())
                .isEqualTo("TEXTS");
    }

    @Test
    void textsThatHoldAnythingElseAreRefusedWithTheirLine() {
        String unclosed = "{\"text\": \"a\"}\n{\"text\": ";
        assertThat(http().upload("/v1/datasets", unclosed.getBytes(StandardCharsets.UTF_8))
                        .expectProblem(422, "DATASET_MALFORMED")
                        .toString())
                .contains("line 2");
        http().upload("/v1/datasets", new byte[] {'t', 'e', 'x', 't', '\n', (byte) 0xff, '\n'})
                .expectProblem(422, "DATASET_MALFORMED");
        http().upload("/v1/datasets", SampleFiles.zip("tokenizer.json", new byte[] {'{', '}'}))
                .expectProblem(422, "DATASET_MALFORMED");
    }

    @Test
    void aListGoesFromNewestToOldest() {
        String older = http().upload("/v1/datasets?name=older", SampleFiles.dataset(2, 3))
                .expect(201)
                .json()
                .path("id")
                .asString();
        String newer = http().upload("/v1/datasets?name=newer", SampleFiles.dataset(2, 3))
                .expect(201)
                .json()
                .path("id")
                .asString();
        JsonNode first = http().get("/v1/datasets?limit=1").expect(200).json();
        assertThat(first.path("items").get(0).path("id").asString()).isEqualTo(newer);
        JsonNode second = http().get("/v1/datasets?limit=1&cursor="
                        + first.path("nextCursor").asString())
                .expect(200)
                .json();
        assertThat(second.path("items").get(0).path("id").asString()).isEqualTo(older);
    }
}
