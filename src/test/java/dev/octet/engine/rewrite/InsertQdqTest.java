package dev.octet.engine.rewrite;

import static dev.octet.engine.plan.Network.network;
import static dev.octet.engine.rewrite.GraphAssert.assertThatGraph;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.octet.engine.algorithm.Quantized;
import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType.TensorType;
import dev.octet.engine.plan.Network;
import dev.octet.engine.runtime.OrtRunner;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.Encoding;
import dev.octet.engine.scheme.QuantType;
import dev.octet.engine.scheme.QuantizationSettings;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Quantized graphs as ONNX Runtime executes them, against plain Java that rounds where the plan says. */
class InsertQdqTest {

    private static final long SEED = 99;

    @TempDir
    Path folder;

    private Quantized quantized(Network network) {
        return Quantized.calibrated(network, folder);
    }

    private Emitted emitted(Quantized quantized) {
        return Emitted.write(quantized.model(), folder);
    }

    /** Fused, literal and the reference agree within {@code steps} of the encoding of the output. */
    private Emitted check(Quantized quantized, int steps) {
        Emitted emitted = emitted(quantized);
        Graph graph = quantized.prepared().graph();
        String output = graph.outputs().getFirst().name();
        for (long batch : new long[] {1, 7}) {
            Map<String, Tensor> sample = quantized.network().sample(SEED, batch);
            double[] expected = FakeQuantization.run(graph, quantized.plan(), sample, output);
            double bound = bound(quantized, output, expected, steps);
            assertAgree("fused, batch " + batch, emitted.fused(sample).getFirst(), expected, bound);
            assertAgree("literal, batch " + batch, emitted.literal(sample).getFirst(), expected, bound);
        }
        return emitted;
    }

    private static double bound(Quantized quantized, String output, double[] expected, int steps) {
        double largest = 0;
        for (double value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        // Behind float operators the steps are those of the last encoded values.
        double step = quantized
                .plan()
                .activation(output)
                .map(e -> (double) e.scale(0))
                .orElseGet(() -> steps == 1
                        ? 0
                        : quantized.plan().activations().values().stream()
                                .mapToDouble(e -> e.scale(0))
                                .max()
                                .orElse(0));
        return 1.001 * steps * step + 1e-5 * largest;
    }

    private static void assertAgree(String what, float[] actual, double[] expected, double bound) {
        assertThat(actual).as(what).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            assertThat((double) actual[i])
                    .as("%s, element %d, seed %d", what, i, SEED)
                    .isCloseTo(expected[i], within(bound));
        }
    }

    static Stream<Named<Network>> layers() {
        return Stream.of(
                Named.of(
                        "convolution",
                        network()
                                .input("x", -1, 4, 8, 8)
                                .conv("y", "x", 6, 4, 3, 1)
                                .output("y")),
                Named.of(
                        "convolution without bias, with stride",
                        network()
                                .input("x", -1, 4, 9, 9)
                                .weight("w", 5, 4, 3, 3)
                                .node("y = Conv(x, w)", "strides", new long[] {2, 2}, "pads", new long[] {0, 1, 1, 0})
                                .output("y")),
                Named.of(
                        "depthwise convolution",
                        network()
                                .input("x", -1, 8, 8, 8)
                                .conv("y", "x", 8, 8, 3, 8)
                                .output("y")),
                Named.of(
                        "grouped convolution",
                        network()
                                .input("x", -1, 8, 8, 8)
                                .conv("y", "x", 12, 8, 3, 4)
                                .output("y")),
                Named.of(
                        "convolution over one dimension",
                        network()
                                .input("x", -1, 4, 16)
                                .weight("w", 6, 4, 3)
                                .constant("b", Network.normal(2, 0.1f, 6))
                                .node("y = Conv(x, w, b)", "pads", new long[] {1, 1})
                                .output("y")),
                Named.of(
                        "convolution and Relu",
                        network()
                                .input("x", -1, 4, 8, 8)
                                .conv("c", "x", 6, 4, 3, 1)
                                .node("y = Relu(c)")
                                .output("y")),
                Named.of(
                        "Gemm",
                        network()
                                .input("x", -1, 12)
                                .weight("w", 12, 5)
                                .constant("b", Network.normal(3, 0.5f, 5))
                                .node("y = Gemm(x, w, b)")
                                .output("y")),
                Named.of(
                        "Gemm with transposed weights",
                        network()
                                .input("x", -1, 12)
                                .weight("w", 5, 12)
                                .constant("b", Network.normal(3, 0.5f, 5))
                                .node("y = Gemm(x, w, b)", "transB", 1)
                                .output("y")),
                Named.of(
                        "Gemm without bias",
                        network()
                                .input("x", -1, 12)
                                .weight("w", 5, 12)
                                .node("y = Gemm(x, w)", "transB", 1)
                                .output("y")),
                Named.of(
                        "Gemm with a bias of one row",
                        network()
                                .input("x", -1, 12)
                                .weight("w", 12, 5)
                                .constant("b", Network.normal(3, 0.5f, 1, 5))
                                .node("y = Gemm(x, w, b)")
                                .output("y")),
                Named.of(
                        "MatMul",
                        network().input("x", -1, 6, 12).matMul("y", "x", 12, 5).output("y")));
    }

