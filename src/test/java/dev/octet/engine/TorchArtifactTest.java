package dev.octet.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.onnx.OnnxInspector;
import dev.octet.engine.report.Outcome;
import dev.octet.engine.report.Report.Note;
import dev.octet.engine.torch.TorchReader;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive for PyTorch beside the ONNX file: proven, told of, and missing where it can't be had. */
class TorchArtifactTest {

    private static final Pattern AGREEMENT = Pattern.compile("takes (\\d+) bytes.* to ([0-9.]+|Infinity) dB");

    @TempDir
    Path folder;

    @Test
    void standsBesideTheOnnxFileAndAgreesWithIt() throws Exception {
        Outcome outcome = TestData.run(TestData.resnet(", \"formats\": [\"PT2\"]"), folder);

        Path archive = folder.resolve("model.pt2");
        assertThat(folder.resolve("model.onnx")).exists();
        Matcher told = AGREEMENT.matcher(note(outcome, "PYTORCH_ARCHIVE").message());
        assertThat(told.find()).isTrue();
        assertThat(Long.parseLong(told.group(1)))
                .isEqualTo(Files.size(archive))
                .isLessThan(outcome.result().sizeBytes().fp32());
        assertThat(Double.parseDouble(told.group(2))).isGreaterThan(60);
        try (Arena arena = Arena.ofConfined()) {
            assertThat(OnnxInspector.inspect(TorchReader.read(archive, arena)).quantized())
                    .as("an archive of a quantized model is known as such when it is uploaded")
                    .isTrue();
        }
    }

    @Test
    void isLeftAwayWithAWordOnEveryLayerThatPyTorchCannotSay() {
        String recipe = """
            {"model": "%s", "technique": "DYNAMIC", "formats": ["ONNX", "PT2"]}
            """.formatted(TestData.FIXTURES.resolve("chargpt.onnx"));
        Outcome outcome = TestData.run(recipe, folder);

        assertThat(folder.resolve("model.onnx")).exists();
        assertThat(folder.resolve("model.pt2")).doesNotExist();
        Note note = note(outcome, "NO_PYTORCH_ARCHIVE");
        assertThat(note.severity()).isEqualTo("WARNING");
        assertThat(note.message())
                .contains("MatMulInteger 'l0_qkv_mm_node_MatMulInteger'", "MatMulInteger 'logits_node_MatMulInteger'");
    }

    @Test
    void isNotThereUnasked() {
        Outcome outcome = TestData.run(TestData.resnet(""), folder);

        assertThat(folder.resolve("model.pt2")).doesNotExist();
        assertThat(outcome.report().notes()).extracting(Note::code).noneMatch(code -> code.contains("PYTORCH"));
    }

    private static Note note(Outcome outcome, String code) {
        return outcome.report().notes().stream()
                .filter(note -> note.code().equals(code))
                .findFirst()
                .orElseThrow(() -> new AssertionError(
                        "no " + code + " among " + outcome.report().notes()));
    }
}
