package dev.octet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.octet.engine.report.Outcome;
import dev.octet.engine.report.Report.Note;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** STATIC where the user gives no samples. */
class DataFreeTest {

    @TempDir
    Path folder;

    private Path out(String name) throws IOException {
        return Files.createDirectories(folder.resolve(name));
    }

    @Test
    void aNetworkWithBatchNormalizationsIsCalibratedOnMadeUpImagesAndSaysSo() throws IOException {
        Outcome outcome = TestData.run(
                """
                {"model": "%s", "technique": "STATIC", "target": "%s",
                 "evaluation": {"dataset": "%s", "metric": "TOP1", "preprocessing": %s}}\
                """.formatted(TestData.RESNET, TestData.untimedTarget(), TestData.IMAGES, TestData.PREPROCESSING),
                out("a"));
        assertThat(outcome.report().notes())
                .filteredOn(note -> note.code().equals("DATA_FREE"))
                .singleElement()
                .satisfies(note -> assertThat(note.message()).contains("21 BatchNormalizations"));
        assertThat(outcome.result().metric().name()).isEqualTo("TOP1");
        assertThat(outcome.result().fidelity().cosine()).isGreaterThan(0.99);
        assertThat(outcome.result().int8MacShare()).isGreaterThan(0.9);
    }

    @Test
    void withoutAnyDataItIsHeldAgainstTheFloatModelOnMadeUpImages() throws IOException {
        Outcome outcome = TestData.run("""
            {"model": "%s", "technique": "STATIC", "target": "%s"}\
            """.formatted(TestData.RESNET, TestData.untimedTarget()), out("a"));
        assertThat(outcome.report().notes()).extracting(Note::code).contains("DATA_FREE", "NO_EVALUATION");
        assertThat(outcome.result().fidelity().samples()).isEqualTo(16);
        assertThat(outcome.result().fidelity().cosine()).isGreaterThan(0.99);
    }

    @Test
    void aModelThatRemembersNothingIsRefusedWithTheReason() throws IOException {
        Path model = TestData.write(TestData.convolutions().model(), folder.resolve("m.onnx"));
        Path out = out("a");
        EngineException e = catchThrowableOfType(
                EngineException.class,
                () -> TestData.run("{\"model\": \"%s\", \"technique\": \"STATIC\"}".formatted(model), out));
        assertThat(e.fault()).isEqualTo(Fault.RECIPE_INVALID);
        assertThat(e).hasMessageContaining("no BatchNormalization").hasMessageContaining("DYNAMIC");
        assertThat(out).isEmptyDirectory();
    }

    @Test
    void aSearchGoesOnWithoutSuchSamplesAndSaysWhy() throws IOException {
        Path model = TestData.write(TestData.convolutions().model(), folder.resolve("m.onnx"));
        Outcome outcome = TestData.run("""
            {"model": "%s", "technique": "AUTO", "target": "%s"}\
            """.formatted(model, TestData.untimedTarget()), out("a"));
        assertThat(outcome.report().notes())
                .filteredOn(note -> note.code().equals("NO_CALIBRATION"))
                .singleElement()
                .satisfies(note -> assertThat(note.message()).contains("no BatchNormalization"));
    }
}
