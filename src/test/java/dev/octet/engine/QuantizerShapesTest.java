package dev.octet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.octet.engine.data.NpzFiles;
import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType.TensorType;
import dev.octet.engine.plan.Network;
import dev.octet.engine.report.Outcome;
import dev.octet.engine.report.Outcome.Layer;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models of odd shapes, types and ages on their way through the engine. */
class QuantizerShapesTest {

    @TempDir
    Path folder;

    private Outcome run(Model model, NpzFiles data, String evaluation) {
        Path file = TestData.write(model, folder.resolve("m.onnx"));
        Path samples = data.write(folder.resolve("d.npz"));
        return TestData.run(
                """
                {"model": "%s", "technique": "STATIC", "target": "%s", "calibration": {"dataset": "%s"},
                 "evaluation": {"dataset": "%s"%s}}\
                """.formatted(file, TestData.untimedTarget(), samples, samples, evaluation), folder.resolve("out"));
    }

    /** The model with its outputs, which follow the batch, in {@code element}. */
    private static Model withOutput(Model model, String name, ElementType element) {
        Graph graph = model.graph();
        List<Value> outputs = new ArrayList<>();
        for (Value output : graph.outputs()) {
            outputs.add(output.name().equals(name) ? new Value(name, new TensorType(element, null)) : output);
        }
        return model.withGraph(graph.withOutputs(outputs));
    }

    @Test
    void aModelTooSmallToGainAnythingIsQuantizedAllTheSame() {
        Outcome outcome = run(TestData.perceptron().model(), TestData.samples(64, 16), "");
        assertThat(outcome.result().int8MacShare()).isEqualTo(1);
        assertThat(outcome.result().fidelity().cosine()).isGreaterThan(0.99);
    }

    @Test
    void anOldModelWithHardSwishesIsRaisedAndQuantizedWhereItPays() {
        Path data = TestData.FIXTURES.resolve("data/text-lines-8.npz");
        Outcome outcome = TestData.run(
                """
                {"model": "%s", "technique": "STATIC", "target": "%s", "calibration": {"dataset": "%s"},
                 "evaluation": {"dataset": "%s", "metric": "TOP1"}}\
                """.formatted(TestData.FIXTURES.resolve("ppocr-cls.onnx"), TestData.untimedTarget(), data, data),
                folder.resolve("out"));
        assertThat(outcome.report().model().opset()).isEqualTo(11);
        assertThat(outcome.report().quantized().opset()).isEqualTo(17);
        assertThat(outcome.result().int8MacShare()).isPositive();
        assertThat(outcome.result().fidelity().top1Agreement()).isEqualTo(1);
        assertThat(outcome.report().islands()).isNotEmpty().allSatisfy(island -> {
            assertThat(island.reason()).isNotBlank();
            assertThat(island.nodes()).isNotEmpty();
        });
    }

    @Test
    void aBatchFixedAtOneStaysSo() {
        Model model = TestData.head(Network.network().input("x", 1, 3, 16, 16).conv("c1", "x", 32, 3, 3, 1))
                .model();
        Outcome outcome = run(model, TestData.samples(12, 3, 16, 16), "");
        assertThat(outcome.result().fidelity().samples()).isEqualTo(12);
        assertThat(outcome.report().model().inputs().getFirst().shape().getFirst())
                .isEqualTo(1L);
    }

    @Test
    void aBatchFixedAboveOneIsFedInWholeBatches() {
        Model model = TestData.head(Network.network().input("x", 4, 3, 16, 16).conv("c1", "x", 32, 3, 3, 1))
                .model();
        Outcome outcome = run(model, TestData.samples(12, 3, 16, 16), "");
        assertThat(outcome.result().fidelity().samples()).isEqualTo(12);
        assertThat(outcome.result().int8MacShare()).isGreaterThan(0.9);
    }

    @Test
    void sequencesOfAnyLengthKeepTheirSymbol() {
        Model model = Network.network()
                .input("x", -1, 8, 64)
                .matMul("h", "x", 64, 256)
                .node("r = Relu(h)")
                .matMul("y", "r", 256, 64)
                .output("y")
                .model();
        List<Dim> shape = List.of(Dim.symbolic("N"), Dim.symbolic("T"), Dim.of(64));
        Graph graph = model.graph().withInputs(List.of(new Value("x", new TensorType(ElementType.FLOAT, shape))));
        Outcome outcome = run(model.withGraph(graph), TestData.samples(16, 20, 64), ", \"metric\": \"FIDELITY\"");
        assertThat(outcome.result().int8MacShare()).isEqualTo(1);
        assertThat(outcome.report().model().inputs().getFirst().shape()).containsExactly("N", "T", 64L);
        assertThat(Inspection.model(folder.resolve("out").resolve("model.onnx"), folder)
                        .inputs()
                        .getFirst()
                        .shape())
                .containsExactly("N", "T", 64L);
    }

