package dev.octet.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Function;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType.TensorType;
import dev.octet.engine.plan.Network;
import dev.octet.engine.report.Outcome;
import dev.octet.engine.report.Outcome.Layer;
import dev.octet.engine.report.Report;
import dev.octet.engine.scheme.ElementType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models with functions, branches, loops, recurrent layers and 16-bit floats on their way through the engine. */
class QuantizerStructureTest {

    @TempDir
    Path folder;

    private Outcome run(Model model, String technique, long... sample) {
        return run(model, technique, "", sample);
    }

    private Outcome run(Model model, String technique, String excluded, long... sample) {
        Path file = TestData.write(model, folder.resolve("m.onnx"));
        Path data = TestData.samples(24, sample).write(folder.resolve("d.npz"));
        return TestData.run(
                """
                {"model": "%s", "technique": "%s", "target": "%s", "calibration": {"dataset": "%s"},
                 "evaluation": {"dataset": "%s", "metric": "FIDELITY"}, "settings": {"exclude": [%s]}}\
                """.formatted(file, technique, TestData.untimedTarget(), data, data, excluded), folder.resolve("out"));
    }

    private static List<String> quantized(Outcome outcome) {
        return outcome.layers().stream()
                .filter(layer -> layer.precision().equals("INT8"))
                .map(Layer::name)
                .toList();
    }

    @Test
    void layersInsideOfFunctionsAreQuantized() {
        Graph block = Network.network()
                .node("p = Conv(a, w, b)", "pads", new long[] {1, 1, 1, 1})
                .node("o = Relu(p)")
                .output("o")
                .model()
                .graph();
        Function function = new Function(
                "own",
                "Block",
                List.of("a", "w", "b"),
                List.of("o"),
                List.of(),
                Map.of(),
                block.nodes(),
                Map.of("", 17L));
        Network network = Network.network()
                .input("x", -1, 3, 16, 16)
                .weight("w1", 32, 3, 3, 3)
                .constant("b1", Network.normal(3, 0.1f, 32))
                .weight("w2", 32, 32, 3, 3)
                .constant("b2", Network.normal(4, 0.1f, 32))
                .node("h = Block(x, w1, b1)")
                .node("y = Block(h, w2, b2)")
                .output("y");
        Graph graph = network.model().graph();
        List<Node> calls = graph.nodes().stream()
                .map(n -> new Node(n.name(), "own", n.op(), n.inputs(), n.outputs(), n.attributes()))
                .toList();
        Model model =
                new Model(graph.withNodes(calls), Map.of("", 17L, "own", 1L), List.of(function), Map.of(), "test");
        Outcome outcome = run(model, "STATIC", 3, 16, 16);
        assertThat(outcome.result().int8MacShare()).isEqualTo(1);
        assertThat(quantized(outcome)).contains("h/p", "y/p");
        assertThat(outcome.result().fidelity().cosine()).isGreaterThan(0.99);
        Outcome without = run(model, "STATIC", "\"h\"", 3, 16, 16);
        assertThat(quantized(without)).contains("y/p").doesNotContain("h/p");
    }

