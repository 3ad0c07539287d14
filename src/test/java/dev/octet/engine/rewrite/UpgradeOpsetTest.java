package dev.octet.engine.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Rewrite;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class UpgradeOpsetTest {

    @TempDir
    Path scratch;

    private static Net image(long opset) {
        return Net.opset(opset).input("x", 2, 4, 6, 6);
    }

    private static Net half(long opset) {
        return Net.opset(opset).input("x", ElementType.FLOAT16, 2, 4, 6, 6);
    }

    private static Arguments of(String name, Net net) {
        return Arguments.of(name, net);
    }

    static Stream<Arguments> models() {
        return Stream.of(
                of("Clip 6", image(7).node("y = Clip(x)", "min", -0.5f, "max", 1f)),
                of("Clip 6 with one bound", image(9).node("y = Clip(x)", "min", 0f)),
                of("Clip 6 without bounds", image(9).node("y = Clip(x)")),
                of(
                        "Slice 1",
                        image(7).node(
                                        "y = Slice(x)",
                                        "starts",
                                        Net.ints(1, -3),
                                        "ends",
                                        Net.ints(9, -1),
                                        "axes",
                                        Net.ints(1, 3))),
                of(
                        "Slice 1 without axes",
                        image(9).node("y = Slice(x)", "starts", Net.ints(0, 2), "ends", Net.ints(1, 4))),
                of("Pad 2", image(7).node("y = Pad(x)", "pads", Net.ints(0, 0, 1, 2, 0, 0, -1, 1), "value", 1.5f)),
                of(
                        "Pad 2 by reflection",
                        image(10).node("y = Pad(x)", "pads", Net.ints(0, 0, 1, 2, 0, 0, 3, 1), "mode", "reflect")),
                of("TopK 1", image(7).node("y, i = TopK(x)", "k", 3).output(ElementType.INT64, "i")),
                of("TopK 1 along an axis", image(9).node("y, i = TopK(x)", "k", 2, "axis", 1)),
                of("Squeeze 1", Net.opset(9).input("x", 2, 1, 3, 1).node("y = Squeeze(x)", "axes", Net.ints(1))),
                of("Squeeze 11", Net.opset(11).input("x", 2, 1, 3, 1).node("y = Squeeze(x)", "axes", Net.ints(-1))),
                of("Squeeze 1 of all axes", Net.opset(9).input("x", 2, 1, 3, 1).node("y = Squeeze(x)")),
                of("Unsqueeze 1", image(7).node("y = Unsqueeze(x)", "axes", Net.ints(0, 3))),
                of("ReduceSum 1", image(11).node("y = ReduceSum(x)", "axes", Net.ints(1, 2), "keepdims", 0)),
                of("ReduceSum 1 of all axes", image(7).node("y = ReduceSum(x)")),
                of("ReduceMean 1", image(7).node("y = ReduceMean(x)", "axes", Net.ints(2, 3))),
                of(
                        "Split 2",
                        image(7).node("y, z = Split(x)", "axis", 1, "split", Net.ints(1, 3))
                                .output("z")),
                of(
                        "Split 2 into equal parts",
                        image(11).node("y, z = Split(x)", "axis", 2).output("z")),
                of("Softmax 1", image(7).node("y = Softmax(x)")),
                of("Softmax 11 along the last axis", image(11).node("y = Softmax(x)", "axis", -1)),
                of("Softmax 11 along the last axis by its number", image(11).node("y = Softmax(x)", "axis", 3)),
                of("Softmax 11 along another axis", image(11).node("y = Softmax(x)", "axis", -2)),
                of("Softmax 1 of unknown rank", image(9).node("h = Relu(x)").node("y = Softmax(h)", "axis", 2)),
                of("LogSoftmax 1", image(9).node("y = LogSoftmax(x)", "axis", 0)),
                of("Hardmax 11", image(11).node("y = Hardmax(x)", "axis", 1)),
                of("BatchNormalization 7", norm(image(7)).node("y = BatchNormalization(x, g, b, m, v)", "spatial", 1)),
                of("Dropout 7", image(7).node("y = Dropout(x)", "ratio", 0.3f)),
                of("Dropout 10 with an unused mask", image(10).node("y, mask = Dropout(x)", "ratio", 0.3f)),
                of("Upsample 7", image(7).node("y = Upsample(x)", "scales", new float[] {1, 1, 2, 1.5f})),
                of("Upsample 9", image(9).floats("s", 1, 1, 3, 2).node("y = Upsample(x, s)", "mode", "nearest")),
                of("Upsample 9, linear", image(9).floats("s", 1, 1, 2, 2).node("y = Upsample(x, s)", "mode", "linear")),
                of(
                        "Upsample 9 by computed scales",
                        image(9).input("i", 4)
                                .floats("one", 1)
                                .node("a = Abs(i)")
                                .node("s = Add(a, one)")
                                .node("y = Upsample(x, s)")),
                of("Resize 10 up", image(10).floats("s", 1, 1, 1.7f, 2).node("y = Resize(x, s)")),
                of("Resize 10 down", image(10).floats("s", 1, 1, 0.6f, 0.5f).node("y = Resize(x, s)")),
                of(
                        "Resize 10 up and down",
                        image(10).floats("s", 1, 1, 1.7f, 0.6f).node("y = Resize(x, s)")),
                of(
                        "Resize 10 by computed scales",
                        image(10)
                                .input("i", 4)
                                .floats("low", 0.4f)
                                .node("a = Abs(i)")
                                .node("s = Max(a, low)")
                                .node("y = Resize(x, s)")),
                of(
                        "Resize 10, linear",
                        image(10).floats("s", 1, 1, 1.5f, 0.7f).node("y = Resize(x, s)", "mode", "linear")),
                of(
                        "Resize 11 by sizes",
                        image(11)
                                .floats("none")
                                .longs("n", 2, 4, 5, 9)
                                .node(
                                        "y = Resize(x, none, none, n)",
                                        "mode",
                                        "linear",
                                        "coordinate_transformation_mode",
                                        "align_corners")),
                of(
                        "Resize 11 with a mode that is gone",
                        image(11)
                                .floats("none")
                                .floats("s", 1, 1, 1.7f, 0.6f)
                                .node(
                                        "y = Resize(x, none, s)",
                                        "coordinate_transformation_mode",
                                        "tf_half_pixel_for_nn",
                                        "nearest_mode",
                                        "floor")),
                of(
                        "RoiAlign 10",
                        image(10)
                                .constant("r", Tensor.ofFloats(new float[] {0.4f, 0.3f, 4, 5, 1, 1, 3, 3}, 2, 4))
                                .longs("i", 0, 1)
                                .node("y = RoiAlign(x, r, i)", "output_height", 3, "output_width", 2)),
                of(
                        "Scatter 9",
                        image(9).constant("i", Tensor.ofLongs(new long[] {3, 1}, 1, 2, 1, 1))
                                .weight("u", 1, 2, 1, 1)
                                .node("y = Scatter(x, i, u)", "axis", 1)),
                of(
                        "Gemm 7",
                        Net.opset(7)
                                .input("x", 2, 3)
                                .weight("w", 3, 4)
                                .weight("c", 4)
                                .node("y = Gemm(x, w, c)", "beta", 2f)),
                of("Max 6", image(7).weight("w", 2, 4, 6, 6).node("y = Max(x, w)")),
                of("PRelu 7", image(7).weight("w", 4, 1, 1).node("y = PRelu(x, w)")),
                of("Cast 6", image(7).node("h = Cast(x)", "to", 7).node("y = Cast(h)", "to", 1)),
                of(
                        "MaxPool 8",
                        image(8).node("y = MaxPool(x)", "kernel_shape", Net.ints(2, 2), "auto_pad", "SAME_UPPER")),
                of(
                        "AveragePool 7",
                        image(7).node(
                                        "y = AveragePool(x)",
                                        "kernel_shape",
                                        Net.ints(3, 3),
                                        "pads",
                                        Net.ints(1, 1, 1, 1))),
                of("DepthToSpace 1", image(7).node("y = DepthToSpace(x)", "blocksize", 2)),
                of(
                        "OneHot 9",
                        Net.opset(9)
                                .input("x", ElementType.INT64, 3)
                                .longs("d", 4)
                                .floats("v", 0, 1)
                                .node("y = OneHot(x, d, v)")),
                of(
                        "GRU 7",
                        Net.opset(7)
                                .input("x", 5, 2, 3)
                                .weight("w", 1, 12, 3)
                                .weight("r", 1, 12, 4)
                                .node("s, y = GRU(x, w, r)", "hidden_size", 4)),
                of(
                        "LSTM 7",
                        Net.opset(7)
                                .input("x", 5, 2, 3)
                                .weight("w", 1, 16, 3)
                                .weight("r", 1, 16, 4)
                                .node("s, y = LSTM(x, w, r)", "hidden_size", 4)),
                of(
                        "NonMaxSuppression 10",
                        Net.opset(10)
                                .input("b", 1, 6, 4)
                                .input("s", 1, 2, 6)
                                .longs("n", 3)
                                .node("i = NonMaxSuppression(b, s, n)")
                                .node("y = Cast(i)", "to", 1)));
    }

    private static Net norm(Net net) {
        return net.weight("g", 4).weight("b", 4).weight("m", 4).positive("v", 4);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void computesTheSameInVersion17(String name, Net net) {
        Model model = net.output("y").model();
        Rewrite.Result result = new UpgradeOpset(17).apply(model);
        assertThat(result.model().opset()).isEqualTo(17);
        new Equality(scratch).check(model, result.model(), 1e-6);
    }

    @Test
    void givesHalfPrecisionBoundsToHalfPrecisionValues() {
        Model model = half(9).node("h = Relu(x)")
                .node("c = Clip(h)", "min", 0f, "max", 0.75f)
                .node("y = Pad(c)", "pads", Net.ints(0, 0, 1, 0, 0, 0, 0, 0), "value", 2f)
                .output(ElementType.FLOAT16, "y")
                .model();
        Rewrite.Result result = new UpgradeOpset(17).apply(model);
        assertThat(result.model().graph().initializers().get("c_max").type()).isEqualTo(ElementType.FLOAT16);
        new Equality(scratch).check(model, result.model(), 0);
        Golden.check("upgrade-half-precision", model, result);
    }

    @Test
    void convertsBoundsAtRunTimeWhereTheTypeIsNotKnown() {
        Model model = half(9).constant("one", Net.random(3, ElementType.FLOAT16, 1))
                .node("h = Max(x, one)")
                .node("y = Clip(h)", "min", 0f, "max", 0.75f)
                .output(ElementType.FLOAT16, "y")
                .model();
        Rewrite.Result result = new UpgradeOpset(17).apply(model);
        assertThat(result.model().graph().nodes())
                .filteredOn(n -> n.is("CastLike"))
                .hasSize(2);
        new Equality(scratch).check(model, result.model(), 0);
    }

    @Test
    void raisesBodiesUnderNamesOfTheirOwn() {
        Graph branch = Net.opset(9)
                .node("inner = Clip(x)", "min", 0f)
                .graph()
                .withOutputs(List.of(new Value("inner", new ValueType.TensorType(ElementType.FLOAT, null))));
        Model model = image(9).constant("yes", Tensor.ofBytes(ElementType.BOOL, new byte[] {1}))
                .constant("inner_min", Tensor.ofFloats(new float[] {7}))
                .node("i = If(yes)", "then_branch", branch, "else_branch", branch)
                .node("y = Add(i, inner_min)")
                .output("y")
                .model();
        Rewrite.Result result = new UpgradeOpset(17).apply(model);
        new Equality(scratch).check(model, result.model(), 0);
        assertThat(result.model().graph().nodes().getFirst().subgraphs())
                .flatExtracting(body -> body.initializers().keySet())
                .containsExactly("inner_min_1", "inner_min_2");
    }

    @Test
    void knowsTheRankBehindAReshapeToAComputedShape() {
        Model model = Net.opset(11)
                .input("x", -1, 4)
                .weight("w", 4, 3)
                .weight("b", 3)
                .longs("rest", 4)
                .longs("zero", 0)
                .longs("one", 1)
                .node("s = Shape(x)")
                .node("n = Slice(s, zero, one)")
                .node("c = Concat(n, rest)", "axis", 0)
                .node("r = Reshape(x, c)")
                .node("m = MatMul(r, w)")
                .node("a = Add(m, b)")
                .node("y = Softmax(a)")
                .type("c", ElementType.INT64, 2)
                .output("y")
                .model();
        Rewrite.Result result = new UpgradeOpset(17).apply(model);
        new Equality(scratch).check(model, result.model(), 0);
        assertThat(result.model().graph().nodes()).noneMatch(n -> n.is("Flatten"));
    }

    @Test
    void keepsARecentVersion() {
        Model model = image(13).node("y = Softmax(x)").output("y").model();
        assertThat(new UpgradeOpset(17).apply(model))
                .isEqualTo(new Rewrite.Result(model, List.of("skipped: operator set 13 is recent enough")));
    }

    @Test
    void refusesVersionsBelowSeven() {
        Model model = image(6).node("y = Relu(x)").output("y").model();
        assertThatThrownBy(() -> new UpgradeOpset(17).apply(model))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.fault()).isEqualTo(Fault.MODEL_UNSUPPORTED))
                .hasMessageContaining("needs ONNX operator set 6")
                .hasMessageContaining("7 or later is needed");
    }

    @Test
    void refusesEverythingThatCantBeRaisedAtOnce() {
        Model model = norm(image(8))
                .node("a = ATen(x)")
                .node("c = BatchNormalization(a, g, b, m, v)", "spatial", 0)
                .node("d = Where(a, c, x)")
                .node("e = Scan(, d)")
                .node("f, p, q, r, s = BatchNormalization(e, g, b, m, v)")
                .node("y, mask = Dropout(f)")
                .output("y", "mask")
                .model();
        assertThatThrownBy(() -> new UpgradeOpset(17).apply(model))
                .isInstanceOfSatisfying(EngineException.class, e -> {
                    assertThat(e.fault()).isEqualTo(Fault.MODEL_UNSUPPORTED);
                    assertThat(e.details())
                            .extracting(EngineException.Detail::path)
                            .containsExactly("a_node", "c_node", "d_node", "e_node", "f_node", "y_node");
                })
                .hasMessageContaining("node 'a_node': ATen can't be raised from operator set 8 to 17")
                .hasMessageContaining("(and 5 more)");
    }
}
