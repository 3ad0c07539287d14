package dev.octet.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Bytes;
import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.ValueType;
import dev.octet.engine.graph.ValueType.TensorType;
import dev.octet.engine.onnx.OnnxReader;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrtRunnerTest {

    @TempDir
    Path scratch;

    private OrtRunner runner;

    @BeforeEach
    void open() {
        runner = new OrtRunner(scratch);
    }

    @AfterEach
    void nothingStaysInTheScratchFolder() {
        assertThat(scratch).isEmptyDirectory();
    }

    @Test
    void givesInnerValuesAndOutputs() {
        Map<String, Tensor> results = runner.run(
                Nets.dense(), Map.of("x", Tensor.ofFloats(new float[] {1, 0, 0}, 1, 3)), Set.of("product", "y"));

        assertThat(results).containsOnlyKeys("product", "y");
        assertThat(results.get("product").toFloats()).containsExactly(1, -1);
        assertThat(results.get("y").toFloats()).containsExactly(1.5f, 0);
        assertThat(results.get("y").dims()).containsExactly(1, 2);
    }

    @Test
    void givesConstantsAndInputsAsTheyAre() {
        Tensor x = Tensor.ofFloats(new float[] {1, 0, 0}, 1, 3);

        Map<String, Tensor> results = runner.run(Nets.dense(), Map.of("x", x), Set.of("w", "x"));

        assertThat(results.get("x")).isSameAs(x);
        assertThat(results.get("w").toFloats()).containsExactly(1, -1, 2, -2, 3, -3);
    }

    @Test
    void runsOnlyWhatTheWantedValuesNeed() {
        Model net = Nets.model(
                List.of(Nets.floats("x", 1)),
                List.of(Nets.floats("y", 1)),
                Map.of("two", Tensor.ofFloats(new float[] {2}, 1)),
                Nets.node("Add", List.of("two", "two"), "four"),
                Node.of("unknown", "NoSuchOperator", List.of("x", "four"), List.of("y")));

        assertThat(runner.run(net, Map.of("x", Tensor.ofFloats(new float[] {0}, 1)), Set.of("four")))
                .hasEntrySatisfying("four", four -> assertThat(four.toFloats()).containsExactly(4));
    }

    @Test
    void takesAndGivesTypesThatTheBindingCanNotPass() {
        Model net = Nets.model(
                List.of(Nets.value("x", ElementType.UINT16, 2)),
                List.of(Nets.value("y", ElementType.UINT16, 2)),
                Map.of(),
                Nets.node("Identity", List.of("x"), "y"));
        Tensor x = Tensor.of(ElementType.UINT16, new long[] {2}, java.lang.foreign.MemorySegment.ofArray(new byte[] {
            1, 0, (byte) 0xFF, (byte) 0xFF
        }));

        Tensor y = runner.run(net, Map.of("x", x), Set.of("y")).get("y");

        assertThat(y.type()).isEqualTo(ElementType.UINT16);
        assertThat(y.toLongs()).containsExactly(1, 65535);
    }

    @Test
    void givesTexts() {
        Model net = Nets.model(
                List.of(),
                List.of(Nets.value("y", ElementType.STRING, 2, 1)),
                Map.of("words", Tensor.ofStrings(new long[] {2, 1}, List.of(Bytes.utf8("one"), Bytes.utf8("zwölf")))),
                Nets.node("Identity", List.of("words"), "y"));

        assertThat(runner.run(net, Map.of(), Set.of("y")).get("y").strings())
                .containsExactly(Bytes.utf8("one"), Bytes.utf8("zwölf"));
    }

    @Test
    void givesScalarsAndEmptyTensors() {
        Model net = Nets.model(
                List.of(),
                List.of(Nets.floats("scalar"), Nets.floats("empty", 0, 3)),
                Map.of(
                        "one", Tensor.ofFloats(new float[] {1}),
                        "none", Tensor.ofFloats(new float[0], 0, 3)),
                Nets.node("Neg", List.of("one"), "scalar"),
                Nets.node("Neg", List.of("none"), "empty"));

        Map<String, Tensor> results = runner.run(net, Map.of(), Set.of("scalar", "empty"));

        assertThat(results.get("scalar").dims()).isEmpty();
        assertThat(results.get("scalar").toFloats()).containsExactly(-1);
        assertThat(results.get("empty").dims()).containsExactly(0, 3);
    }

    @Test
    void seesWhatSubgraphsCapture() {
        Graph body = new Graph(
                "body",
                List.of(),
                List.of(Nets.floats("sum", 2)),
                List.of(Nets.node("Add", List.of("outer", "outer"), "sum")),
                Map.of(),
                Map.of());
        Model net = Nets.model(
                List.of(Nets.value("which", ElementType.BOOL), Nets.floats("x", 2)),
                List.of(Nets.floats("y", 2)),
                Map.of(),
                Nets.node("Relu", List.of("x"), "outer"),
                Nets.node("If", List.of("which"), "y")
                        .withAttribute("then_branch", new Attribute.OfGraph(body))
                        .withAttribute("else_branch", new Attribute.OfGraph(body)));

        Map<String, Tensor> inputs = Map.of(
                "which", Tensor.ofBytes(ElementType.BOOL, new byte[] {1}),
                "x", Tensor.ofFloats(new float[] {3, -3}, 2));

        assertThat(runner.run(net, inputs, Set.of("y")).get("y").toFloats()).containsExactly(6, 0);
        assertThat(runner.types(net)).containsEntry("y", new TensorType(ElementType.FLOAT, List.of(Dim.of(2))));
    }

    @Test
    void infersTypesOfAllValuesWithSymbolsKept() {
        Map<String, ValueType> types = runner.types(Nets.dense());

        TensorType rows = new TensorType(ElementType.FLOAT, List.of(Dim.symbolic("N"), Dim.of(2)));
        assertThat(types)
                .containsEntry("product", rows)
                .containsEntry("sum", rows)
                .containsEntry("y", rows)
                .containsEntry("x", new TensorType(ElementType.FLOAT, List.of(Dim.symbolic("N"), Dim.of(3))))
                .containsEntry("b", new TensorType(ElementType.FLOAT, List.of(Dim.of(2))));
    }

    @Test
    void infersShapesThatAChainOfConstantsComputes() {
        Model net = Nets.model(
                List.of(Nets.floats("x", -1, 4, 6)),
                List.of(Nets.floats("y", -2, -2)),
                Map.of(
                        "a", Tensor.ofLongs(new long[] {-1}, 1),
                        "b", Tensor.ofLongs(new long[] {12}, 1),
                        "two", Tensor.ofLongs(new long[] {2}, 1)),
                Nets.node("Mul", List.of("b", "two"), "width"),
                Nets.node("Concat", List.of("a", "width"), "shape").withAttribute("axis", Attribute.of(0L)),
                Nets.node("Reshape", List.of("x", "shape"), "flat"),
                Nets.node("Relu", List.of("flat"), "y"));

        assertThat(((TensorType) runner.types(net).get("y")).shape()).last().isEqualTo(Dim.of(24));
    }

    @Test
    void knowsEveryValueOfARealNetwork() throws Exception {
        Path file = Nets.resnet20();
        try (Arena arena = Arena.ofConfined()) {
            Model model = OnnxReader.read(file, file.getParent(), arena);

            Map<String, ValueType> types = runner.types(model);

            for (Node node : model.graph().nodes()) {
                assertThat(types.get(node.id()))
                        .describedAs(node.label())
                        .isInstanceOfSatisfying(
                                TensorType.class,
                                type -> assertThat(type.rank()).isNotNegative());
            }
            assertThat(types)
                    .containsEntry(
                            "logits", new TensorType(ElementType.FLOAT, List.of(Dim.symbolic("batch"), Dim.of(10))));
        }
    }

    @Test
    void aRefusedModelIsAFaultOfTheModel() {
        Model net = Nets.model(
                List.of(),
                List.of(Nets.floats("y", 1)),
                Map.of(),
                Node.of("n", "NoSuchOperator", List.of(), List.of("y")));

        assertThatThrownBy(() -> runner.run(net, Map.of(), Set.of("y"))).isInstanceOf(EngineException.class);
        assertThatThrownBy(() -> runner.types(net)).isInstanceOf(EngineException.class);
    }

    @Test
    void aMissingInputIsTheCallersMistake() {
        assertThatThrownBy(() -> runner.run(Nets.dense(), Map.of(), Set.of("y")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("x");
    }
}
