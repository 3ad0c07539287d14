package dev.octet.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.octet.engine.data.text.TextFile;
import dev.octet.engine.data.text.TokenizerFile;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextDatasetTest {

    private static final List<InputSpec> INPUTS = List.of(
            new InputSpec("input_ids", ElementType.INT64, List.of(-1L, -1L)),
            new InputSpec("attention_mask", ElementType.INT64, List.of(-1L, -1L)),
            new InputSpec("token_type_ids", ElementType.INT32, List.of(-1L, -1L)));

    @TempDir
    Path folder;

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("texts"), content);
    }

    private static byte[] tokenizer() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(TextDatasetTest.class.getResourceAsStream("/text/tokenizer.json"))) {
            return in.readAllBytes();
        }
    }

    private TokenizerFile models() throws IOException {
        return TokenizerFile.of(TextFile.of(Files.write(folder.resolve("tokenizer.json"), tokenizer())));
    }

    private Path zip(Map<String, byte[]> entries) throws IOException {
        Path file = folder.resolve("texts.zip");
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
            }
        }
        return file;
    }

    /** Each batch as "first: [rows], [rows], …" of its columns. */
    private static List<String> batches(
            Dataset dataset, List<InputSpec> inputs, Preprocessing how, long first, int size) {
        List<String> seen = new ArrayList<>();
        try (BatchReader reader = dataset.read(inputs, how, first, dataset.samples() - first, size)) {
            for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
                StringBuilder text = new StringBuilder(batch.first() + ":");
                for (Column column : batch.columns()) {
                    text.append(' ');
                    int width = column.shape().get(1).intValue();
                    for (int i = 0; i < batch.size() * width; i++) {
                        text.append(i % width == 0 ? "[" : "")
                                .append(
                                        column.type() == ElementType.INT64
                                                ? column.data().getLong(8 * i)
                                                : column.data().getInt(4 * i));
                        text.append(i % width == width - 1 ? "]" : " ");
                    }
                }
                seen.add(text.toString());
            }
        }
        return seen;
    }

    @Test
    void rowsOfJsonBecomeTokensFilledUpToAFewLengths() throws IOException {
        Path file = file("""
            {"text": "The cat sat."}

            {"id": 7, "text": "a dog"}\r
            {"text": "the big dog ran under the small tree and sat"}
            """);
        try (Dataset dataset = Dataset.open(file, models())) {
            assertThat(dataset.format()).isEqualTo("jsonl");
            assertThat(dataset.samples()).isEqualTo(3);
            assertThat(dataset.fields()).containsExactly(new Field("text", ElementType.STRING, List.of(3L)));
            assertThat(dataset.mismatches(INPUTS, Preprocessing.NONE)).isEmpty();
            assertThat(batches(dataset, INPUTS, Preprocessing.NONE, 0, 8))
                    .containsExactly(
                            "0: [1 4 6 9 25 2 0 0][1 5 7 2 0 0 0 0] [1 1 1 1 1 1 0 0][1 1 1 1 0 0 0 0]"
                                    + " [0 0 0 0 0 0 0 0][0 0 0 0 0 0 0 0]",
                            "2: [1 4 18 7 10 23 4 17 13 14 9 2 0 0 0 0] [1 1 1 1 1 1 1 1 1 1 1 1 0 0 0 0]"
                                    + " [0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0]");
            assertThat(batches(dataset, INPUTS.subList(0, 1), Preprocessing.NONE, 1, 8))
                    .as("without a mask nothing is filled up")
                    .containsExactly("1: [1 5 7 2]", "2: [1 4 18 7 10 23 4 17 13 14 9 2]");
            assertThat(batches(dataset, INPUTS.subList(0, 2), Preprocessing.NONE.withMaxLength(5), 2, 8))
                    .containsExactly("2: [1 4 18 7 2] [1 1 1 1 1]");
        }
    }

    @Test
    void aFixedLengthIsFilledUpToAndCutAt() throws IOException {
        List<InputSpec> fixed = List.of(
                new InputSpec("input_ids", ElementType.INT64, List.of(-1L, 4L)),
                new InputSpec("attention_mask", ElementType.INT64, List.of(-1L, 4L)));
        try (Dataset dataset = Dataset.open(file("text\ndog\nthe cat sat on the mat\n"), models())) {
            assertThat(batches(dataset, fixed, Preprocessing.NONE, 0, 8))
                    .containsExactly("0: [1 7 2 0][1 4 6 2] [1 1 1 0][1 1 1 1]");
        }
    }

    @Test
    void aSecondTextIsASegmentOfItsOwnAndLabelsAreRead() throws IOException {
        Path file = zip(Map.of(
                "data/pairs.csv",
                "label,text_pair,text\r\n0.5,\"a \"\"dog\"\", ran\",cat\r\n-2,\"on\nmat\",tree\r\n"
                        .getBytes(StandardCharsets.UTF_8),
                "data/tokenizer.json",
                tokenizer()));
        try (Dataset dataset = Dataset.open(file)) {
            assertThat(dataset.format()).isEqualTo("texts");
            assertThat(dataset.needsTokenizer()).isFalse();
            assertThat(dataset.labels().orElseThrow().get(1, 0)).isEqualTo(-2);
            assertThat(batches(dataset, INPUTS, Preprocessing.NONE, 1, 1))
                    .containsExactly("1: [1 13 2 11 12 2 0 0] [1 1 1 1 1 1 0 0] [0 0 0 1 1 1 0 0]");
        }
    }

    @Test
    void theFirstOfEveryTwoRowsMayHaveTheLabelOfBoth() throws IOException {
        Path file = file("""
            {"text": "a", "labels": [1, 2]}
            {"text": "a"}
            {"text": "a", "labels": [3, 4]}
            {"text": "a", "label": null}
            """);
        try (Dataset dataset = Dataset.open(file, models())) {
            assertThat(dataset.labels().orElseThrow().count()).isEqualTo(2);
            assertThat(dataset.labels().orElseThrow().get(1, 1)).isEqualTo(4);
        }
    }

    @Test
    void inputsThatTextsCantMakeAreNamed() throws IOException {
        List<InputSpec> inputs = List.of(
                new InputSpec("pixels", ElementType.FLOAT, List.of(-1L, 3L, 8L, 8L)),
                new InputSpec("attention_mask", ElementType.STRING, List.of(-1L, -1L, -1L)));
        Preprocessing scaled = new Preprocessing(
                null, null, Preprocessing.Channels.RGB, Preprocessing.Layout.NCHW, 2, List.of(), List.of());
        try (Dataset dataset = Dataset.open(file("text\na\n"), models())) {
            assertThat(dataset.mismatches(inputs, scaled))
                    .extracting(EngineException.Detail::path)
                    .containsExactly(
                            "preprocessing",
                            "inputs.input_ids",
                            "inputs.pixels",
                            "inputs.attention_mask",
                            "inputs.attention_mask");
        }
    }

    @Test
    void withoutATokenizerTextsAreRecognisedButNotRead() throws IOException {
        try (Dataset dataset = Dataset.open(file("text\na\n"))) {
            assertThat(dataset.needsTokenizer()).isTrue();
            EngineException e = catchThrowableOfType(
                    EngineException.class, () -> batches(dataset, INPUTS, Preprocessing.NONE, 0, 1));
            assertThat(e.fault()).isEqualTo(Fault.DATASET_MISMATCH);
            assertThat(e).hasMessageContaining("tokenizer.json");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
        text,label\\na                                  | line 2 has 1 cells instead of 2
        words\\na                                       | names no column text
        text\\n"a                                       | line 2 opens a quote
        text,label\\na,one                              | line 2 has a label that is no number
        text,label\\n,1                                 | line 2 has no text
        text                                            | has no rows
        {"text": 1}                                     | line 1 has a text that is no text
        {"text": "a"}\\n{"txt": "a"}                    | line 2 has no field text
        {"text": "a"}\\n{"text": "a"                    | line 2 is no JSON
        {"text": "a", "text": "b"}                      | line 1 is no JSON
        {"text": "a"}\\n7                               | line 2 is no JSON object
        {"text": "a"} {"text": "b"}                     | line 1 is no JSON
        {"text": "a", "label": [[1]]}                   | line 1 has a label that is no number
        {"text": "a", "label": []}                      | line 1 has 0 labels
        {"text": "a", "text_pair": "b"}\\n{"text": "a"} | has a text_pair in 1 of 2 rows
        {"text": "a"}\\n{"text": "a", "label": 1}       | row 2 has 1 labels
        {"text": "a", "label": 1}\\n{"text": "a", "label": [1, 2]} | row 2 has 2 labels
        """)
    void whatIsWrongIsRefusedWithItsLine(String content, String message) throws IOException {
        Path file = file(content.replace("\\n", "\n"));
        EngineException e = catchThrowableOfType(EngineException.class, () -> Dataset.open(file));
        assertThat(e.fault()).isEqualTo(Fault.DATASET_MALFORMED);
        assertThat(e).hasMessageContaining(message);
    }

    @Test
    void hostileBytesAreRefused() throws IOException {
        assertThat(refusal(Files.write(
                        folder.resolve("a"), new byte[] {'t', 'e', 'x', 't', '\n', (byte) 0xc3, '(', '\n'})))
                .hasMessageContaining("is not UTF-8");
        assertThat(refusal(file("text\n" + "a".repeat((1 << 20) + 1)))).hasMessageContaining("line 2 is longer than");
        assertThat(refusal(file("{\"text\": \"" + "a".repeat(1 << 20) + "\"}")))
                .hasMessageContaining("line 1 is longer than");
        assertThat(refusal(file("{\"text\": " + "[".repeat(1000)))).hasMessageContaining("line 1 is no JSON");
        assertThat(refusal(file("text\n" + "a\n".repeat((1 << 20) + 1))))
                .hasMessageContaining("has more than 1048576 rows");
        assertThat(refusal(file("text" + ",b".repeat(1024)))).hasMessageContaining("more than 1024 cells");
        assertThat(refusal(file("{\"text\": \"a\", \"label\": 1e999}")).fault()).isEqualTo(Fault.DATASET_NOT_FINITE);
        assertThat(refusal(Files.write(folder.resolve("b"), new byte[] {0, 1, 2, 3}))
                        .fault())
                .isEqualTo(Fault.DATASET_MALFORMED);
    }

    @Test
    void hostileTokenizersAreRefused() throws IOException {
        byte[] texts = "text\na\n".getBytes(StandardCharsets.UTF_8);
        for (String json : List.of("", "[]", "{\"model\": 1}", "{\"model\": {}", "{\"a\":".repeat(5000))) {
            Path file = zip(Map.of("t.csv", texts, "tokenizer.json", json.getBytes(StandardCharsets.UTF_8)));
            assertThat(refusal(file)).hasMessageContaining("tokenizer.json");
        }
        assertThat(refusal(zip(Map.of("t.csv", texts, "tokenizer.json", new byte[(64 << 20) + 1]))))
                .hasMessageContaining("at most 67108864 are read");
        assertThat(refusal(zip(Map.of("tokenizer.json", tokenizer())))).hasMessageContaining("one .jsonl or .csv");
        Path unknown = zip(Map.of(
                "t.csv", texts, "tokenizer.json", "{\"model\": {\"type\": \"No\"}}".getBytes(StandardCharsets.UTF_8)));
        try (Dataset dataset = Dataset.open(unknown)) {
            EngineException e = catchThrowableOfType(
                    EngineException.class, () -> batches(dataset, INPUTS, Preprocessing.NONE, 0, 1));
            assertThat(e.fault()).isEqualTo(Fault.DATASET_MALFORMED);
            assertThat(e).hasMessageContaining("tokenizer.json: can't be used");
        }
    }

    private static EngineException refusal(Path file) {
        return catchThrowableOfType(EngineException.class, () -> Dataset.open(file));
    }
}
