package dev.octet.engine.algorithm;

import static dev.octet.engine.plan.Network.network;
import static dev.octet.engine.plan.PlacementAssert.assertThatPlacement;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.observe.MinMaxObserver;
import dev.octet.engine.observe.MovingAverageObserver;
import dev.octet.engine.observe.StatisticsRequest;
import dev.octet.engine.observe.TensorStatistics;
import dev.octet.engine.plan.Costs;
import dev.octet.engine.plan.Network;
import dev.octet.engine.plan.PlaceByMinimumCut;
import dev.octet.engine.plan.Placement;
import dev.octet.engine.plan.QuantizationPlan;
import dev.octet.engine.scheme.Encoding;
import dev.octet.engine.scheme.QuantType;
import dev.octet.engine.scheme.Range;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChooseEncodingsTest {

    @TempDir
    Path scratch;

    private Quantized quantized(Network network, Map<String, Range> ranges) {
        return Quantized.withRanges(network, scratch, Quantized.settings(true, QuantType.UINT8, false), ranges);
    }

    private static Network joined() {
        return network()
                .input("x", -1, 4, 8, 8)
                .conv("a", "x", 4, 3)
                .conv("b", "x", 4, 3)
                .node("both = Concat(a, b)", "axis", 1)
                .conv("y", "both", 4, 8, 1, 1)
                .output("y");
    }

    @Test
    void whatAConcatJoinsSharesTheUnionOfItsRanges() {
        QuantizationPlan plan = quantized(
                        joined(), Map.of("a", new Range(-1, 2), "b", new Range(-3, 1), "both", new Range(-3, 2)))
                .plan();
        Encoding shared = plan.activation("both").orElseThrow();
        assertThat(plan.activation("a")).contains(shared);
        assertThat(plan.activation("b")).contains(shared);
        assertThat(shared.scale(0)).isEqualTo(5f / 255);
        assertThat(plan.groups().get("b")).isEqualTo(plan.groups().get("both"));
    }

    @Test
    void aConcatOfVeryDifferentRangesStaysInFloatAndSaysWhy() {
        Quantized quantized = quantized(
                joined(), Map.of("a", new Range(-1, 1), "b", new Range(-100, 100), "both", new Range(-100, 100)));
        assertThatPlacement(quantized.plan().placement(), quantized.prepared().graph())
                .keepsFloatBecause("both", "differ too much: a reaches 1.0, the whole 100.0")
                .quantizes("a", "b", "y");
        assertThat(quantized.plan().activation("a").orElseThrow().scale(0)).isEqualTo(2f / 255);
    }

    @Test
    void aRangeFourTimesAsWideStillJoins() {
        Quantized quantized =
                quantized(joined(), Map.of("a", new Range(-1, 1), "b", new Range(-4, 4), "both", new Range(-4, 4)));
        assertThatPlacement(quantized.plan().placement(), quantized.prepared().graph())
                .quantizes("both");
    }

    @Test
    void joinsOfJoinsShareOneEncoding() {
        QuantizationPlan plan = quantized(
                        network()
                                .input("x", -1, 4, 8, 8)
                                .conv("a", "x", 4, 3)
                                .conv("b", "a", 4, 3)
                                .node("ab = Concat(a, b)", "axis", 1)
                                .conv("c", "ab", 4, 8, 3, 1)
                                .node("abc = Concat(ab, c)", "axis", 1)
                                .conv("y", "abc", 4, 12, 1, 1)
                                .output("y"),
                        Map.of(
                                "a",
                                new Range(-1, 1),
                                "b",
                                new Range(0, 2),
                                "ab",
                                new Range(-1, 2),
                                "c",
                                new Range(-3, 0)))
                .plan();
        assertThat(plan.groups().get("a"))
                .isEqualTo(plan.groups().get("b"))
                .isEqualTo(plan.groups().get("abc"))
                .isEqualTo(plan.groups().get("c"));
        assertThat(plan.activation("a").orElseThrow().scale(0)).isEqualTo(5f / 255);
    }

    @Test
    void anEncodingThatClampsIsNotWidenedByAConcat() {
        QuantizationPlan plan = quantized(
                        network()
                                .input("x", -1, 4, 8, 8)
                                .conv("a", "x", 4, 3)
                                .node("r = Relu(a)")
                                .conv("b", "x", 4, 3)
                                .node("both = Concat(r, b)", "axis", 1)
                                .conv("y", "both", 4, 8, 1, 1)
                                .output("y"),
                        Map.of("r", new Range(0, 1), "b", new Range(-1, 1), "both", new Range(-1, 1)))
                .plan();
        assertThat(plan.activation("r").orElseThrow().representable(0).min()).isZero();
        assertThat(plan.activation("b")).isEqualTo(plan.activation("both"));
        assertThat(plan.activation("both").orElseThrow().representable(0).min()).isNegative();
    }

    @Test
    void aClipsUpperBoundHoldsAcrossAConcat() {
        QuantizationPlan plan = quantized(
                        network()
                                .input("x", -1, 4, 8, 8)
                                .scalar("zero", 0)
                                .scalar("six", 6)
                                .conv("a", "x", 4, 3)
                                .node("clipped = Clip(a, zero, six)")
                                .conv("b", "x", 4, 3)
                                .node("r = Relu(b)")
                                .node("both = Concat(clipped, r)", "axis", 1)
                                .conv("y", "both", 4, 8, 1, 1)
                                .output("y"),
                        Map.of("clipped", new Range(0, 6), "r", new Range(0, 9), "both", new Range(0, 9)))
                .plan();
        assertThat(plan.activation("clipped").orElseThrow().representable(0).max())
                .isEqualTo(6f);
        assertThat(plan.activation("both").orElseThrow().representable(0).max()).isEqualTo(9f);
    }

    @Test
    void sigmoidAndSoftmaxHaveTheirFixedRangeWhateverWasSeen() {
        QuantizationPlan plan = quantized(
                        network()
                                .input("x", -1, 4, 8, 8)
                                .conv("a", "x", 4, 3)
                                .node("gate = Sigmoid(a)")
                                .conv("b", "gate", 4, 3)
                                .node("share = Softmax(b)", "axis", 1)
                                .conv("y", "share", 4, 3)
                                .output("y"),
                        Map.of("gate", new Range(0.4f, 0.6f), "share", new Range(0.2f, 0.3f)))
                .plan();
        Encoding unit = Encoding.perTensor(QuantType.UINT8, 1f / 255, 0);
        assertThat(plan.activation("gate")).contains(unit);
        assertThat(plan.activation("share")).contains(unit);
    }

    @Test
    void everyEncodingHoldsZeroExactly() {
        QuantizationPlan plan = quantized(
                        network().input("x", -1, 4, 8, 8).conv("c", "x", 4, 3).output("c"),
                        Map.of("x", new Range(3, 7), "c", new Range(-9, -2)))
                .plan();
        plan.activations()
                .forEach((value, encoding) -> assertThat(encoding.dequantize(encoding.quantize(0, 0), 0))
                        .as(value)
                        .isZero());
        assertThat(plan.activation("x").orElseThrow().zeroPoint(0)).isZero();
        assertThat(plan.activation("c").orElseThrow().zeroPoint(0)).isEqualTo(255);
    }

    @Test
    void weightsAreEncodedOneScaleAChannelOrOneInAll() {
        Network network = network()
                .input("x", -1, 4, 8, 8)
                .conv("c", "x", 6, 4, 3, 1)
                .node("pool = GlobalAveragePool(c)")
                .node("flat = Flatten(pool)")
                .constant("g.w", Network.normal(5, 1, 3, 6))
                .node("g = Gemm(flat, g.w)", "transB", 1)
                .matMul("m", "g", 3, 5)
                .output("m");
        QuantizationPlan channels = quantized(network, Map.of()).plan();
        assertThat(axisAndChannels(channels, "c")).containsExactly(0, 6);
        assertThat(axisAndChannels(channels, "g")).containsExactly(0, 3);
        assertThat(axisAndChannels(channels, "m")).containsExactly(1, 5);
        QuantizationPlan tensors = Quantized.withRanges(
                        network, scratch, Quantized.settings(false, QuantType.UINT8, false), Map.of())
                .plan();
        assertThat(tensors.weights())
                .hasSize(3)
                .allSatisfy((_, e) -> assertThat(e.isPerTensor()).isTrue());
    }

    private static int[] axisAndChannels(QuantizationPlan plan, String node) {
        Encoding encoding = plan.weights().get(node);
        return new int[] {encoding.axis(), encoding.channels()};
    }

    @Test
    void aBiasThatWouldLeaveInt32WidensTheScaleOfItsChannelOnly() {
        Network network = network()
                .input("x", -1, 1, 4, 4)
                .constant("w", Tensor.ofFloats(new float[] {1e-6f, 1e-6f, 1}, 3, 1, 1, 1))
                .floats("b", 1000, 1e-3f, 5)
                .node("c = Conv(x, w, b)")
                .output("c");
        Encoding weights = quantized(network, Map.of("x", new Range(0, 1)))
                .plan()
                .weights()
                .get("c");
        float inputScale = 1f / 255;
        assertThat(1000 / (inputScale * (double) weights.scale(0)))
                .isLessThanOrEqualTo(Integer.MAX_VALUE)
                .isGreaterThan(Integer.MAX_VALUE * 0.99);
        assertThat(weights.scale(1)).isEqualTo(1e-6f / 127);
        assertThat(weights.scale(2)).isEqualTo(1f / 127);
    }

    @Test
    void aDeadChannelAndWeightsOfZerosHaveAnEncoding() {
        Network network = network()
                .input("x", -1, 1, 4, 4)
                .constant("w", Tensor.ofFloats(new float[] {0, 2, 0}, 3, 1, 1, 1))
                .floats("b", 1, 1, 0)
                .node("c = Conv(x, w, b)")
                .constant("w0", Tensor.ofFloats(new float[3], 1, 3, 1, 1))
                .node("z = Conv(c, w0)")
                .output("z");
        QuantizationPlan plan = quantized(network, Map.of("z", new Range(0, 0))).plan();
        assertThat(plan.weights().get("c").scales()).containsExactly(2f / 127, 2f / 127, 2f / 127);
        assertThat(plan.weights().get("z").scale(0)).isPositive();
        assertThat(plan.activation("z").orElseThrow().scale(0)).isPositive();
    }

    @Test
    void rangesThatNearlyVanishHaveAnEncodingAndABias() {
        Network network = network()
                .input("x", -1, 1, 4, 4)
                .constant("w", Tensor.ofFloats(new float[] {1e-30f}, 1, 1, 1, 1))
                .floats("b", 1e-38f)
                .node("c = Conv(x, w, b)")
                .output("c");
        Quantized quantized = quantized(network, Map.of("x", new Range(0, 1e-35f), "c", new Range(0, 1e-38f)));
        assertThat(quantized.plan().activations())
                .allSatisfy((_, e) -> assertThat(e.scale(0)).isPositive());
    }

    @Test
    void reducedRangeHalvesTheStepsOfWeightsOnly() {
        Network network = network().input("x", -1, 4, 8, 8).conv("c", "x", 4, 3).output("c");
        Encoding full = quantized(network, Map.of()).plan().weights().get("c");
        QuantizationPlan reduced = Quantized.withRanges(
                        network, scratch, Quantized.settings(true, QuantType.UINT8, true), Map.of())
                .plan();
        Encoding half = reduced.weights().get("c");
        for (int c = 0; c < 4; c++) {
            // Clipping may pay a little more or less with half of the steps.
            assertThat(half.scale(c) / full.scale(c)).isBetween(1.7f, 2.1f);
        }
        assertThat(reduced.activation("c").orElseThrow().scale(0)).isEqualTo(2f / 255);
    }

    @Test
    void noObserverClipsTheModelsAnswers() {
        Model model = network()
                .input("x", -1, 4, 8, 8)
                .longs("shape", 0, -1)
                .conv("c", "x", 4, 3)
                .conv("logits", "c", 4, 3)
                .node("flat = Reshape(logits, shape)")
                .node("y = Softmax(flat)")
                .output("y")
                .typed(scratch);
        Placement placement = PlaceByMinimumCut.place(
                model.graph(), Uses.of(model.graph()), Costs.integersAlwaysPay(), Set.of(), Set.of());
        TensorStatistics seen = new TensorStatistics(StatisticsRequest.EXTREMES);
        seen.accept(FloatBuffer.wrap(new float[] {-1, 1}));
        seen.accept(FloatBuffer.wrap(new float[] {-10, 10}));
        QuantizationPlan plan = ChooseEncodings.choose(
                model.graph(),
                placement,
                Map.of("x", seen, "c", seen, "logits", seen, "y", seen),
                Quantized.SETTINGS,
                new MovingAverageObserver());
        assertThat(plan.activation("logits").orElseThrow().scale(0)).isEqualTo(20f / 255);
        assertThat(plan.activation("c").orElseThrow().scale(0)).isLessThan(10f / 255);
    }

    @Test
    void aValueThatWasNotObservedIsADefectThatNamesIt() {
        Model model = network()
                .input("x", -1, 4, 8, 8)
                .conv("c", "x", 4, 3)
                .output("c")
                .typed(scratch);
        Placement placement = PlaceByMinimumCut.place(
                model.graph(), Uses.of(model.graph()), Costs.integersAlwaysPay(), Set.of(), Set.of());
        assertThatThrownBy(() -> ChooseEncodings.choose(
                        model.graph(), placement, Map.of(), Quantized.SETTINGS, new MinMaxObserver()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("x");
    }

    @Test
    void thePlanPrintsTheSameTextForTheSameDecisions() {
        Map<String, Range> ranges = Map.of("x", new Range(-2, 2));
        assertThat(quantized(joined(), ranges).plan().text())
                .isEqualTo(quantized(joined(), ranges).plan().text())
                .contains("a: QUANTIZED, weights INT8 per channel on axis 0, 4 scales", "x = UINT8 scale 0.015686275");
    }

    @Test
    void nodesAreNamedByTheirOutputsInThePlan() {
        Quantized quantized = quantized(joined(), Map.of());
        assertThat(quantized.plan().placement().decisions().keySet())
                .containsExactlyElementsOf(quantized.prepared().graph().nodes().stream()
                        .map(Node::id)
                        .toList());
    }
}
