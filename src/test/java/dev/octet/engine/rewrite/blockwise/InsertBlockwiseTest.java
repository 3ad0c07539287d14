package dev.octet.engine.rewrite.blockwise;

import static dev.octet.engine.plan.Network.network;
import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.algorithm.blockwise.EncodeMatrix;
import dev.octet.engine.algorithm.blockwise.RoundToNearest;
import dev.octet.engine.algorithm.blockwise.Workers;
import dev.octet.engine.evaluate.SignalNoise;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.GraphVerifier;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.onnx.OnnxWriter;
import dev.octet.engine.plan.Network;
import dev.octet.engine.runtime.ExecutedGraph;
import dev.octet.engine.runtime.Execution;
import dev.octet.engine.runtime.OrtRunner;
import dev.octet.engine.scheme.BlockFormat;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.QuantType;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Block-wise graphs as ONNX Runtime executes them, against the float model that they stand for. */
class InsertBlockwiseTest {

    private static final long SEED = 41;

    /** Activations rounded to 8 bits in blocks keep at least so much; a wrong order of nibbles or blocks keeps less than 5 dB. */
    private static final double LEAST_DB = 38;

    @TempDir
    Path folder;

    private record Rewritten(Model base, Map<String, BlockwiseMatrix> matrices, Model model) {}

    private Rewritten rewrite(Network network, BlockFormat format) {
        Model base = network.typed(folder);
        BlockwiseRules rules = new BlockwiseRules(base.graph(), format);
        List<Node> nodes = base.graph().nodes().stream()
                .filter(node -> rules.obstacle(node).isEmpty())
                .toList();
        Map<String, BlockwiseMatrix> matrices = new LinkedHashMap<>();
        try (Workers workers = new Workers(2)) {
            for (SharedWeights shared : SharedWeights.of(nodes, rules)) {
                BlockwiseMatrix matrix = EncodeMatrix.encode(shared.matrix(), format, RoundToNearest.clipped(), workers)
                        .matrix();
                shared.nodes().forEach(node -> matrices.put(node.id(), matrix));
            }
        }
        Model model = InsertBlockwise.perform(base, matrices);
        GraphVerifier.verify(model);
        return new Rewritten(base, matrices, model);
    }

    private double agreementDb(Network network, Rewritten rewritten, long batch) {
        Map<String, Tensor> sample = network.sample(SEED, batch);
        Set<String> outputs = new LinkedHashSet<>();
        rewritten.base().graph().outputs().forEach(output -> outputs.add(output.name()));
        OrtRunner runner = new OrtRunner(folder.resolve("scratch"));
        SignalNoise noise = new SignalNoise();
        try (Arena arena = Arena.ofConfined()) {
            Model reference = DequantizeBlockwise.perform(
                    rewritten.base(), rewritten.matrices(), folder.resolve("floats" + System.nanoTime()), arena);
            GraphVerifier.verify(reference);
            Map<String, Tensor> expected = runner.run(reference.withoutTypes(), sample, outputs);
            Map<String, Tensor> actual = runner.run(rewritten.model().withoutTypes(), sample, outputs);
            outputs.forEach(output -> {
                assertThat(actual.get(output).toString())
                        .isEqualTo(expected.get(output).toString());
                noise.add(expected.get(output).toFloats(), actual.get(output).toFloats());
            });
        }
        return noise.sqnrDb();
    }

    private static Stream<Arguments> cases() {
        Map<String, Network> networks = new LinkedHashMap<>();
        networks.put(
                "MatMul of three dimensions",
                network().input("x", -1, 6, 96).matMul("y", "x", 96, 40).output("y"));
        networks.put(
                "MatMul whose rows fill no block",
                network().input("x", -1, 6, 75).matMul("y", "x", 75, 33).output("y"));
        networks.put(
                "Gemm",
                network()
                        .input("x", -1, 64)
                        .weight("w", 64, 20)
                        .constant("b", Network.normal(3, 0.5f, 20))
                        .node("y = Gemm(x, w, b)")
                        .output("y"));
        networks.put(
                "Gemm with transposed weights",
                network()
                        .input("x", -1, 90)
                        .weight("w", 20, 90)
                        .constant("b", Network.normal(3, 0.5f, 20))
                        .node("y = Gemm(x, w, b)", "transB", 1)
                        .output("y"));
        networks.put(
                "Gemm with one bias for all",
                network()
                        .input("x", -1, 64)
                        .weight("w", 20, 64)
                        .scalar("b", 2.5f)
                        .node("y = Gemm(x, w, b)", "transB", 1)
                        .output("y"));
        networks.put(
                "Gemm without bias",
                network()
                        .input("x", -1, 64)
                        .weight("w", 20, 64)
                        .node("y = Gemm(x, w)", "transB", 1)
                        .output("y"));
        return networks.entrySet().stream()
                .flatMap(entry -> Stream.of(QuantType.UINT4, QuantType.UINT8)
                        .flatMap(type -> Stream.of(16, 32, 64)
                                .map(size ->
                                        Arguments.of(entry.getKey(), entry.getValue(), new BlockFormat(type, size)))));
    }