    @Test
    void aModelThatAnswersWithClassNumbersIsScoredByThem() {
        Network network = TestData.convolutions().node("best = ArgMax(y)", "axis", 1, "keepdims", 1);
        Model model = withOutput(network.output("best").model(), "best", ElementType.INT64);
        Model onlyBest = model.withGraph(model.graph()
                .withOutputs(model.graph().outputs().stream()
                        .filter(o -> o.name().equals("best"))
                        .toList()));
        Outcome outcome = run(onlyBest, TestData.samples(32, 3, 16, 16), ", \"metric\": \"FIDELITY\"");
        assertThat(outcome.result().int8MacShare()).isGreaterThan(0.9);
    }

    @Test
    void aSecondOutputOfAnotherTypeIsCarriedAlong() {
        Network network = TestData.convolutions().node("best = ArgMax(y)", "axis", 1, "keepdims", 0);
        Model model = withOutput(network.output("best").model(), "best", ElementType.INT64);
        Outcome outcome = run(model, TestData.samples(32, 3, 16, 16), "");
        assertThat(outcome.report().model().outputs()).hasSize(2);
        assertThat(outcome.result().fidelity().cosine()).isGreaterThan(0.99);
    }

    /** The two convolutions with every node called {@code name}. */
    private static Model named(String name) {
        Model model = TestData.convolutions().model();
        return model.withGraph(model.graph()
                .withNodes(model.graph().nodes().stream()
                        .map(n -> n.withName(name))
                        .toList()));
    }

    @Test
    void nodesWithoutNamesAreToldApart() {
        Outcome outcome = run(named(""), TestData.samples(16, 3, 16, 16), "");
        assertThat(outcome.layers())
                .extracting(Layer::name)
                .doesNotHaveDuplicates()
                .doesNotContain("");
        assertThat(outcome.result().int8MacShare()).isGreaterThan(0.9);
    }

    @Test
    void aModelThatTheRuntimeRefusesAsUploadedIsRefusedInItsWords() {
        EngineException e = catchThrowableOfType(
                EngineException.class, () -> run(named("conv"), TestData.samples(16, 3, 16, 16), ""));
        assertThat(e.fault()).isEqualTo(Fault.MODEL_UNSUPPORTED);
        assertThat(e).hasMessageContaining("two nodes with same node name");
    }

    @Test
    void weightsThatAreInputsTooAreTakenAsTheCallersUnlessTheFileIsOld() {
        Model model = TestData.convolutions().model();
        Graph graph = model.graph();
        List<Value> inputs = new ArrayList<>(graph.inputs());
        graph.initializers()
                .forEach((name, tensor) -> inputs.add(new Value(
                        name,
                        new TensorType(
                                tensor.type(),
                                java.util.Arrays.stream(tensor.dims())
                                        .mapToObj(Dim::of)
                                        .toList()))));
        EngineException e = catchThrowableOfType(
                EngineException.class,
                () -> run(model.withGraph(graph.withInputs(inputs)), TestData.samples(16, 3, 16, 16), ""));
        assertThat(e.fault()).isEqualTo(Fault.MODEL_UNSUPPORTED);
        assertThat(e.details().toString()).contains("not constant");
    }

    private static Model scaled() {
        return Network.network()
                .input("x", -1, 3, 16, 16)
                .input("temperature")
                .conv("c1", "x", 32, 3, 3, 1)
                .conv("c2", "c1", 32, 32, 3, 1)
                .node("y = Mul(c2, temperature)")
                .output("y")
                .model();
    }

