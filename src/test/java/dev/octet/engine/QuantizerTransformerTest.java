package dev.octet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.octet.engine.data.Column;
import dev.octet.engine.onnx.OnnxReader;
import dev.octet.engine.onnx.OnnxWriter;
import dev.octet.engine.plan.EncoderLayer;
import dev.octet.engine.plan.Network;
import dev.octet.engine.report.Outcome;
import dev.octet.engine.report.Report;
import dev.octet.engine.runtime.ExecutedGraph.ExecutedNode;
import dev.octet.engine.runtime.Execution;
import dev.octet.engine.runtime.RuntimeOptions;
import dev.octet.engine.runtime.RuntimeSession;
import dev.octet.engine.scheme.ElementType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Transformers on their way through the engine. */
class QuantizerTransformerTest {

    private static final int LENGTH = 12;

    @TempDir
    Path folder;

    private Path run(String technique, String out) {
        run(1, technique, "", out);
        return folder.resolve(out).resolve("model.onnx");
    }

    private Outcome run(float outlier, String technique, String settings, String out) {
        Path file = TestData.write(EncoderLayer.network(outlier).model(), folder.resolve("m.onnx"));
        Path samples = TestData.samples(24, LENGTH, EncoderLayer.WIDTH).write(folder.resolve("d.npz"));
        return TestData.run(
                """
                {"model": "%s", "technique": "%s", "target": "%s", "calibration": {"dataset": "%s"},
                 "evaluation": {"dataset": "%s", "metric": "FIDELITY"}, "settings": {%s}}\
                """.formatted(file, technique, TestData.untimedTarget(), samples, samples, settings),
                folder.resolve(out));
    }

    private List<String> operators(Path model) {
        return Execution.inspect(model, 1, folder).nodes().stream()
                .map(ExecutedNode::op)
                .toList();
    }

    /** The same model claiming nothing of its inner values. */
    private Path silent(Path model) {
        Path file = folder.resolve("silent.onnx");
        try (Arena arena = Arena.ofConfined()) {
            OnnxWriter.write(OnnxReader.read(model, folder, arena).withoutTypes(), file);
        }
        return file;
    }

    private static float[] answer(Path model, long batch, long length) {
        float[] values = Network.normal(3, 1, batch, length, EncoderLayer.WIDTH).toFloats();
        ByteBuffer data = ByteBuffer.allocateDirect(values.length * Float.BYTES).order(ByteOrder.nativeOrder());
        data.asFloatBuffer().put(values);
        Column column = new Column("x", ElementType.FLOAT, List.of(batch, length, (long) EncoderLayer.WIDTH), data);
        try (RuntimeSession session = RuntimeSession.open(model, RuntimeOptions.optimized(1))) {
            return session.run(List.of(column)).stream()
                    .map(view -> {
                        float[] copy = new float[view.floats().remaining()];
                        view.floats().get(view.floats().position(), copy);
                        return copy;
                    })
                    .findFirst()
                    .orElseThrow();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"STATIC", "DYNAMIC", "WEIGHT_ONLY"})
    void residualSumsAreFusedWithTheNormalizationsThatFollow(String technique) {
        Path model = run(technique, "out");
        assertThat(operators(model))
                .filteredOn("SkipLayerNormalization"::equals)
                .hasSize(2);
        assertThat(operators(silent(model))).doesNotContain("SkipLayerNormalization");
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 3", "5, 40", "32, 12"})
    void theArtifactRunsOnInputsOfAnySize(long batch, long length) {
        Path model = run("STATIC", "out");
        float[] answer = answer(model, batch, length);
        float[] expected = answer(silent(model), batch, length);
        assertThat(answer).hasSize(Math.toIntExact(batch * length * EncoderLayer.WIDTH));
        for (int i = 0; i < answer.length; i++) {
            // A sum in another order may end on the other side of a rounding.
            assertThat(answer[i]).isCloseTo(expected[i], within(0.1f));
        }
    }

    private static List<String> notes(Outcome outcome) {
        return outcome.report().notes().stream().map(Report.Note::message).toList();
    }

    @Test
    void staticSmoothsOutlyingChannelsBehindNormalizationsUnasked() {
        Outcome suited = run(30, "STATIC", "", "suited");
        assertThat(notes(suited))
                .anyMatch(note -> note.startsWith("The model has attention") && note.contains("MSE"))
                .anyMatch(note -> note.startsWith("SMOOTH_QUANT was kept"));
        Outcome plain = run(30, "STATIC", "\"observer\": \"MIN_MAX\", \"algorithms\": []", "plain");
        assertThat(suited.result().fidelity().sqnrDb())
                .isGreaterThan(plain.result().fidelity().sqnrDb() + 6);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "STATIC; \"observer\": \"ENTROPY\", \"algorithms\": [\"GPTQ\"]",
                "STATIC; \"observer\": \"MIN_MAX\", \"algorithms\": []",
                "DYNAMIC; ''"
            })
    void whatTheRequestNamesIsLeftAsItIs(String technique, String settings) {
        assertThat(notes(run(30, technique, settings, "out"))).noneMatch(note -> note.contains("attention, and"));
    }

    @Test
    void theSameRunGivesTheSameBytes() throws IOException {
        assertThat(Files.mismatch(run("STATIC", "one"), run("STATIC", "other"))).isEqualTo(-1);
    }
}
