package dev.octet.engine.rewrite;

import static dev.octet.engine.plan.Network.network;
import static dev.octet.engine.rewrite.GraphAssert.assertThatGraph;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.octet.engine.algorithm.Quantized;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.plan.Network;
import dev.octet.engine.runtime.OrtRunner;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.Encoding;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.scheme.ObserverKind;
import dev.octet.engine.scheme.QuantType;
import dev.octet.engine.scheme.QuantizationSettings;
import dev.octet.engine.scheme.Range;
import dev.octet.engine.search.Candidate;
import dev.octet.engine.search.QuantizeDynamically;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Dynamically quantized graphs as ONNX Runtime executes them, against plain Java. */
class InsertDynamicQuantizationTest {

    private static final long SEED = 31;

    @TempDir
    Path folder;

    private Candidate quantize(Network network, QuantizationSettings settings, String... operators) {
        return QuantizeDynamically.quantize(network.typed(folder), settings, Set.of(operators));
    }

    private Emitted emit(Model model) {
        return Emitted.write(model, folder);
    }

    static Stream<Named<Network>> products() {
        return Stream.of(
                Named.of(
                        "MatMul",
                        network().input("x", -1, 6, 12).matMul("y", "x", 12, 5).output("y")),
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
                                .output("y")));
    }

    @ParameterizedTest
    @MethodSource("products")
    void aProductIsThatOfItsInputRoundedAsItComesAndItsRoundedWeights(Network network) {
        for (boolean perChannel : new boolean[] {true, false}) {
            Candidate candidate = quantize(
                    network, Quantized.settings(perChannel, QuantType.UINT8, Quantized.SETTINGS.reduceRange()));
            Emitted emitted = emit(candidate.model());
            for (long batch : new long[] {1, 7}) {
                Map<String, Tensor> sample = network.sample(SEED, batch);
                double[] expected = expected(network, candidate, sample);
                float[] actual = emitted.fused(sample).getFirst();
                assertThat(actual).hasSameSizeAs(expected);
                for (int i = 0; i < actual.length; i++) {
                    assertThat((double) actual[i])
                            .as("element %d, seed %d", i, SEED)
                            .isCloseTo(expected[i], within(1e-4));
                }
            }
        }
    }

    /** ONNX DynamicQuantizeLinear-11: the range of this very input, widened to zero, in 255 steps. */
    private double[] expected(Network network, Candidate candidate, Map<String, Tensor> sample) {
        Range range = new Range(0, 0);
        for (float value : sample.get("x").toFloats()) {
            range = range.union(new Range(value, value));
        }
        float scale = (range.max() - range.min()) / 255;
        int zeroPoint = (int) Math.rint(Math.clamp(-range.min() / scale, 0, 255));
        Encoding input = Encoding.perTensor(QuantType.UINT8, scale, zeroPoint);
        float[] rounded = sample.get("x").toFloats();
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = input.dequantize(input.quantize(rounded[i], 0), 0);
        }
        Graph graph = network.typed(folder).graph();
        return FakeQuantization.run(
                graph,
                candidate.plan(),
                Map.of("x", Tensor.ofFloats(rounded, sample.get("x").dims())),
                "y");
    }

    @ParameterizedTest
    @MethodSource("products")
    void theRuntimeFusesTheProduct(Network network) {
        Emitted emitted = emit(quantize(network, Quantized.SETTINGS).model());
        assertThat(emitted.operators())
                .containsAnyOf("MatMulIntegerToFloat", "DynamicQuantizeMatMul")
                .doesNotContain("MatMul", "Gemm", "MatMulInteger", "Cast");
        assertThat(emitted.inspect().int8MacShare()).isEqualTo(1);
    }

    /** A bidirectional LSTM over five steps of seven features, whose rows of weights differ in range by up to eight. */
    private static Network lstm() {
        return network()
                .input("x", 5, -1, 7)
                .constant("w", byRows(Network.normal(5, 0.3f, 2, 24, 7)))
                .constant("r", byRows(Network.normal(6, 0.3f, 2, 24, 6)))
                .constant("b", Network.normal(7, 0.2f, 2, 48))
                .node("y, h = LSTM(x, w, r, b)", "hidden_size", 6, "direction", "bidirectional")
                .output("y", "h");
    }

    private static Tensor byRows(Tensor weights) {
        float[] values = weights.toFloats();
        int columns = Math.toIntExact(weights.dim(2));
        for (int i = 0; i < values.length; i++) {
            values[i] *= 1 << i / columns % 4;
        }
        return Tensor.ofFloats(values, weights.dims());
    }

    @Test
    void anLstmComputesOnIntegersAsItDidInFloatingPoint() {
        Network network = lstm();
        for (boolean perChannel : new boolean[] {true, false}) {
            Candidate candidate = quantize(
                    network, Quantized.settings(perChannel, QuantType.UINT8, Quantized.SETTINGS.reduceRange()));
            Emitted emitted = emit(candidate.model());
            assertThat(emitted.operators()).containsExactly("DynamicQuantizeLSTM");
            assertThat(candidate.model().opsets()).containsEntry("com.microsoft", 1L);
            Map<String, Tensor> sample = network.sample(SEED, 3);
            Map<String, Tensor> exact = new OrtRunner(folder).run(network.model(), sample, Set.of("y", "h"));
            assertThat(decibels(exact.get("y").toFloats(), emitted.fused(sample).get(0)))
                    .isGreaterThan(perChannel ? 30 : 22);
            assertThat(decibels(exact.get("h").toFloats(), emitted.fused(sample).get(1)))
                    .isGreaterThan(perChannel ? 30 : 22);
        }
    }

    private static double decibels(float[] exact, float[] actual) {
        double signal = 0;
        double noise = 0;
        for (int i = 0; i < exact.length; i++) {
            signal += (double) exact[i] * exact[i];
            noise += Math.pow((double) exact[i] - actual[i], 2);
        }
        return 10 * Math.log10(signal / noise);
    }

    @Test
    void anLstmWhoseWeightsAreComputedStaysInFloatingPoint() {
        Network computed = network()
                .input("x", 5, -1, 7)
                .input("scale")
                .constant("w0", Network.normal(5, 0.3f, 1, 24, 7))
                .constant("r", Network.normal(6, 0.3f, 1, 24, 6))
                .node("w = Mul(w0, scale)")
                .node("y = LSTM(x, w, r)", "hidden_size", 6)
                .output("y");
        assertThatThrownBy(() -> quantize(computed, Quantized.SETTINGS))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("No MatMul, Gemm or LSTM with constant weights")
                .extracting(e -> ((EngineException) e).details().toString())
                .asString()
                .contains("only with constant weights and steps before batch");
    }

    @Test
    void oneInputReadByThreeProductsIsQuantizedOnce() {
        Network network = network()
                .input("x", -1, 6, 12)
                .matMul("q", "x", 12, 12)
                .matMul("k", "x", 12, 12)
                .matMul("v", "x", 12, 12)
                .node("qk = Add(q, k)")
                .node("y = Add(qk, v)")
                .output("y");
        assertThatGraph(quantize(network, Quantized.SETTINGS).model().graph())
                .has(1, "DynamicQuantizeLinear")
                .has(3, "MatMulInteger")
                .hasNo("MatMul");
    }

    @Test
    void weightsSharedByTwoProductsAreStoredOnce() {
        Network network = network()
                .input("x", -1, 6, 12)
                .weight("w", 12, 12)
                .node("a = MatMul(x, w)")
                .node("b = MatMul(a, w)")
                .output("b");
        assertThat(quantize(network, Quantized.SETTINGS).model().graph().initializers().values().stream()
                        .filter(t -> t.type() == ElementType.INT8 && t.rank() == 2))
                .hasSize(1);
    }

    @Test
    void rowsOfATableHaveAScaleEach() {
        Network network = network()
                .input("ids", ElementType.INT64, -1, 8)
                .constant("table", Network.normal(2, 1, 12, 16))
                .node("rows = Gather(table, ids)")
                .matMul("y", "rows", 16, 4)
                .output("y", "rows");
        Candidate candidate = quantize(network, Quantized.SETTINGS);
        Encoding encoding = candidate.plan().weights().get("rows");
        assertThat(encoding.channels()).isEqualTo(12);
        long[] ids = {0, 11, 3, 3, 7, 1, 2, 5};
        float[] rows = emit(candidate.model())
                .fused(Map.of("ids", Tensor.ofLongs(ids, 1, 8)))
                .get(1);
        float[] table = network.model().graph().initializers().get("table").toFloats();
        for (int i = 0; i < rows.length; i++) {
            int row = (int) ids[i / 16];
            assertThat(rows[i]).isCloseTo(table[row * 16 + i % 16], within(0.501f * encoding.scale(row)));
        }
    }

    @Test
    void reducedRangeKeepsWeightsWithinSevenBits() {
        Network network =
                network().input("x", -1, 6, 12).matMul("y", "x", 12, 5).output("y");
        Candidate candidate = quantize(network, Quantized.settings(true, QuantType.UINT8, true));
        byte[] weights = candidate.model().graph().initializers().values().stream()
                .filter(t -> t.type() == ElementType.INT8 && t.rank() == 2)
                .findFirst()
                .orElseThrow()
                .data()
                .toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
        for (byte weight : weights) {
            assertThat(weight).isBetween((byte) -63, (byte) 63);
        }
    }

    @Test
    void excludedNodesAndConvolutionsStayInFloatWithTheReason() {
        Network network = network()
                .input("x", -1, 4, 6, 6)
                .conv("c", "x", 4, 3)
                .matMul("m", "c", 6, 6)
                .matMul("y", "m", 6, 6)
                .output("y");
        QuantizationSettings settings = new QuantizationSettings(
                ObserverKind.MIN_MAX, 99.99, true, QuantType.UINT8, QuantType.INT8, false, Set.of("m"));
        Candidate candidate = quantize(network, settings);
        assertThatGraph(candidate.model().graph())
                .has(1, "Conv")
                .has(1, "MatMul")
                .has(1, "MatMulInteger");
        assertThat(candidate.plan().placement().decisions().get("m").reason()).contains("excluded");
        assertThat(candidate.plan().placement().decisions().get("c").reason()).contains("slower");
    }

    @Test
    void aModelWithNothingToQuantizeIsRefused() {
        Network network = network().input("x", -1, 4, 6, 6).conv("c", "x", 4, 3).output("c");
        assertThatThrownBy(() -> quantize(network, Quantized.SETTINGS))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.fault()).isEqualTo(Fault.MODEL_UNSUPPORTED))
                .hasMessageContaining("STATIC");
    }

    @Test
    void onlyTheOperatorTypesAskedForAreQuantized() {
        Network network = network()
                .input("ids", ElementType.INT64, -1, 8)
                .constant("table", Network.normal(2, 1, 12, 16))
                .node("rows = Gather(table, ids)")
                .matMul("y", "rows", 16, 4)
                .output("y");
        Candidate candidate = quantize(network, Quantized.SETTINGS, "MatMul");
        assertThat(candidate.plan().weights()).containsOnlyKeys("y");
    }

    @Test
    void anInputOfZerosGivesTheBiasAlone() {
        Network network = network()
                .input("x", -1, 3)
                .weight("w", 3, 2)
                .floats("b", 5, -2)
                .node("y = Gemm(x, w, b)")
                .output("y");
        float[] output = emit(quantize(network, Quantized.SETTINGS).model())
                .fused(Map.of("x", Tensor.ofFloats(new float[3], 1, 3)))
                .getFirst();
        assertThat(output).containsExactly(5, -2);
    }
}