    @Test
    void anInputWithoutDimensionsTakesItsNumberFromAColumn() {
        float[] numbers = new float[16];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = i < 8 ? 1.5f : i;
        }
        Outcome outcome = run(scaled(), TestData.samples(16, 3, 16, 16).floats("temperature", numbers, 16), "");
        assertThat(outcome.result().fidelity().samples()).isEqualTo(16);
        assertThat(outcome.result().fidelity().cosine()).isGreaterThan(0.99);
        assertThat(outcome.result().int8MacShare()).isGreaterThan(0.9);
    }

    @Test
    void anInputWithoutAColumnIsRefusedWithItsName() {
        EngineException e =
                catchThrowableOfType(EngineException.class, () -> run(scaled(), TestData.samples(16, 3, 16, 16), ""));
        assertThat(e.fault()).isEqualTo(Fault.DATASET_MISMATCH);
        assertThat(e.getMessage() + e.details()).contains("temperature");
    }

    @Test
    void aStateWhoseBatchAxisIsTheSecondComesWholeWithEachSample() {
        Model model = Network.network()
                .input("x", -1, 16)
                .input("state", 2, -1, 16)
                .matMul("h", "x", 16, 64)
                .node("r = Relu(h)")
                .matMul("k", "r", 64, 16)
                .longs("second", 1)
                .node("past = Gather(state, second)", "axis", 0)
                .longs("first", 0)
                .node("last = Squeeze(past, first)")
                .node("y = Add(k, last)")
                .output("y")
                .model();
        float[] states = new float[12 * 2 * 16];
        for (int i = 0; i < states.length; i++) {
            states[i] = i % 7 - 3;
        }
        Outcome outcome = run(model, TestData.samples(12, 16).floats("state", states, 12, 2, 1, 16), "");
        assertThat(outcome.result().fidelity().samples()).isEqualTo(12);
        assertThat(outcome.result().fidelity().cosine()).isGreaterThan(0.99);
    }

    @Test
    void whatIsEmptyInAllSamplesStaysInFloatingPoint() {
        Model model = Network.network()
                .input("x", -1, 4, 16)
                .input("past", ElementType.FLOAT, -1, -1, 16)
                .matMul("k", "x", 16, 16)
                .node("all = Concat(past, k)", "axis", 1)
                .node("r = Relu(all)")
                .matMul("y", "r", 16, 64)
                .output("y")
                .model();
        Graph graph = model.graph();
        List<Dim> free = List.of(Dim.symbolic("N"), Dim.symbolic("P"), Dim.of(16));
        Graph named = graph.withInputs(
                List.of(graph.inputs().getFirst(), new Value("past", new TensorType(ElementType.FLOAT, free))));
        NpzFiles data = TestData.samples(12, 4, 16).floats("past", new float[0], 12, 0, 16);
        Outcome outcome = run(model.withGraph(named), data, ", \"metric\": \"FIDELITY\"");
        assertThat(outcome.result().int8MacShare()).isEqualTo(1);
        assertThat(outcome.layers())
                .filteredOn(layer -> layer.operator().equals("Concat"))
                .allSatisfy(layer -> assertThat(layer.precision()).isEqualTo("FP32"));
    }

    @Test
    void anOutputThatDoesNotLeadWithTheBatchIsScoredSampleBySample() {
        Model model = Network.network()
                .input("x", -1, 3, 16, 16)
                .conv("c1", "x", 32, 3, 3, 1)
                .conv("c2", "c1", 32, 32, 3, 1)
                .node("y = Transpose(c2)", "perm", new long[] {1, 0, 2, 3})
                .output("y")
                .model();
        Outcome outcome = run(model, TestData.samples(16, 3, 16, 16), "");
        assertThat(outcome.result().fidelity().samples()).isEqualTo(16);
        assertThat(outcome.result().fidelity().cosine()).isGreaterThan(0.99);
        assertThat(outcome.result().int8MacShare()).isGreaterThan(0.9);
    }

    @Test
    void aModelInAZipGivesTheSameBytesAsTheModelItself() throws Exception {
        Path data = TestData.samples(16, 3, 16, 16).write(folder.resolve("d.npz"));
        Path single = TestData.write(TestData.convolutions().model(), folder.resolve("m.onnx"));
        Path zip = folder.resolve("m.zip");
        try (java.util.zip.ZipOutputStream out =
                new java.util.zip.ZipOutputStream(java.nio.file.Files.newOutputStream(zip))) {
            out.putNextEntry(new java.util.zip.ZipEntry("model.onnx"));
            java.nio.file.Files.copy(single, out);
            out.closeEntry();
        }
        String recipe = """
            {"model": "%s", "technique": "STATIC", "target": "%s", "calibration": {"dataset": "%s"},
             "evaluation": {"dataset": "%s"}}\
            """;
        TestData.run(recipe.formatted(single, TestData.untimedTarget(), data, data), folder.resolve("one"));
        Outcome outcome =
                TestData.run(recipe.formatted(zip, TestData.untimedTarget(), data, data), folder.resolve("two"));
        assertThat(outcome.result().fidelity().sqnrDb())
                .as("held against the upload, not against itself")
                .isLessThan(60);
        assertThat(java.nio.file.Files.mismatch(
                        folder.resolve("one").resolve("model.onnx"),
                        folder.resolve("two").resolve("model.onnx")))
                .isEqualTo(-1);
    }
}