    /** The model with every float of its weights, inputs and outputs rounded to 16 bits. */
    private static Model halved(Model model) {
        Graph graph = model.graph();
        Map<String, Tensor> weights = new LinkedHashMap<>(graph.initializers());
        weights.replaceAll((_, tensor) -> {
            float[] values = tensor.toFloats();
            byte[] bytes = new byte[2 * values.length];
            MemorySegment half = MemorySegment.ofArray(bytes);
            for (int i = 0; i < values.length; i++) {
                half.setAtIndex(
                        ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN),
                        i,
                        Float.floatToFloat16(values[i]));
            }
            return Tensor.of(ElementType.FLOAT16, tensor.dims(), half);
        });
        return model.withGraph(graph.withInitializers(weights)
                .withInputs(graph.inputs().stream()
                        .map(QuantizerStructureTest::halved)
                        .toList())
                .withOutputs(graph.outputs().stream()
                        .map(QuantizerStructureTest::halved)
                        .toList()));
    }

    private static Value halved(Value value) {
        List<Dim> shape = value.type() instanceof TensorType tensor ? tensor.shape() : null;
        return new Value(value.name(), new TensorType(ElementType.FLOAT16, shape));
    }

    @Test
    void aModelInHalfPrecisionIsQuantizedAndKeepsItsInputsAndOutputs() {
        for (String technique : List.of("STATIC", "DYNAMIC")) {
            Outcome outcome = run(halved(TestData.perceptron().model()), technique, 16);
            assertThat(outcome.result().int8MacShare()).as(technique).isEqualTo(1);
            assertThat(outcome.result().fidelity().cosine()).as(technique).isGreaterThan(0.99);
            ModelSummary written = Inspection.model(folder.resolve("out/model.onnx"), folder);
            assertThat(written.inputs().getFirst().type()).isEqualTo("FLOAT16");
            assertThat(written.outputs().getFirst().type()).isEqualTo("FLOAT16");
        }
    }

    /** Two convolutions before {@code network} goes on from c2, [N, 32, 16, 16]. */
    private static Network convolutions() {
        return Network.network()
                .input("x", -1, 3, 16, 16)
                .conv("c1", "x", 32, 3, 3, 1)
                .node("r1 = Relu(c1)")
                .conv("c2", "r1", 32, 32, 3, 1);
    }

    @Test
    void branchesThatTheInputChoosesKeepWhatTheyCompute() {
        Graph then = Network.network()
                .weight("tw", 32, 32, 3, 3)
                .node("t = Conv(c2, tw)", "pads", new long[] {1, 1, 1, 1})
                .output("t")
                .model()
                .graph();
        Graph otherwise =
                Network.network().node("e = Mul(c2, c1)").output("e").model().graph();
        Network network = convolutions()
                .scalar("zero", 0)
                .node("sum = ReduceSum(x)", "keepdims", 0)
                .node("yes = Greater(sum, zero)")
                .node("y = If(yes)", "then_branch", then, "else_branch", otherwise)
                .output("y");
        Outcome outcome = run(network.model(), "STATIC", 3, 16, 16);
        assertThat(quantized(outcome)).contains("c2").doesNotContain("t");
        assertThat(outcome.layers().getLast().reason())
                .isEqualTo("inside the body of If 'y' everything stays in floating point: t (Conv), e (Mul)");
        assertThat(outcome.result().fidelity().cosine()).isGreaterThan(0.99);
    }

    @Test
    void loopsKeepWhatTheyComputeWithWhatTheyCapture() {
        Graph step = new Graph(
                "step",
                List.of(
                        new Value("i", new TensorType(ElementType.INT64, List.of())),
                        new Value("go", new TensorType(ElementType.BOOL, List.of())),
                        new Value("state", new TensorType(ElementType.FLOAT, null))),
                List.of(
                        new Value("on", new TensorType(ElementType.BOOL, null)),
                        new Value("next", new TensorType(ElementType.FLOAT, null))),
                List.of(
                        Node.of("on", "Identity", List.of("go"), List.of("on")),
                        Node.of("half", "Mul", List.of("state", "factor"), List.of("half")),
                        Node.of("next", "Add", List.of("half", "c2"), List.of("next"))),
                Map.of(),
                Map.of());
        Network network = convolutions()
                .scalar("factor", 0.5f)
                .constant("times", Tensor.ofLongs(new long[] {3}).reshaped())
                .node("y = Loop(times, , c1)", "body", step)
                .output("y");
        Outcome outcome = run(network.model(), "STATIC", 3, 16, 16);
        assertThat(quantized(outcome)).contains("c2");
        assertThat(outcome.result().fidelity().cosine()).isGreaterThan(0.99);
    }

    @Test
    void scansKeepWhatTheyComputeWithWhatTheyCapture() {
        Graph step = new Graph(
                "step",
                List.of(
                        new Value("state", new TensorType(ElementType.FLOAT, null)),
                        new Value("row", new TensorType(ElementType.FLOAT, null))),
                List.of(
                        new Value("next", new TensorType(ElementType.FLOAT, null)),
                        new Value("seen", new TensorType(ElementType.FLOAT, null))),
                List.of(
                        Node.of("next", "Add", List.of("state", "row"), List.of("next")),
                        Node.of("seen", "Mul", List.of("next", "factor"), List.of("seen"))),
                Map.of(),
                Map.of());
        Network network = convolutions()
                .scalar("factor", 0.5f)
                .node("start = ReduceMean(c1)", "axes", new long[] {2}, "keepdims", 0)
                .node("last, y = Scan(start, c2)", "body", step, "num_scan_inputs", 1, "scan_input_axes", new long[] {2
                })
                .node("z = Transpose(y)", "perm", new long[] {1, 0, 2, 3})
                .output("z");
        Outcome outcome = run(network.model(), "STATIC", 3, 16, 16);
        assertThat(quantized(outcome)).contains("c2");
        assertThat(outcome.result().fidelity().cosine()).isGreaterThan(0.99);
    }

    /** A recurrent layer of {@code gates} gates over 8 steps of 32 features, and a product behind. */
    private static Network recurrent(String operator, long gates) {
        return Network.network()
                .input("x", -1, 8, 32)
                .node("s = Transpose(x)", "perm", new long[] {1, 0, 2})
                .constant("w", Network.normal(5, 0.2f, 1, gates * 64, 32))
                .constant("r", Network.normal(6, 0.1f, 1, gates * 64, 64))
                .constant("b", Network.normal(7, 0.1f, 1, 2 * gates * 64))
                .node(", h = " + operator + "(s, w, r, b)", "hidden_size", 64)
                .constant("zero", Tensor.ofLongs(new long[] {0}, 1))
                .node("q = Squeeze(h, zero)")
                .matMul("y", "q", 64, 256)
                .output("y");
    }

    @Test
    void aSearchQuantizesAnLstmBesideStaticLayers() {
        // What the LSTM reads has an encoding of its own, for the product beside it.
        Network network = recurrent("LSTM", 4).matMul("z", "s", 32, 256).output("z");
        Outcome outcome = run(network.model(), "AUTO", 8, 32);
        assertThat(outcome.result().int8MacShare()).isEqualTo(1);
        assertThat(outcome.report().notes())
                .extracting(Report.Note::message)
                .anyMatch(message -> message.startsWith("With its LSTMs quantized as their inputs come"));
    }

    @Test
    void anLstmIsQuantizedAsItsInputsComeAndOtherRecurrentLayersAreNot() {
        for (String technique : List.of("STATIC", "DYNAMIC")) {
            for (String operator : List.of("LSTM", "GRU")) {
                Network network = recurrent(operator, operator.equals("GRU") ? 3 : 4);
                Outcome outcome = run(network.model(), technique, 8, 32);
                assertThat(quantized(outcome)).as(technique + " " + operator).contains("y");
                boolean integers = technique.equals("DYNAMIC") && operator.equals("LSTM");
                assertThat(outcome.result().int8MacShare() == 1)
                        .as(technique + " " + operator)
                        .isEqualTo(integers);
                assertThat(outcome.layers())
                        .filteredOn(layer -> layer.operator().equals(operator))
                        .singleElement()
                        .satisfies(layer -> {
                            assertThat(layer.precision()).isEqualTo(integers ? "INT8" : "FP32");
                            assertThat(layer.reason()).contains(integers ? "as they come" : "INT8 kernel");
                        });
                assertThat(outcome.result().fidelity().cosine())
                        .as(technique + " " + operator)
                        .isGreaterThan(0.99);
            }
        }
    }
}
