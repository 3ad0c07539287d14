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
        Path file = TestData.write(model, folder.resolve("m.onnx"));
        Path data = TestData.samples(24, sample).write(folder.resolve("d.npz"));
        return TestData.run(
                """
                {"model": "%s", "technique": "%s", "target": "%s", "calibration": {"dataset": "%s"},
                 "evaluation": {"dataset": "%s", "metric": "FIDELITY"}}\
                """.formatted(file, technique, TestData.untimedTarget(), data, data), folder.resolve("out"));
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
}