    @ParameterizedTest(name = "{0}, {2}")
    @MethodSource("cases")
    void aProductIsThatOfTheDequantizedWeights(String name, Network network, BlockFormat format) {
        Rewritten rewritten = rewrite(network, format);
        assertThat(operators(rewritten.model().graph())).contains("MatMulNBits").doesNotContain("MatMul", "Gemm");
        for (long batch : new long[] {1, 5}) {
            assertThat(agreementDb(network, rewritten, batch))
                    .as("%s, seed %d", name, SEED)
                    .isGreaterThan(LEAST_DB);
        }
    }

    private static Network embedding(int length) {
        return network()
                .input("ids", ElementType.INT64, -1, 6)
                .constant("table", Network.normal(2, 1, 24, length))
                .node("rows = Gather(table, ids)")
                .output("rows");
    }

    @Test
    void rowsOfATableAreExactlyTheDequantizedOnes() {
        for (QuantType type : new QuantType[] {QuantType.UINT4, QuantType.UINT8}) {
            for (int length : new int[] {64, 50, 51}) {
                Network network = embedding(length);
                Rewritten rewritten = rewrite(network, new BlockFormat(type, 16));
                assertThat(operators(rewritten.model().graph()))
                        .contains("GatherBlockQuantized")
                        .doesNotContain("Gather");
                assertThat(agreementDb(network, rewritten, 3)).isEqualTo(SignalNoise.MOST_DB);
            }
        }
    }

    /** A language model: rows of a table at one end, products with the same table at the other. */
    private static Network tied(boolean transposedCopy, int length) {
        Tensor table = Network.normal(2, 1, 24, length);
        Network network = network()
                .input("ids", ElementType.INT64, -1, 6)
                .constant("table", table)
                .node("rows = Gather(table, ids)")
                .node("states = Tanh(rows)");
        if (!transposedCopy) {
            return network.longs("shape", -1, length)
                    .node("flat = Reshape(states, shape)")
                    .node("y = Gemm(flat, table)", "transB", 1)
                    .output("y");
        }
        float[] values = table.toFloats();
        float[] transposed = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            transposed[i % length * 24 + i / length] = values[i];
        }
        return network.constant("head", Tensor.ofFloats(transposed, length, 24))
                .node("y = MatMul(states, head)")
                .output("y");
    }

    @Test
    void tiedWeightsAreStoredOnceAlsoWhereTheModelHoldsThemTransposedToo() {
        for (boolean transposedCopy : new boolean[] {true, false}) {
            for (int length : new int[] {64, 50}) {
                Network network = tied(transposedCopy, length);
                Rewritten rewritten = rewrite(network, new BlockFormat(QuantType.UINT4, 32));
                Map<String, Tensor> constants = rewritten.model().graph().initializers();
                assertThat(constants.values().stream()
                                .filter(t -> t.type() == ElementType.UINT8)
                                .map(Tensor::toString))
                        .containsExactlyInAnyOrder("UINT8[24,2,16]", "UINT8[24,1]");
                assertThat(constants.values().stream().filter(t -> t.type() == ElementType.FLOAT))
                        .hasSize(1);
                assertThat(agreementDb(network, rewritten, 2)).isGreaterThan(LEAST_DB);
            }
        }
    }

    @Test
    void theRuntimeMultipliesOnIntegersAndFoldsTheReshapedTable() {
        Rewritten rewritten = rewrite(tied(true, 64), new BlockFormat(QuantType.UINT4, 32));
        Path file = folder.resolve("emitted.onnx");
        OnnxWriter.write(rewritten.model().withoutTypes(), file);
        ExecutedGraph executed = Execution.inspect(file, 1, folder.resolve("scratch"));
        assertThat(executed.int8MacShare()).isEqualTo(1);
        assertThat(executed.nodes().stream().map(ExecutedGraph.ExecutedNode::op))
                .containsExactlyInAnyOrder("GatherBlockQuantized", "Tanh", "MatMulNBits");
        assertThat(executed.nodes().stream()
                        .filter(node -> node.op().equals("Tanh"))
                        .noneMatch(ExecutedGraph.ExecutedNode::integer))
                .isTrue();
    }

    @Test
    void whatHasNoBlockWiseKernelSaysWhy() {
        Graph graph = network()
                .input("x", -1, 4, 8, 8)
                .conv("c", "x", 4, 3)
                .weight("left", 8, 8)
                .node("l = MatMul(left, c)")
                .node("a = MatMul(c, c)")
                .weight("stack", 4, 8, 8)
                .node("s = MatMul(c, stack)")
                .weight("slim", 8, 2)
                .node("t = MatMul(c, slim)")
                .node("r = Relu(t)")
                .output("l", "a", "s", "r")
                .typed(folder)
                .graph();
        BlockwiseRules rules = new BlockwiseRules(graph, new BlockFormat(QuantType.UINT4, 128));
        Map<String, String> reasons = new LinkedHashMap<>();
        graph.nodes()
                .forEach(node -> reasons.put(node.id(), rules.obstacle(node).orElse("")));
        assertThat(reasons.get("c")).contains("convolutions");
        assertThat(reasons.get("l")).contains("left");
        assertThat(reasons.get("a")).contains("two activations");
        assertThat(reasons.get("s")).contains("FLOAT[4,8,8]");
        assertThat(reasons.get("t")).contains("more room");
        assertThat(reasons.get("r")).contains("no weights");
    }

    private static List<String> operators(Graph graph) {
        return graph.nodes().stream().map(Node::op).toList();
    }
}