    @ParameterizedTest
    @MethodSource("layers")
    void oneLayerComputesWhatThePlanSays(Network network) {
        Emitted emitted = check(quantized(network), 1);
        assertThat(emitted.inspect().int8MacShare()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("layers")
    void oneLayerComputesWhatThePlanSaysWithOneScaleForAllWeights(Network network) {
        QuantizationSettings settings = Quantized.settings(false, QuantType.UINT8, Quantized.SETTINGS.reduceRange());
        check(Quantized.calibrated(network, folder, settings), 1);
    }

    @ParameterizedTest
    @MethodSource("layers")
    void signedActivationsForArmRunAsWritten(Network network) {
        Quantized quantized = Quantized.calibrated(network, folder, Quantized.settings(true, QuantType.INT8, false));
        quantized
                .plan()
                .activations()
                .values()
                .forEach(e -> assertThat(e.type()).isEqualTo(QuantType.INT8));
        Emitted emitted = emitted(quantized);
        Map<String, Tensor> sample = quantized.network().sample(SEED, 2);
        String output = quantized.prepared().graph().outputs().getFirst().name();
        double[] expected = FakeQuantization.run(quantized.prepared().graph(), quantized.plan(), sample, output);
        assertAgree("literal", emitted.literal(sample).getFirst(), expected, bound(quantized, output, expected, 1));
        assertAgree("fused", emitted.fused(sample).getFirst(), expected, bound(quantized, output, expected, 1));
    }

    @Test
    void qAndDqStandAroundEveryLayer() {
        Quantized quantized = quantized(network()
                .input("x", -1, 4, 8, 8)
                .conv("c1", "x", 4, 3)
                .node("r1 = Relu(c1)")
                .conv("c2", "r1", 4, 3)
                .output("c2"));
        assertThatGraph(quantized.model().graph())
                .hasQdqAround("c1")
                .hasQdqAround("c2")
                .hasNo("Relu")
                .has(3, "QuantizeLinear")
                .has(7, "DequantizeLinear");
        check(quantized, 2);
    }

    @Test
    void oneQServesAllConsumersEachWithItsOwnDq() {
        Quantized quantized = quantized(network()
                .input("x", -1, 4, 8, 8)
                .conv("c", "x", 4, 3)
                .conv("a", "c", 4, 3)
                .conv("b", "c", 4, 3)
                .node("t = Tanh(c)")
                .node("ab = Add(a, b)")
                .node("y = Add(ab, t)")
                .output("y"));
        Graph graph = quantized.model().graph();
        String q = graph.nodes().stream()
                .filter(n -> n.is("QuantizeLinear") && n.input(0).startsWith("c_"))
                .findFirst()
                .orElseThrow()
                .output(0);
        assertThat(Uses.of(graph).consumers(q))
                .as("for a, for b, and under the old name for Tanh")
                .hasSize(3)
                .allMatch(n -> n.is("DequantizeLinear"))
                .extracting(n -> n.output(0))
                .contains("c");
        check(quantized, 3);
    }

    @Test
    void graphOutputsStayFloatUnderTheirNames() {
        Quantized quantized = quantized(network()
                .input("x", -1, 4, 8, 8)
                .conv("c1", "x", 4, 3)
                .conv("c2", "c1", 4, 3)
                .output("c2", "c1"));
        Graph graph = quantized.model().graph();
        assertThat(graph.outputs()).isEqualTo(quantized.prepared().graph().outputs());
        assertThat(graph.inputs()).isEqualTo(quantized.prepared().graph().inputs());
        assertThat(Uses.of(graph).producer("c1").orElseThrow().op()).isEqualTo("DequantizeLinear");
        Emitted emitted = check(quantized, 2);
        assertThat(emitted.fused(quantized.network().sample(1, 2))).hasSize(2);
    }

    @Test
    void theBatchStaysSymbolicInTheFile() {
        Quantized quantized =
                quantized(network().input("x", -1, 4, 8, 8).conv("c", "x", 4, 3).output("c"));
        TensorType input =
                (TensorType) quantized.model().graph().inputs().getFirst().type();
        assertThat(input.shape().getFirst()).isEqualTo(Dim.symbolic("N"));
        check(quantized, 1);
    }

    @Test
    void weightsAndBiasOfTwoNodesAreStoredOnceWhereTheyAreEncodedAlike() {
        Quantized quantized = quantized(network()
                .input("x", -1, 4, 8, 8)
                .weight("w", 4, 4, 3, 3)
                .constant("b", Network.normal(4, 0.1f, 4))
                .node("c1 = Conv(x, w, b)", "pads", new long[] {1, 1, 1, 1})
                .node("c2 = Conv(c1, w, b)", "pads", new long[] {1, 1, 1, 1})
                .output("c2"));
        long stored = quantized.model().graph().initializers().values().stream()
                .filter(t -> t.type() == ElementType.INT8 && t.rank() == 4)
                .count();
        assertThat(stored).isEqualTo(1);
        check(quantized, 2);
    }

    @Test
    void weightsThatAreAnOutputTooStayAsTheyAreThere() {
        Quantized quantized = quantized(network()
                .input("x", -1, 4, 8, 8)
                .weight("w", 4, 4, 3, 3)
                .node("c = Conv(x, w)")
                .output("c", "w"));
        Emitted emitted = check(quantized, 1);
        List<float[]> outputs = emitted.fused(quantized.network().sample(1, 1));
        assertThat(outputs.get(1))
                .containsExactly(
                        quantized.prepared().graph().initializers().get("w").toFloats());
    }

    @Test
    void aBiasBeyondInt32IsKeptByAWiderWeightScale() {
        Quantized quantized = quantized(network()
                .input("x", -1, 2, 4, 4)
                .constant("w", Tensor.ofFloats(new float[] {1e-7f, -1e-7f, 0.5f, 1}, 2, 2, 1, 1))
                .floats("b", 700, 0.1f)
                .node("c = Conv(x, w, b)")
                .output("c"));
        Tensor bias = assertThatGraph(quantized.model().graph()).quantizedConstant("c", 2);
        Encoding weight = quantized.plan().weights().get("c");
        float inputScale = quantized.plan().activation("x").orElseThrow().scale(0);
        assertThat(bias.toLongs()[0] * (double) inputScale * weight.scale(0)).isCloseTo(700, within(1e-3));
        assertThat(bias.toLongs()[1] * (double) inputScale * weight.scale(1)).isCloseTo(0.1, within(1e-4));
        check(quantized, 1);
    }

    @Test
    void deadChannelsAndWeightsOfZerosRun() {
        float[] weights = Network.normal(1, 1, 4, 4, 3, 3).toFloats();
        java.util.Arrays.fill(weights, 36, 72, 0);
        check(
                quantized(network()
                        .input("x", -1, 4, 6, 6)
                        .constant("w", Tensor.ofFloats(weights, 4, 4, 3, 3))
                        .node("c = Conv(x, w)")
                        .output("c")),
                1);
        check(
                quantized(network()
                        .input("x", -1, 4, 6, 6)
                        .constant("w", Tensor.ofFloats(new float[16], 4, 4, 1, 1))
                        .constant("b", Network.normal(1, 1, 4))
                        .node("c = Conv(x, w, b)")
                        .output("c")),
                1);
    }

    @Test
    void aNetworkOfZerosOnlyRuns() {
        Quantized quantized = quantized(network()
                .input("x", -1, 4, 6, 6)
                .constant("w", Tensor.ofFloats(new float[16], 4, 4, 1, 1))
                .node("c = Conv(x, w)")
                .node("r = Relu(c)")
                .output("r"));
        assertThat(emitted(quantized).fused(quantized.network().sample(1, 2)).getFirst())
                .containsOnly(0f);
    }

    @Test
    void valuesBeyondTheCalibratedRangeSaturate() {
        Quantized quantized =
                quantized(network().input("x", -1, 4, 8, 8).conv("c", "x", 4, 3).output("c"));
        Encoding encoding = quantized.plan().activation("c").orElseThrow();
        float[] huge = new float[4 * 8 * 8];
        java.util.Arrays.fill(huge, 1e30f);
        float[] output = emitted(quantized)
                .fused(Map.of("x", Tensor.ofFloats(huge, 1, 4, 8, 8)))
                .getFirst();
        for (float value : output) {
            assertThat(value)
                    .isBetween(
                            encoding.representable(0).min(),
                            encoding.representable(0).max());
        }
    }

    @Test
    void reducedRangeKeepsWeightsWithinSevenBits() {
        Network network = network().input("x", -1, 4, 8, 8).conv("c", "x", 4, 3).output("c");
        Quantized reduced = Quantized.calibrated(network, folder, Quantized.settings(true, QuantType.UINT8, true));
        byte[] weights = assertThatGraph(reduced.model().graph())
                .quantizedConstant("c", 1)
                .data()
                .toArray(ValueLayout.JAVA_BYTE);
        assertThat(weights).contains((byte) 63).doesNotContain((byte) 64).doesNotContain((byte) -64);
        for (byte weight : weights) {
            assertThat(weight).isBetween((byte) -63, (byte) 63);
        }
        check(reduced, 1);
    }

    @Test
    void fullRangeNeverUsesTheLowestInteger() {
        Quantized quantized = Quantized.calibrated(
                network().input("x", -1, 4, 8, 8).conv("c", "x", 4, 3).output("c"),
                folder,
                Quantized.settings(true, QuantType.UINT8, false));
        assertThat(assertThatGraph(quantized.model().graph())
                        .quantizedConstant("c", 1)
                        .data()
                        .toArray(ValueLayout.JAVA_BYTE))
                .containsAnyOf((byte) 127, (byte) -127)
                .doesNotContain((byte) -128);
    }

    @Test
    void theRuntimeFusesWhatThePlanCountsOn() {
        Quantized quantized = quantized(network()
                .input("x", -1, 16, 8, 8)
                .conv("c1", "x", 16, 3)
                .node("r1 = Relu(c1)")
                .conv("c2", "r1", 16, 3)
                .node("sum = Add(c2, r1)")
                .node("pool = MaxPool(sum)", "kernel_shape", new long[] {2, 2}, "strides", new long[] {2, 2})
                .conv("c3", "pool", 16, 3)
                .node("gate = Sigmoid(c3)")
                .node("gated = Mul(c3, gate)")
                .node("leaky = LeakyRelu(gated)", "alpha", 0.1f)
                .node("joined = Concat(leaky, c3)", "axis", 1)
                .node("mean = AveragePool(joined)", "kernel_shape", new long[] {2, 2})
                .node("global = GlobalAveragePool(mean)")
                .node("flat = Flatten(global)")
                .weight("w", 32, 10)
                .constant("b", Network.normal(9, 0.1f, 10))
                .node("dense = Gemm(flat, w, b)")
                .node("shares = Softmax(dense)")
                .matMul("y", "shares", 10, 4)
                .output("y"));
        Emitted emitted = emitted(quantized);
        assertThat(emitted.operators())
                .contains(
                        "QLinearConv",
                        "QLinearAdd",
                        "QLinearMul",
                        "QLinearSigmoid",
                        "QLinearLeakyRelu",
                        "QLinearConcat",
                        "QLinearGlobalAveragePool",
                        "QLinearSoftmax",
                        "QGemm")
                .doesNotContain("Conv", "FusedConv", "Gemm", "MatMul", "Add", "Mul", "Sigmoid", "Relu", "Concat");
        assertThat(emitted.inspect().int8MacShare()).isEqualTo(1);
        assertThat(emitted.inspect().islands()).isEmpty();
    }

    @Test
    void aHardSwishRunsOnIntegersAsAnAdditionAndAProduct() {
        Quantized quantized = quantized(network()
                .input("x", -1, 8, 8, 8)
                .conv("c1", "x", 8, 3)
                .node("gate = HardSigmoid(c1)", "alpha", 1 / 6f, "beta", 0.5f)
                .node("swish = Mul(c1, gate)")
                .conv("y", "swish", 8, 3)
                .output("y"));
        Emitted emitted = emitted(quantized);
        assertThat(emitted.operators())
                .contains("QLinearConv", "QLinearAdd", "QLinearMul")
                .doesNotContain("HardSigmoid", "Add", "Mul", "Conv");
        assertThat(emitted.inspect().islands()).isEmpty();
        Map<String, Tensor> sample = quantized.network().sample(SEED, 3);
        float[] exact = new OrtRunner(folder)
                .run(quantized.network().model(), sample, Set.of("y"))
                .get("y")
                .toFloats();
        for (float[] outputs : List.of(
                emitted.fused(sample).getFirst(), emitted.literal(sample).getFirst())) {
            double signal = 0;
            double noise = 0;
            for (int i = 0; i < exact.length; i++) {
                signal += exact[i] * exact[i];
                noise += (exact[i] - outputs[i]) * (exact[i] - outputs[i]);
            }
            assertThat(10 * Math.log10(signal / noise)).as("dB").isGreaterThan(28);
        }
    }

    @Test
    void fusedAndLiteralAgreeOnANetworkOfAllKinds() {
        Quantized quantized = quantized(network()
                .input("x", -1, 8, 8, 8)
                .longs("shape", 0, 8, -1)
                .conv("c1", "x", 8, 3)
                .node("gate = Sigmoid(c1)")
                .node("gated = Mul(c1, gate)")
                .conv("c2", "gated", 8, 3)
                .node("r = Relu(c2)")
                .node("both = Concat(c1, r)", "axis", 1)
                .conv("c3", "both", 8, 16, 1, 1)
                .node("shaped = Reshape(c3, shape)")
                .node("turned = Transpose(shaped)", "perm", new long[] {0, 2, 1})
                .matMul("y", "turned", 8, 6)
                .output("y"));
        Emitted emitted = emitted(quantized);
        Map<String, Tensor> sample = quantized.network().sample(SEED, 3);
        float[] literal = emitted.literal(sample).getFirst();
        float[] fused = emitted.fused(sample).getFirst();
        double signal = 0;
        double noise = 0;
        for (int i = 0; i < fused.length; i++) {
            signal += literal[i] * literal[i];
            noise += (literal[i] - fused[i]) * (literal[i] - fused[i]);
        }
        assertThat(10 * Math.log10(signal / noise)).as("dB").isGreaterThan(30);
    }

    @Test
    void aBranchThatCapturesAQuantizedValueStillRuns() {
        TensorType type = new TensorType(ElementType.FLOAT, List.of(Dim.symbolic("N"), Dim.of(4)));
        Quantized quantized = quantized(network()
                .input("x", -1, 4)
                .input("choose", ElementType.BOOL)
                .matMul("m", "x", 4, 4)
                .matMul("n", "m", 4, 4)
                .node(
                        "chosen = If(choose)",
                        "then_branch",
                        branch("Tanh", type),
                        "else_branch",
                        branch("Sigmoid", type))
                .node("y = Sub(n, chosen)")
                .output("y"));
        Emitted emitted = emitted(quantized);
        Map<String, Tensor> sample = quantized.network().sample(SEED, 2);
        assertThat(emitted.fused(sample).getFirst()).hasSize(8);
        float[] literal = emitted.literal(sample).getFirst();
        float[] fused = emitted.fused(sample).getFirst();
        float step = quantized.plan().activation("m").orElseThrow().scale(0);
        for (int i = 0; i < fused.length; i++) {
            assertThat(fused[i]).isCloseTo(literal[i], within(4 * step));
        }
    }

    private static Graph branch(String op, TensorType type) {
        return new Graph(
                op,
                List.of(),
                List.of(new Value("b", type)),
                List.of(Node.of("b", op, List.of("m"), List.of("b"))),
                Map.of(),
                Map.of());
    }

    @Test
    void tablesOfRowsAreReadInEightBitsWithinHalfAStepOfARow() {
        Quantized quantized = quantized(network()
                .input("ids", ElementType.INT64, -1, 8)
                .constant("table", Network.normal(2, 1, 12, 16))
                .node("rows = Gather(table, ids)")
                .node("t = Tanh(rows)")
                .output("t", "rows"));
        Encoding encoding = quantized.plan().weights().get("rows");
        assertThat(encoding.channels()).isEqualTo(12);
        long[] ids = {0, 11, 3, 3, 7, 1, 2, 5};
        float[] rows = emitted(quantized)
                .fused(Map.of("ids", Tensor.ofLongs(ids, 1, 8)))
                .get(1);
        float[] table = quantized.prepared().graph().initializers().get("table").toFloats();
        for (int i = 0; i < rows.length; i++) {
            int row = (int) ids[i / 16];
            assertThat(rows[i]).isCloseTo(table[row * 16 + i % 16], within(0.501f * encoding.scale(row)));
        }
    }

    @Test
    void oneTableReadByTwoNodesIsStoredOnce() {
        Quantized quantized = quantized(network()
                .input("ids", ElementType.INT64, -1, 8)
                .input("others", ElementType.INT64, -1, 8)
                .constant("table", Network.normal(2, 1, 12, 16))
                .node("a = Gather(table, ids)")
                .node("b = Gather(table, others)")
                .node("y = Sub(a, b)")
                .output("y"));
        assertThat(quantized.model().graph().initializers().values().stream().filter(t -> t.type() == ElementType.INT8))
                .hasSize(1);
    }

    @Test
    void theDearestFiguresOfAnInstrumentedGraphAreThoseOfTheShippedOne() {
        Quantized quantized = quantized(network()
                .input("x", -1, 4, 8, 8)
                .conv("c1", "x", 4, 3)
                .node("r1 = Relu(c1)")
                .conv("c2", "r1", 4, 3)
                .output("c2"));
        Map<String, Tensor> sample = quantized.network().sample(SEED, 2);
        float[] shipped = emitted(quantized).literal(sample).getFirst();
        Emitted instrumented = Emitted.write(
                InsertQdq.instrumented(
                        quantized.prepared(), quantized.plan(), new java.util.LinkedHashSet<>(List.of("r1", "c2"))),
                folder);
        List<float[]> seen = instrumented.literal(sample);
        assertThat(seen.get(1)).containsExactly(shipped);
        double[] expected = FakeQuantization.run(quantized.prepared().graph(), quantized.plan(), sample, "r1");
        assertAgree("r1", seen.get(0), expected, bound(quantized, "r1", expected, 1));
    }

    @Test
    void refusesAnOperatorSetWithoutScalesAChannel() {
        Quantized quantized =
                quantized(network().input("x", -1, 4, 8, 8).conv("c", "x", 4, 3).output("c"));
        assertThatThrownBy(() -> InsertQdq.perform(quantized.prepared().withOpset("", 12), quantized.plan()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("12");
    }

    @Test
    void thePlanAndBothGraphsReadAsBefore() {
        GoldenPlan.check("residual-block", quantizedWithFixedRanges(residual()));
        GoldenPlan.check("mobilenet-block", quantizedWithFixedRanges(mobileNet()));
        GoldenPlan.check("attention", quantizedWithFixedRanges(attention()));
    }

    private Quantized quantizedWithFixedRanges(Network network) {
        return Quantized.withRanges(network, folder, Quantized.settings(true, QuantType.UINT8, false), Map.of());
    }

    private static Network residual() {
        return network()
                .input("x", -1, 4, 8, 8)
                .conv("c0", "x", 4, 3)
                .node("r0 = Relu(c0)")
                .conv("c1", "r0", 4, 3)
                .node("sum = Add(c1, r0)")
                .node("y = Relu(sum)")
                .node("pool = GlobalAveragePool(y)")
                .node("flat = Flatten(pool)")
                .weight("w", 3, 4)
                .constant("b", Network.normal(1, 1, 3))
                .node("logits = Gemm(flat, w, b)", "transB", 1)
                .output("logits");
    }

    private static Network mobileNet() {
        return network()
                .input("x", -1, 4, 8, 8)
                .scalar("zero", 0)
                .scalar("six", 6)
                .conv("expand", "x", 8, 4, 1, 1)
                .node("e = Clip(expand, zero, six)")
                .conv("depthwise", "e", 8, 8, 3, 8)
                .node("d = Clip(depthwise, zero, six)")
                .conv("project", "d", 4, 8, 1, 1)
                .node("y = Add(project, x)")
                .output("y");
    }

    private static Network attention() {
        return network()
                .input("x", -1, 8, 16)
                .input("mask", -1, 1, 8)
                .matMul("query", "x", 16, 16)
                .matMul("key", "x", 16, 16)
                .matMul("value", "x", 16, 16)
                .node("turned = Transpose(key)", "perm", new long[] {0, 2, 1})
                .node("scores = MatMul(query, turned)")
                .node("masked = Add(scores, mask)")
                .node("weights = Softmax(masked)", "axis", -1)
                .node("context = MatMul(weights, value)")
                .matMul("projected", "context", 16, 16)
                .node("y = Add(projected, x)")
                .output("y");
    }
}
