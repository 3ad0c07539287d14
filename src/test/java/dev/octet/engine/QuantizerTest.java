package dev.octet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.octet.engine.data.NpzFiles;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.plan.Network;
import dev.octet.engine.recipe.Recipe;
import dev.octet.engine.report.Outcome;
import dev.octet.engine.report.Outcome.Layer;
import dev.octet.engine.report.Report.Note;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.scheme.ObserverKind;
import dev.octet.engine.scheme.Progress;
import dev.octet.engine.scheme.WeightMethod;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The way of one job through the engine, on real and on hostile models and data. */
class QuantizerTest {

    @TempDir
    Path folder;

    private Path out(String name) {
        return folder.resolve(name);
    }

    @ParameterizedTest
    @EnumSource(ObserverKind.class)
    void everyObserverQuantizesAResidualNetworkAndKeepsItsAnswers(ObserverKind observer) throws Exception {
        Path out = out("out");
        Outcome outcome = TestData.run(TestData.resnet(", \"settings\": {\"observer\": \"" + observer + "\"}"), out);

        assertThat(outcome.result().fidelity().top1Agreement()).isGreaterThan(0.93);
        assertThat(outcome.result().fidelity().cosine()).isGreaterThan(0.995);
        assertThat(outcome.result().int8MacShare()).isGreaterThan(0.95);
        assertThat(outcome.result().sizeBytes().int8())
                .isEqualTo(Files.size(out.resolve("model.onnx")))
                .isLessThan(outcome.result().sizeBytes().fp32() / 3);
        assertThat(files(out))
                .containsExactlyInAnyOrder(
                        "model.onnx",
                        "plan.txt",
                        "result.json",
                        "report.json",
                        "layers.json",
                        "trials.json",
                        "statistics.bin");
        assertThat(top1(out.resolve("model.onnx"), true))
                .as("the file executed as written, as it is scored for a target that is not this machine")
                .isEqualTo(outcome.result().metric().int8());
        assertThat(top1(TestData.RESNET, false))
                .isEqualTo(outcome.result().metric().fp32());
        assertThat(outcome.result().metric().drop())
                .isCloseTo(
                        outcome.result().metric().fp32()
                                - outcome.result().metric().int8(),
                        within(1e-12));
    }

