package dev.octet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.octet.engine.plan.Network;
import dev.octet.engine.recipe.Recipe;
import dev.octet.engine.report.Outcome;
import dev.octet.engine.report.TrainingReport;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.scheme.Progress;
import dev.octet.engine.scheme.Progress.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The way of a QAT job through the engine, on a network small enough to be trained in seconds. */
class QuantizerTrainingTest {

    private static final int SAMPLES = 120;

    @TempDir
    static Path folder;

    private static Path model;
    private static Path samples;

    @BeforeAll
    static void write() throws IOException {
        Network network = Network.network()
                .input("x", -1, 3, 8, 8)
                .conv("c1", "x", 16, 3, 3, 1)
                .node("r1 = Relu(c1)")
                .conv("c2", "r1", 16, 16, 3, 16)
                .conv("c3", "c2", 16, 16, 1, 1)
                .node("s = Add(c3, r1)")
                .node("r2 = Relu(s)")
                .node("p = GlobalAveragePool(r2)")
                .node("f = Flatten(p)")
                .weight("w", 16, 4)
                .constant("b", Network.normal(2, 0.1f, 4))
                .node("y = Gemm(f, w, b)")
                .output("y");
        model = TestData.write(network.model(), folder.resolve("network.onnx"));
        samples = folder.resolve("samples.npz");
        TestData.samples(SAMPLES, 3, 8, 8).write(samples);
    }

    /** QAT at 4 bits on the samples, not timed, with {@code training} fields and {@code more}. */
    private static String recipe(String training, String more) {
        return """
            {"model": "%s", "technique": "QAT", "target": "%s",
             "calibration": {"dataset": "%s", "samples": 40},
             "evaluation": {"dataset": "%s", "metric": "FIDELITY"},
             "settings": {"weightType": "INT4", "activationType": "UINT4"},
             "training": {"dataset": "%s", "loss": {"task": 0}%s}%s}\
            """.formatted(model, TestData.untimedTarget(), samples, samples, samples, training, more);
    }

    private static byte[] bytes(String out) throws IOException {
        return Files.readAllBytes(folder.resolve(out).resolve("model.onnx"));
    }

