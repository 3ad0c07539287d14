package dev.octet.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.graph.Tensor;
import dev.octet.engine.plan.Network;
import dev.octet.engine.report.Outcome;
import dev.octet.engine.report.Report.Note;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A detector whose boxes (hundreds) and scores (0 to 1) share one output. */
class DetectorTest {

    @TempDir
    Path folder;

    private Outcome quantize(Network network) throws IOException {
        Path model = TestData.write(network.model(), folder.resolve("m.onnx"));
        Path data = TestData.samples(48, 3, 16, 16).write(folder.resolve("d.npz"));
        return TestData.run(
                """
                {"model": "%s", "technique": "STATIC", "target": "%s", "calibration": {"dataset": "%s", "samples": 32},
                 "evaluation": {"dataset": "%s", "metric": "FIDELITY"}}\
                """.formatted(model, TestData.untimedTarget(), data, data),
                Files.createDirectories(folder.resolve("out")));
    }

    private static Network backbone() {
        return Network.network()
                .input("x", -1, 3, 16, 16)
                .conv("c1", "x", 32, 3, 3, 1)
                .node("r1 = Relu(c1)")
                .conv("c2", "r1", 64, 32, 3, 1)
                .node("r2 = Relu(c2)");
    }

    @Test
    void scoresBesideBoxesKeepTheirPrecision() throws IOException {
        Outcome outcome = quantize(backbone()
                .conv("b", "r2", 4, 64, 1, 1)
                .scalar("stride", 400f)
                .node("boxes = Mul(b, stride)")
                .conv("s", "r2", 4, 64, 1, 1)
                .node("scores = Sigmoid(s)")
                .node("j = Concat(boxes, scores)", "axis", 1L)
                .longs("shape", 0, 8, 256)
                .node("y = Reshape(j, shape)")
                .output("y"));
        assertThat(outcome.report().notes()).extracting(Note::code).doesNotContain("WIDE_OUTPUT");
        assertThat(outcome.layers())
                .filteredOn(layer ->
                        layer.operator().equals("Concat") || layer.operator().equals("Mul"))
                .allSatisfy(layer -> assertThat(layer.precision()).isEqualTo("FP32"));
        assertThat(outcome.result().int8MacShare()).isGreaterThan(0.9);
    }

    /** In one encoding a score would have less than one step. */
    @Test
    void boxesAndScoresOfOneConvolutionStayInFloatingPoint() throws IOException {
        float[] weights = new float[8 * 64];
        Random random = new Random(3);
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) ((i < weights.length / 2 ? 40 : 0.05) * random.nextGaussian());
        }
        Outcome outcome = quantize(backbone()
                .constant("w", Tensor.ofFloats(weights, 8, 64, 1, 1))
                .node("o = Conv(r2, w)")
                .longs("zero", 0)
                .longs("four", 4)
                .longs("eight", 8)
                .longs("one", 1)
                .node("boxes = Slice(o, zero, four, one)")
                .node("logits = Slice(o, four, eight, one)")
                .node("scores = Sigmoid(logits)")
                .node("j = Concat(boxes, scores)", "axis", 1L)
                .output("j"));
        assertThat(outcome.result().fidelity().cosine())
                .as("the whole looks well")
                .isGreaterThan(0.999);
        assertThat(outcome.layers())
                .filteredOn(layer -> layer.name().equals("o"))
                .singleElement()
                .satisfies(layer -> {
                    assertThat(layer.precision()).isEqualTo("FP32");
                    assertThat(layer.reason()).contains("channels of 'o' differ too much to share one encoding");
                });
        assertThat(outcome.report().notes()).extracting(Note::code).doesNotContain("WIDE_OUTPUT");
        assertThat(outcome.result().int8MacShare()).isGreaterThan(0.9);
    }
}