    /** Top-1 of a file on the 64 images, with nothing of the engine: plain ONNX Runtime over bytes of the npz. */
    private static double top1(Path model, boolean asWritten) throws OrtException, IOException {
        byte[] pixels;
        byte[] labels;
        try (ZipFile zip = new ZipFile(TestData.IMAGES.toFile())) {
            pixels = zip.getInputStream(zip.getEntry("input.npy")).readAllBytes();
            labels = zip.getInputStream(zip.getEntry("labels.npy")).readAllBytes();
        }
        int header = 128;
        int hits = 0;
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
                OrtSession session = environment.createSession(model.toString(), with(options, asWritten))) {
            for (int i = 0; i < 64; i++) {
                float[] image = new float[3 * 32 * 32];
                for (int at = 0; at < image.length; at++) {
                    int channel = at / 1024;
                    int pixel = Byte.toUnsignedInt(pixels[header + i * image.length + at]);
                    image[at] = (float) ((pixel * TestData.SCALE - TestData.MEAN[channel]) / TestData.STD[channel]);
                }
                try (OnnxTensor input = OnnxTensor.createTensor(
                                environment, FloatBuffer.wrap(image), new long[] {1, 3, 32, 32});
                        OrtSession.Result result = session.run(Map.of("input", input))) {
                    float[] logits = ((float[][]) result.get(0).getValue())[0];
                    int best = 0;
                    for (int c = 1; c < logits.length; c++) {
                        best = logits[c] > logits[best] ? c : best;
                    }
                    hits += best == labels[header + 8 * i] ? 1 : 0;
                }
            }
        }
        return hits / 64.0;
    }

    private static OrtSession.SessionOptions with(OrtSession.SessionOptions options, boolean asWritten)
            throws OrtException {
        if (asWritten) {
            options.addConfigEntry("session.disable_quant_qdq", "1");
        }
        return options;
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> list = Files.list(folder)) {
            return list.map(file -> file.getFileName().toString()).toList();
        }
    }

    @ParameterizedTest
    @EnumSource(WeightMethod.class)
    void onlyWeightsAreQuantizedInBlocksByEveryMethod(WeightMethod method) {
        Path model = TestData.write(TestData.perceptron().model(), out("model.onnx"));
        Path data = TestData.samples(64, 16).write(out("data.npz"));
        Outcome outcome = TestData.run("""
            {"model": "%s", "technique": "WEIGHT_ONLY", "calibration": {"dataset": "%s"},
             "settings": {"weightType": "INT8", "weightMethod": "%s", "blockSize": 16}}\
            """.formatted(model, data, method), out("out"));
        assertThat(outcome.layers())
                .filteredOn(layer -> layer.operator().equals("Gemm"))
                .hasSize(2)
                .allSatisfy(layer -> {
                    assertThat(layer.precision()).isEqualTo("INT8");
                    assertThat(layer.weight().sqnrDb()).isGreaterThan(35);
                });
        assertThat(outcome.result().fidelity().sqnrDb()).isGreaterThan(25);
        assertThat(outcome.report().quantized().technique()).isEqualTo("WEIGHT_ONLY");
    }

    @Test
    void aSecondRunOnTheSameSamplesCalibratesNoMoreWhateverItsObserver() {
        TestData.run(TestData.resnet(""), out("first"));
        String entropy = "\"settings\": {\"observer\": \"ENTROPY\"}";
        Outcome anew = TestData.run(TestData.resnet(", " + entropy), out("anew"));
        Outcome reused = TestData.run(
                TestData.resnet(
                        ", " + entropy + ", \"statistics\": \"" + out("first").resolve("statistics.bin") + "\""),
                out("reused"));
        assertThat(reused.report().notes())
                .extracting(Note::message)
                .contains("Statistics of an earlier run were used: calibration skipped.");
        assertThat(reused.plan()).isEqualTo(anew.plan());
    }

    @Test
    void theSameInputsGiveTheSameBytes() throws Exception {
        String recipe = TestData.resnet(", \"settings\": {\"observer\": \"ENTROPY\"}");
        TestData.run(recipe, out("one"));
        TestData.run(recipe, out("two"));
        for (String file : List.of("model.onnx", "plan.txt", "statistics.bin", "layers.json")) {
            assertThat(Files.mismatch(out("one").resolve(file), out("two").resolve(file)))
                    .as(file)
                    .isEqualTo(-1);
        }
    }

    @Test
    void thisMachinesOwnTargetIsTimedAndScoredAsPlainOnnxRuntimeRunsIt() throws Exception {
        Outcome outcome = TestData.run(
                TestData.resnet(", \"measure\": {\"batchSizes\": [1, 8]}")
                        .replace(TestData.untimedTarget(), Targets.own().id()),
                out("out"));
        assertThat(outcome.result().latency()).hasSize(2).allSatisfy(times -> {
            assertThat(times.speedup()).isPositive();
            assertThat(times.speedupInterval().low()).isLessThanOrEqualTo(times.speedup());
            assertThat(times.speedupInterval().high()).isGreaterThanOrEqualTo(times.speedup());
            assertThat(times.fp32().p95()).isGreaterThanOrEqualTo(times.fp32().p50());
        });
        assertThat(outcome.result().peakMemoryBytes()).isPositive();
        assertThat(outcome.layers().stream().filter(l -> l.fp32Micros() != null))
                .hasSizeGreaterThan(20);
        assertThat(outcome.report().latencyNote()).isNull();
        assertThat(top1(out("out").resolve("model.onnx"), false))
                .isEqualTo(outcome.result().metric().int8());
    }

    @Test
    void anotherTargetsLatencyIsNotMeasuredAndTheReportSaysSo() {
        Outcome outcome = TestData.run(TestData.resnet(""), out("out"));
        assertThat(outcome.result().latency()).isEmpty();
        assertThat(outcome.report().latencyNote()).contains(TestData.untimedTarget());
        assertThat(outcome.report().notes()).extracting(Note::code).contains("NOT_MEASURED");
    }

    @Test
    void everyLayerTellsItsEncodingsErrorsAndReason() {
        Outcome outcome = TestData.run(TestData.resnet(""), out("out"));
        List<Layer> convolutions = outcome.layers().stream()
                .filter(l -> l.operator().equals("Conv"))
                .toList();
        assertThat(convolutions).hasSize(21).allSatisfy(layer -> {
            assertThat(layer.decision()).isEqualTo("QUANTIZED");
            assertThat(layer.reason()).isNotBlank();
            assertThat(layer.macs()).isPositive();
            assertThat(layer.weight().encoding().scale()).hasSizeGreaterThanOrEqualTo(16);
            assertThat(layer.weight().sqnrDb()).isGreaterThan(20);
            assertThat(layer.activation().encoding()).isNotNull();
            assertThat(layer.activation().saturation()).isBetween(0.0, 0.05);
            assertThat(layer.sqnrAloneDb()).isGreaterThan(15);
            assertThat(layer.sqnrAccumulatedDb()).isLessThanOrEqualTo(layer.sqnrAloneDb() + 3);
        });
        assertThat(outcome.layers()).extracting(Layer::position).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void excludedNodesStayFloatInTheShippedFile() {
        Outcome all = TestData.run(TestData.resnet(""), out("all"));
        String first = all.layers().stream()
                .filter(l -> l.operator().equals("Conv"))
                .findFirst()
                .orElseThrow()
                .name();
        Outcome outcome =
                TestData.run(TestData.resnet(", \"settings\": {\"exclude\": [\"" + first + "\"]}"), out("without"));
        assertThat(outcome.layers().stream().filter(l -> l.name().equals(first)))
                .singleElement()
                .satisfies(layer -> {
                    assertThat(layer.decision()).isEqualTo("FLOAT");
                    assertThat(layer.reason()).contains("excluded");
                    assertThat(layer.precision()).isEqualTo("FP32");
                });
        assertThat(outcome.result().int8MacShare()).isLessThan(all.result().int8MacShare());
    }

    @Test
    void excludingWhatDoesNotExistIsRefused() {
        assertThat(failure(TestData.resnet(", \"settings\": {\"exclude\": [\"no-such-node\"]}"))
                        .fault())
                .isEqualTo(Fault.RECIPE_INVALID);
    }

    @Test
    void aMissedGoalIsAnOutcomeWithTheModelKept() {
        Path model = TestData.write(TestData.convolutions().model(), folder.resolve("m.onnx"));
        Path data = TestData.samples(64, 3, 16, 16).write(folder.resolve("d.npz"));
        Outcome outcome = TestData.run("""
            {"model": "%s", "technique": "STATIC", "target": "%s", "calibration": {"dataset": "%s"},
             "evaluation": {"dataset": "%s", "metric": "FIDELITY"}, "objective": {"maxDrop": 0}}\
            """.formatted(model, TestData.untimedTarget(), data, data), out("out"));
        assertThat(outcome.verdict()).isEqualTo(Outcome.Verdict.GOAL_NOT_MET);
        assertThat(out("out").resolve("model.onnx")).exists();
    }

    @Test
    void withoutEvaluationSamplesAreHeldBack() {
        Path model = TestData.write(TestData.convolutions().model(), folder.resolve("m.onnx"));
        Path data = TestData.samples(40, 3, 16, 16).write(folder.resolve("d.npz"));
        Outcome outcome = TestData.run("""
            {"model": "%s", "technique": "STATIC", "target": "%s", "calibration": {"dataset": "%s", "samples": 40}}\
            """.formatted(model, TestData.untimedTarget(), data), out("out"));
        assertThat(outcome.result().fidelity().samples()).isEqualTo(8);
        assertThat(outcome.report().dataAdvice().samplesUsed()).isEqualTo(32);
        assertThat(outcome.report().notes()).extracting(Note::code).contains("NO_EVALUATION");
    }

    @Test
    void dynamicQuantizationNeedsNoData() throws Exception {
        Path model = TestData.write(TestData.perceptron().model(), folder.resolve("m.onnx"));
        Outcome outcome = TestData.run(dynamic(model), out("out"));
        assertThat(outcome.result().int8MacShare()).isEqualTo(1);
        assertThat(outcome.result().fidelity().cosine()).isGreaterThan(0.99);
        assertThat(outcome.report().notes()).extracting(Note::code).contains("SYNTHETIC_SAMPLES");
        assertThat(files(out("out"))).contains("model.onnx").doesNotContain("statistics.bin");
    }

    private static String dynamic(Path model) {
        return "{\"model\": \"%s\", \"technique\": \"DYNAMIC\", \"target\": \"%s\"}"
                .formatted(model, TestData.untimedTarget());
    }

    @Test
    void progressTellsItsPhasesInOrderAndEachToItsEnd() {
        Path model = TestData.write(TestData.convolutions().model(), folder.resolve("m.onnx"));
        Path data = TestData.samples(64, 3, 16, 16).write(folder.resolve("d.npz"));
        List<Progress.Phase> phases = new ArrayList<>();
        Map<Progress.Phase, long[]> last = new HashMap<>();
        Quantizer.run(
                Recipe.parse(statically(model, data)),
                out("out"),
                (phase, done, total, message) -> {
                    assertThat(done).isBetween(0L, total);
                    assertThat(message).isNotBlank();
                    if (phases.isEmpty() || phases.getLast() != phase) {
                        phases.add(phase);
                    }
                    last.put(phase, new long[] {done, total});
                },
                TestData.CLOCK);
        assertThat(phases)
                .containsExactly(
                        Progress.Phase.PREPARING,
                        Progress.Phase.CALIBRATING,
                        Progress.Phase.QUANTIZING,
                        Progress.Phase.EVALUATING,
                        Progress.Phase.PACKAGING);
        assertThat(last.get(Progress.Phase.CALIBRATING)).containsExactly(64, 64);
        assertThat(last.get(Progress.Phase.EVALUATING)).containsExactly(64, 64);
        assertThat(last.get(Progress.Phase.PACKAGING)).containsExactly(1, 1);
    }

    private static String statically(Path model, Path data) {
        return """
            {"model": "%s", "technique": "STATIC", "target": "%s", "calibration": {"dataset": "%s"},
             "evaluation": {"dataset": "%s"}}\
            """.formatted(model, TestData.untimedTarget(), data, data);
    }

    // What goes wrong: each fault by its name, and nothing left behind.

    private EngineException failure(String recipe) {
        Path out = out("failed");
        EngineException e = catchThrowableOfType(EngineException.class, () -> TestData.run(recipe, out));
        assertThat(e).as("an EngineException").isNotNull();
        assertThat(e.getMessage()).isNotBlank();
        assertThat(out).as("no leftovers of " + e).isEmptyDirectory();
        return e;
    }

    private void fails(Fault fault, Path model, Path data, String... words) {
        EngineException e = failure(statically(model, data));
        assertThat(e.fault()).as(e.getMessage()).isEqualTo(fault);
        for (String word : words) {
            assertThat(e.getMessage() + e.details()).contains(word);
        }
    }

    private Path model() {
        return TestData.write(TestData.convolutions().model(), folder.resolve("m.onnx"));
    }

    private Path data() {
        return TestData.samples(8, 3, 16, 16).write(folder.resolve("d.npz"));
    }

    @Test
    void aSampleOfNanIsNamed() {
        float[] values = new float[4 * 768];
        values[2 * 768 + 5] = Float.NaN;
        Path data = NpzFiles.npz().floats("x", values, 4, 3, 16, 16).write(folder.resolve("nan.npz"));
        fails(Fault.DATASET_NOT_FINITE, model(), data, "x", "2");
    }

    /** The two convolutions with {@code weights} in the first, 32 channels of 3, and a bias of {@code bias}. */
    private Path modelWith(float[] weights, float bias) {
        float[] biases = new float[32];
        java.util.Arrays.fill(biases, bias);
        Network network = Network.network()
                .input("x", -1, 3, 16, 16)
                .constant("w1", Tensor.ofFloats(weights, 32, 3, 1, 1))
                .constant("b1", Tensor.ofFloats(biases, 32))
                .node("c1 = Conv(x, w1, b1)");
        return TestData.write(TestData.head(network).model(), folder.resolve("odd.onnx"));
    }

    @Test
    void aModelThatIgnoresItsInputIsBroken() {
        fails(Fault.BASELINE_BROKEN, modelWith(new float[96], 1), data(), "same output");
    }

    @Test
    void aModelThatGivesZerosOnlyIsBrokenToo() {
        Network network = Network.network()
                .input("x", -1, 3, 16, 16)
                .constant("w1", Tensor.ofFloats(new float[32 * 27], 32, 3, 3, 3))
                .node("c1 = Conv(x, w1)")
                .weight("w2", 64, 32, 3, 3)
                .node("c2 = Conv(c1, w2)")
                .node("y = GlobalAveragePool(c2)")
                .output("y");
        Path model = TestData.write(network.model(), folder.resolve("zeros.onnx"));
        fails(Fault.BASELINE_BROKEN, model, data(), "same output");
    }

    @Test
    void aModelThatOverflowsIsNotFinite() {
        float[] weights = new float[96];
        java.util.Arrays.fill(weights, 3e38f);
        fails(Fault.MODEL_NOT_FINITE, modelWith(weights, 3e38f), data());
    }

    @Test
    void weightsOfNanAreRefused() {
        float[] weights = new float[96];
        weights[7] = Float.NaN;
        fails(Fault.MODEL_NOT_FINITE, modelWith(weights, 0), data());
    }

    @Test
    void aQuantizedModelIsRefused() {
        Path model = TestData.write(TestData.alreadyQuantized(), folder.resolve("q.onnx"));
        fails(Fault.MODEL_ALREADY_QUANTIZED, model, TestData.samples(8, 16).write(folder.resolve("d.npz")));
    }

    @Test
    void whatTheEngineMadeIsItselfRefused() {
        Path data = data();
        TestData.run(statically(model(), data), out("out"));
        fails(Fault.MODEL_ALREADY_QUANTIZED, out("out").resolve("model.onnx"), data);
    }

    @Test
    void aTruncatedModelIsMalformed() throws IOException {
        byte[] whole = Files.readAllBytes(TestData.RESNET);
        Path model = Files.write(folder.resolve("half.onnx"), java.util.Arrays.copyOf(whole, whole.length / 2));
        fails(Fault.MODEL_MALFORMED, model, data());
    }

    @Test
    void dataOfAnotherShapeOrNameIsNamedWithBothSides() {
        fails(
                Fault.DATASET_MISMATCH,
                model(),
                TestData.samples(8, 3, 17, 16).write(folder.resolve("wide.npz")),
                "x",
                "16",
                "17");
        Path named =
                NpzFiles.npz().floats("image", new float[768], 1, 3, 16, 16).write(folder.resolve("named.npz"));
        fails(Fault.DATASET_MISMATCH, model(), named, "x", "image");
    }

    @Test
    void labelsThatAreMissingOrOutOfBoundsAreAMismatch() {
        Path unlabelled = NpzFiles.npz()
                .floats("x", Network.normal(1, 1, 8, 3, 16, 16).toFloats(), 8, 3, 16, 16)
                .write(folder.resolve("unlabelled.npz"));
        String recipe =
                statically(model(), unlabelled).replace("\"evaluation\": {", "\"evaluation\": {\"metric\": \"TOP1\", ");
        assertThat(failure(recipe).fault()).isEqualTo(Fault.DATASET_MISMATCH);
        Path wrong = NpzFiles.npz()
                .floats("x", Network.normal(1, 1, 8, 3, 16, 16).toFloats(), 8, 3, 16, 16)
                .longs("labels", new long[] {0, 1, 2, 3, 4, 5, 6, 7}, 8)
                .write(folder.resolve("wrong.npz"));
        fails(Fault.DATASET_MISMATCH, model(), wrong, "4");
    }

    @Test
    void anEmptyDatasetIsAMismatch() {
        Path empty = NpzFiles.npz().floats("x", new float[0], 0, 3, 16, 16).write(folder.resolve("empty.npz"));
        EngineException e = failure(statically(model(), empty));
        assertThat(e.fault()).isIn(Fault.DATASET_MISMATCH, Fault.DATASET_MALFORMED);
    }

    @Test
    void aModelWithoutAnythingToQuantizeIsUnsupported() {
        Path model = TestData.write(
                Network.network()
                        .input("x", -1, 3, 16, 16)
                        .node("y = Tanh(x)")
                        .output("y")
                        .model(),
                folder.resolve("tanh.onnx"));
        fails(Fault.MODEL_UNSUPPORTED, model, data(), "Tanh");
    }

    @Test
    void aMissingModelIsToldAsSuch() {
        EngineException e = failure(statically(folder.resolve("nowhere.onnx"), data()));
        assertThat(e.getMessage()).contains("nowhere.onnx");
    }

    @Test
    void anUnknownTargetIsARecipeFault() {
        EngineException e = failure(TestData.resnet("").replace(TestData.untimedTarget(), "tflite"));
        assertThat(e.fault()).isEqualTo(Fault.RECIPE_INVALID);
    }

    @Test
    void oneSampleAndNoEvaluationLeaveNothingToScoreOn() {
        Path data = TestData.samples(1, 3, 16, 16).write(folder.resolve("one.npz"));
        EngineException e =
                failure("{\"model\": \"%s\", \"technique\": \"STATIC\", \"calibration\": {\"dataset\": \"%s\"}}"
                        .formatted(model(), data));
        assertThat(e.fault()).isEqualTo(Fault.DATASET_MISMATCH);
        assertThat(e).hasMessageContaining("two");
    }
}