    @Test
    void learnsWhatFourBitsLost() throws Exception {
        Outcome start = TestData.run(recipe(", \"epochs\": 1, \"learningRate\": 1e-9", ""), folder.resolve("start"));
        Outcome outcome = TestData.run(recipe(", \"epochs\": 30, \"batchSize\": 16", ""), folder.resolve("learned"));

        TrainingReport training = outcome.report().training();
        assertThat(training.decision()).isEqualTo("TRAINED");
        assertThat(training.samples() + training.heldOut()).isEqualTo(SAMPLES);
        assertThat(training.trained().distance())
                .as("distance from the float model on samples that were not trained on")
                .isLessThan(0.8 * training.start().distance());
        assertThat(training.history()).hasSizeBetween(16, 31);
        assertThat(training.history().getFirst().loss()).isNull();
        assertThat(training.history().getLast().heldOutLoss())
                .isLessThan(training.history().getFirst().heldOutLoss());
        assertThat(outcome.result().fidelity().sqnrDb())
                .isGreaterThan(start.result().fidelity().sqnrDb());
        assertThat(outcome.result().provenance().trainingRuntime()).startsWith("libtorch ");
        assertThat(Files.readString(folder.resolve("learned/report.json"))).contains("\"decision\":\"TRAINED\"");
        assertThat(folder.resolve("learned/checkpoint.bin")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({"UINT8, INT8", "UINT8, INT4", "INT8, INT8"})
    void whatTrainingSimulatesIsWhatTheFileComputes(String activations, String weights) {
        String recipe = recipe(", \"epochs\": 3", "")
                .replace("\"INT4\"", '"' + weights + '"')
                .replace("\"UINT4\"", '"' + activations + '"');
        TrainingReport training = TestData.run(recipe, folder.resolve(activations + weights))
                .report()
                .training();
        double simulated = training.history().get(training.best()).heldOutLoss();
        assertThat(simulated / training.trained().distance())
                .as("held-out distance in training over that of the file in the runtime")
                .isBetween(0.8, 1.25);
    }

    @Test
    void givesTheSameBytesForTheSameSeed() throws Exception {
        String training = ", \"epochs\": 12, \"batchSize\": 16";
        Outcome once = TestData.run(recipe(training, ""), folder.resolve("once"));
        TestData.run(recipe(training, ""), folder.resolve("twice"));
        TestData.run(recipe(training, ", \"seed\": 5"), folder.resolve("other"));
        assertThat(once.report().training().decision()).isEqualTo("TRAINED");
        assertThat(Arrays.equals(bytes("twice"), bytes("once"))).isTrue();
        assertThat(Arrays.equals(bytes("other"), bytes("once"))).isFalse();
    }

    /** Ends a run as a kill would: in the middle of the third epoch. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void goesOnFromTheLastEpochOfARunThatWasKilled() throws Exception {
        Path first = folder.resolve("killed");
        String whole = recipe(", \"epochs\": 12, \"batchSize\": 16", "");
        Progress killer = (phase, _, _, message) -> {
            if (phase == Phase.TRAINING && message.startsWith("epoch 3 of 12")) {
                throw new Killed();
            }
        };
        assertThatThrownBy(() -> Quantizer.run(Recipe.parse(whole), first, killer, TestData.CLOCK))
                .isInstanceOf(Killed.class);
        Path checkpoint = folder.resolve("kept.bin");
        Files.move(first.resolve("checkpoint.bin"), checkpoint);
        assertThat(files(first)).isEmpty();

        Outcome resumed = TestData.run(
                recipe(", \"epochs\": 12, \"batchSize\": 16", ", \"checkpoint\": \"" + checkpoint + "\""),
                folder.resolve("resumed"));
        Outcome straight = TestData.run(whole, folder.resolve("straight"));

        assertThat(resumed.report().training().resumedAfter()).isEqualTo(2);
        assertThat(straight.report().training().resumedAfter()).isZero();
        assertThat(resumed.report().training().history()).hasSize(13);
        assertThat(resumed.report().training().decision()).isEqualTo("TRAINED");
        assertThat(Arrays.equals(bytes("resumed"), bytes("straight"))).isTrue();
    }

    @Test
    void beginsAnewWhereACheckpointIsOfAnotherRunOrBroken() throws Exception {
        Path broken = folder.resolve("broken.bin");
        Files.writeString(broken, "no archive");
        Outcome outcome =
                TestData.run(recipe(", \"epochs\": 1", ", \"checkpoint\": \"" + broken + "\""), folder.resolve("anew"));
        assertThat(outcome.report().training().resumedAfter()).isZero();
        assertThat(outcome.report().training().history()).hasSize(2);
    }

    @Test
    void keepsWhatItBeganWithWhereTrainingMakesItWorse() throws Exception {
        Outcome outcome = TestData.run(recipe(", \"epochs\": 2, \"learningRate\": 10", ""), folder.resolve("worse"));
        String statically = recipe("", "")
                .replace("\"QAT\"", "\"STATIC\"")
                .replace("\"INT4\"", "\"INT4\", \"observer\": \"MSE\"")
                .replaceFirst(",\\s*\"training\": .*?}}", "");
        TestData.run(statically, folder.resolve("static"));

        assertThat(outcome.report().training().decision()).isEqualTo("START_KEPT");
        assertThat(outcome.report().training().reason()).contains("brought nothing");
        assertThat(outcome.report().notes()).extracting(note -> note.code()).contains("START_KEPT");
        assertThat(Arrays.equals(bytes("worse"), bytes("static"))).isTrue();
    }

    @Test
    void learnsFromTheFloatModelAloneWhereThereAreNoLabels() {
        String recipe = recipe("", "").replaceFirst("\"training\": .*?}}", "\"training\": {\"epochs\": 2}");
        TrainingReport training =
                TestData.run(recipe, folder.resolve("unlabelled")).report().training();
        assertThat(training.labelled()).isFalse();
        assertThat(training.origin()).contains("calibration");
        assertThat(training.samples() + training.heldOut()).isEqualTo(40);
    }

    @Test
    void stopsInTime() {
        TrainingReport training = TestData.run(
                        recipe(", \"epochs\": 10000, \"maxSeconds\": 1", ""), folder.resolve("short"))
                .report()
                .training();
        assertThat(training.ending()).contains("time");
    }

    @Test
    void aSearchThatMissesItsGoalTrainsTheBestOfTheFastOnes() {
        String automatically = recipe(
                        ", \"epochs\": 6, \"batchSize\": 16",
                        ", \"objective\": {\"maxDrop\": 0}, \"budget\": {\"maxTrials\": 40}")
                .replace("\"QAT\"", "\"AUTO\"")
                .replace("\"settings\": {", "\"settings\": {\"algorithms\": [\"BIAS_CORRECTION\"], ");
        Outcome outcome = TestData.run(automatically, folder.resolve("climbed"));
        assertThat(outcome.trials()).extracting(Outcome.Trial::technique).contains("QAT");
        assertThat(outcome.report().notes())
                .extracting(note -> note.message())
                .anySatisfy(message -> assertThat(message).contains("trained the best of the fast ones"));
    }

    @Test
    void leavesInFloatingPointWhatPatternsAndOperatorTypesMean() {
        String excluding = recipe("", "")
                .replace("\"QAT\"", "\"STATIC\"")
                .replaceFirst(",\\s*\"training\": .*?}}", "")
                .replace("\"settings\": {", "\"settings\": {\"exclude\": [\"c*\", \"Add\"], ");
        Outcome outcome = TestData.run(excluding, folder.resolve("excluding"));
        assertThat(outcome.layers())
                .filteredOn(layer -> layer.reason().equals("excluded by the request"))
                .extracting(Outcome.Layer::operator)
                .containsExactlyInAnyOrder("Conv", "Conv", "Conv", "Add");
        assertThatThrownBy(() -> TestData.run(excluding.replace("\"c*\"", "\"z*\""), folder.resolve("meaningless")))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("'z*'");
    }

    @Test
    void refusesAModelThatCanNotBeTrainedByOperatorAndNode() {
        Path strange = TestData.write(
                Network.network()
                        .input("x", -1, 3, 8, 8)
                        .conv("c1", "x", 16, 3, 3, 1)
                        .node("n = NonZero(c1)")
                        .node("y = Cast(n)", "to", 1)
                        .output("y")
                        .model(),
                folder.resolve("strange.onnx"));
        EngineException refusal = catchThrowableOfType(
                EngineException.class,
                () -> TestData.run(
                        recipe("", "").replace(model.toString(), strange.toString()), folder.resolve("refused")));
        assertThat(refusal.fault()).isEqualTo(Fault.MODEL_UNSUPPORTED);
        assertThat(refusal.getMessage()).contains("NonZero", "'n'");
    }

    @Test
    void saysWhatIsMissingWithoutNativesAndDoesEverythingElse() throws Exception {
        Path recipe = Files.writeString(folder.resolve("recipe.json"), recipe("", ""));
        try (EngineProcess engine = EngineProcess.without(
                "pytorch-", folder, "run", "--recipe", recipe.toString(), "--out", folder + "/none")) {
            assertThat(engine.exitCode()).isEqualTo(ExitCode.USERS_FAULT.number());
            assertThat(engine.lines().getLast().path("fault").asString()).isEqualTo("TRAINING_UNAVAILABLE");
            assertThat(engine.lines().getLast().path("message").asString()).contains("libtorch", "class path");
        }
        Path other = Files.writeString(
                folder.resolve("static.json"),
                recipe("", "").replace("\"QAT\"", "\"STATIC\"").replaceFirst(",\\s*\"training\": .*?}}", ""));
        try (EngineProcess engine = EngineProcess.without(
                "pytorch-", folder, "run", "--recipe", other.toString(), "--out", folder + "/some")) {
            assertThat(engine.exitCode()).as(engine.errors()).isZero();
        }
    }

    private static List<String> files(Path out) throws IOException {
        try (Stream<Path> all = Files.list(out)) {
            return all.map(file -> file.getFileName().toString()).toList();
        }
    }
}
