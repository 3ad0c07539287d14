package dev.octet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octet.engine.data.NpzFiles;
import dev.octet.engine.plan.Network;
import dev.octet.engine.report.Outcome;
import dev.octet.engine.report.TrainingReport;
import dev.octet.engine.scheme.EngineException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Detectors learn from the float model's boxes and scores; examples/detector made the trained one. */
class DetectorTrainingTest {

    private static final Path DETECTOR = Path.of("src/test/resources/detector").toAbsolutePath();

    @TempDir
    private Path folder;

    /** QAT with weights and activations of 4 bits, scored by {@code metric}. */
    private static String recipe(Path model, Path samples, String metric, String preprocessing, String training) {
        String data = "\"dataset\": \"%s\", \"preprocessing\": %s".formatted(samples, preprocessing);
        return """
            {"model": "%s", "technique": "QAT", "target": "%s", "calibration": {%s}, "evaluation": {%s, "metric": "%s"},
             "settings": {"weightType": "INT4", "activationType": "UINT4"}, "training": {%s, %s}}\
            """.formatted(model, TestData.untimedTarget(), data, data, metric, data, training);
    }

    private Outcome train(String training, String out) {
        String recipe = recipe(
                DETECTOR.resolve("detector.pt2"),
                DETECTOR.resolve("samples.npz"),
                "MEAN_AVERAGE_PRECISION",
                "{\"scale\": 0.00392156862745098}",
                training);
        return TestData.run(recipe, folder.resolve(out));
    }

    private static void assertSimulatedAsComputed(TrainingReport training) {
        double simulated = training.history().get(training.best()).heldOutLoss();
        assertThat(simulated / training.trained().distance())
                .as("held-out distance in training over that of the file in the runtime")
                .isBetween(0.8, 1.25);
    }

    @Test
    void aDetectorComesNearerToItsFloatModelAndFindsNoLess() {
        Outcome.Metric start =
                train("\"epochs\": 1, \"learningRate\": 1e-9", "start").result().metric();
        Outcome outcome = train("\"epochs\": 8, \"batchSize\": 4", "learned");
        Outcome.Metric learned = outcome.result().metric();
        TrainingReport training = outcome.report().training();

        assertThat(learned.name()).isEqualTo("MEAN_AVERAGE_PRECISION");
        assertThat(learned.fp32()).isBetween(0.4, 0.8);
        assertThat(learned.ap50().fp32()).isBetween(learned.fp32(), 1.0);
        assertThat(training.decision()).isEqualTo("TRAINED");
        assertThat(training.labelled()).isFalse();
        assertThat(training.origin()).contains("boxes and scores");
        assertThat(learned.int8())
                .as("mean average precision, on few samples")
                .isBetween(start.int8() - 0.01, learned.fp32());
        assertThat(learned.ap50().int8()).isGreaterThan(learned.int8());
        assertSimulatedAsComputed(training);
    }

    @Test
    void boxesAndScoresThatLeaveTogetherAreToldApart() {
        Path model = TestData.write(
                Network.network()
                        .input("x", -1, 3, 16, 16)
                        .conv("c1", "x", 16, 3, 3, 1)
                        .node("r1 = Relu(c1)")
                        .conv("c2", "r1", 16, 16, 3, 1)
                        .node("r2 = Relu(c2)")
                        .conv("b", "r2", 4, 16, 1, 1)
                        .scalar("stride", 40f)
                        .node("pixels = Mul(b, stride)")
                        .longs("four", 0, 4, 256)
                        .node("boxes = Reshape(pixels, four)")
                        .conv("s", "r2", 3, 16, 1, 1)
                        .longs("three", 0, 3, 256)
                        .node("logits = Reshape(s, three)")
                        .node("scores = Sigmoid(logits)")
                        .node("y = Concat(boxes, scores)", "axis", 1L)
                        .output("y")
                        .model(),
                folder.resolve("joined.onnx"));
        Path labelled = folder.resolve("labelled.npz");
        float[] labels = new float[60 * 5];
        for (int i = 0; i < 60; i++) {
            System.arraycopy(new float[] {i % 3, 2, 2, 9, 9}, 0, labels, 5 * i, 5);
        }
        NpzFiles.npz()
                .floats("x", Network.normal(5, 1, 60, 3, 16, 16).toFloats(), 60, 3, 16, 16)
                .floats("labels", labels, 60, 1, 5)
                .write(labelled);

        String training = "\"epochs\": 6, \"batchSize\": 8";
        Outcome outcome = TestData.run(
                recipe(model, labelled, "MEAN_AVERAGE_PRECISION", "{}", training), folder.resolve("joined"));
        assertThat(outcome.report().training().decision()).isEqualTo("TRAINED");
        assertSimulatedAsComputed(outcome.report().training());

        assertThatThrownBy(() ->
                        TestData.run(recipe(model, labelled, "FIDELITY", "{}", training), folder.resolve("unfitting")))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("labels do not fit")
                .hasMessageContaining("training.loss.task");
    }
}
