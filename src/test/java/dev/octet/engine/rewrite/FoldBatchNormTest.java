package dev.octet.engine.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Rewrite;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Value;
import dev.octet.engine.rewrite.constant.Floats;
import dev.octet.engine.scheme.ElementType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldBatchNormTest {

    /** What rounding the folded weights once to float32 may move the output by, relative to its largest value. */
    private static final double BOUND = 1e-5;

    @TempDir
    Path scratch;

    private Equality equality;

    @BeforeEach
    void run() {
        equality = new Equality(scratch);
    }

    private Rewrite.Result fold(Model model, double bound) {
        Rewrite.Result result = new FoldBatchNorm().apply(model);
        equality.check(model, result.model(), bound);
        return result;
    }

    private static Net norm(Net net, int channels, String node) {
        return net.weight("gamma", channels)
                .weight("beta", channels)
                .weight("mean", channels)
                .positive("var", channels)
                .node(node);
    }

    private static void assertFolded(Rewrite.Result result) {
        assertThat(result.model().graph().nodes()).noneMatch(n -> n.is("BatchNormalization"));
        assertThat(result.notes()).anyMatch(n -> n.startsWith("folded "));
    }

    private static void assertSkipped(Model model, Rewrite.Result result, String reason) {
        assertThat(result.model()).isSameAs(model);
        assertThat(result.notes()).anyMatch(n -> n.startsWith("skipped ") && n.contains(reason));
    }

    @Test
    void foldsIntoAConvolutionThatHasABias() {
        Net net = Net.opset(13).input("x", 2, 3, 8, 8).weight("w", 4, 3, 3, 3).weight("b", 4);
        norm(
                net.node("h = Conv(x, w, b)", "pads", Net.ints(1, 1, 1, 1)),
                4,
                "y = BatchNormalization(h, gamma, beta, mean, var)");
        Model model = net.output("y").model();
        Rewrite.Result result = fold(model, BOUND);
        assertFolded(result);
        Golden.check("batch-norm-after-conv", model, result);
    }

    @Test
    void foldsIntoAGroupedConvolutionWithoutBias() {
        Net net = Net.opset(13).input("x", 2, 4, 8, 8).weight("w", 6, 2, 3, 3).node("h = Conv(x, w)", "group", 2);
        assertFolded(fold(
                norm(net, 6, "y = BatchNormalization(h, gamma, beta, mean, var)")
                        .output("y")
                        .model(),
                BOUND));
    }

    @Test
    void foldsIntoAGroupedTransposedConvolution() {
        Net net = Net.opset(13)
                .input("x", 2, 4, 5, 5)
                .weight("w", 4, 3, 3, 3)
                .weight("b", 6)
                .node("h = ConvTranspose(x, w, b)", "group", 2, "strides", Net.ints(2, 2));
        assertFolded(fold(
                norm(net, 6, "y = BatchNormalization(h, gamma, beta, mean, var)")
                        .output("y")
                        .model(),
                BOUND));
    }

    @Test
    void foldsIntoGemmWithAlphaBetaAndTransposedWeights() {
        Net net = Net.opset(13)
                .input("x", 5, 4)
                .weight("w", 6, 4)
                .weight("b", 1, 6)
                .node("h = Gemm(x, w, b)", "alpha", 0.5f, "beta", 3f, "transB", 1);
        assertFolded(fold(
                norm(net, 6, "y = BatchNormalization(h, gamma, beta, mean, var)")
                        .output("y")
                        .model(),
                BOUND));
    }

    @Test
    void foldsIntoMatMulWhichGetsAnAdd() {
        Net net = Net.opset(13)
                .input("x", -1, 4)
                .weight("w", 4, 6)
                .type("h", ElementType.FLOAT, -1, 6)
                .node("h = MatMul(x, w)");
        Model model = norm(net, 6, "y = BatchNormalization(h, gamma, beta, mean, var)")
                .output("y")
                .model();
        Rewrite.Result result = fold(model, BOUND);
        assertFolded(result);
        Golden.check("batch-norm-after-matmul", model, result);
    }

    @Test
    void leavesMatMulOfUnknownRankAlone() {
        Net net = Net.opset(13).input("x", 2, 6, 4).weight("w", 4, 6).node("h = MatMul(x, w)");
        Model model = norm(net, 6, "y = BatchNormalization(h, gamma, beta, mean, var)")
                .output("y")
                .model();
        assertSkipped(model, fold(model, 0), "only neighbour");
    }

    @Test
    void foldsIntoTheUnpaddedConvolutionBehind() {
        Net net = Net.opset(13).input("x", 2, 4, 8, 8).weight("w", 6, 2, 3, 3).weight("b", 6);
        norm(net, 4, "h = BatchNormalization(x, gamma, beta, mean, var)").node("y = Conv(h, w, b)", "group", 2);
        Model model = net.output("y").model();
        Rewrite.Result result = fold(model, BOUND);
        assertFolded(result);
        Golden.check("batch-norm-before-conv", model, result);
    }

    @Test
    void leavesTheOneBeforeAPaddedConvolutionAlone() {
        Net net = Net.opset(13).input("x", 2, 3, 8, 8).weight("w", 6, 3, 3, 3);
        norm(net, 3, "h = BatchNormalization(x, gamma, beta, mean, var)")
                .node("y = Conv(h, w)", "pads", Net.ints(1, 0, 0, 0));
        Model model = net.output("y").model();
        assertSkipped(model, fold(model, 0), "only neighbour");
    }

    @Test
    void foldsIntoGemmBehind() {
        Net net = Net.opset(13).input("x", 5, 4).weight("w", 6, 4);
        norm(net, 4, "h = BatchNormalization(x, gamma, beta, mean, var)").node("y = Gemm(h, w)", "transB", 1);
        assertFolded(fold(net.output("y").model(), BOUND));
    }

    @Test
    void foldsOneBeforeAndOneBehindTheSameLayer() {
        Net net = Net.opset(13).input("x", 2, 4, 8, 8).weight("w", 4, 4, 1, 1);
        norm(net, 4, "h = BatchNormalization(x, gamma, beta, mean, var)")
                .node("c = Conv(h, w)")
                .node("y = BatchNormalization(c, gamma, beta, mean, var)");
        assertFolded(fold(net.output("y").model(), BOUND));
    }

    @Test
    void duplicatesWeightsThatAnotherLayerShares() {
        Net net = Net.opset(13).input("x", 2, 3, 8, 8).weight("w", 3, 3, 1, 1).node("h = Conv(x, w)");
        norm(net, 3, "n = BatchNormalization(h, gamma, beta, mean, var)")
                .node("z = Conv(x, w)")
                .node("y = Add(n, z)");
        Rewrite.Result result = fold(net.output("y").model(), BOUND);
        assertFolded(result);
        assertThat(result.model().graph().initializers()).containsKey("w").hasSize(3);
    }

    @Test
    void dropsWeightsThatNothingElseUses() {
        Net net = Net.opset(13).input("x", 2, 3, 8, 8).weight("w", 3, 3, 1, 1).node("h = Conv(x, w)");
        Rewrite.Result result = fold(
                norm(net, 3, "y = BatchNormalization(h, gamma, beta, mean, var)")
                        .output("y")
                        .model(),
                BOUND);
        assertThat(result.model().graph().initializers()).hasSize(2).doesNotContainKeys("w", "gamma", "var");
    }

    @Test
    void leavesAConvolutionSeenByOthersAlone() {
        Net net = Net.opset(13).input("x", 2, 3, 8, 8).weight("w", 3, 3, 1, 1).node("h = Conv(x, w)");
        norm(net, 3, "n = BatchNormalization(h, gamma, beta, mean, var)").node("y = Add(n, h)");
        Model model = net.output("y").model();
        assertSkipped(model, fold(model, 0), "only neighbour");
    }

    @Test
    void leavesAConvolutionWhoseResultIsAnOutputAlone() {
        Net net = Net.opset(13).input("x", 2, 3, 8, 8).weight("w", 3, 3, 1, 1).node("h = Conv(x, w)");
        Model model = norm(net, 3, "y = BatchNormalization(h, gamma, beta, mean, var)")
                .output("y", "h")
                .model();
        assertSkipped(model, fold(model, 0), "only neighbour");
    }

    @Test
    void leavesAConvolutionCapturedByASubgraphAlone() {
        Graph body = new Graph(
                "branch",
                List.of(),
                List.of(new Value(
                        "inner",
                        Net.opset(13)
                                .output("inner")
                                .graph()
                                .outputs()
                                .getFirst()
                                .type())),
                Net.opset(13).node("inner = Relu(h)").graph().nodes(),
                Map.of(),
                Map.of());
        Net net = Net.opset(13)
                .input("x", 2, 3, 8, 8)
                .constant("yes", Tensor.ofBytes(ElementType.BOOL, new byte[] {1}))
                .weight("w", 3, 3, 1, 1)
                .node("h = Conv(x, w)");
        norm(net, 3, "n = BatchNormalization(h, gamma, beta, mean, var)")
                .node("i = If(yes)", "then_branch", body, "else_branch", body)
                .node("y = Add(n, i)");
        Model model = net.output("y").model();
        assertSkipped(model, fold(model, 0), "only neighbour");
    }

    @Test
    void leavesWeightsThatTheCallerMayOverrideAlone() {
        Net net = Net.opset(13)
                .input("x", 2, 3, 8, 8)
                .input("w", 3, 3, 1, 1)
                .weight("w", 3, 3, 1, 1)
                .node("h = Conv(x, w)");
        Model model = norm(net, 3, "y = BatchNormalization(h, gamma, beta, mean, var)")
                .output("y")
                .model();
        assertSkipped(model, fold(model, 0), "only neighbour");
    }

    @Test
    void leavesStatisticsThatTheCallerMayOverrideAlone() {
        Net net = Net.opset(13)
                .input("x", 2, 3, 8, 8)
                .input("mean", 3)
                .weight("w", 3, 3, 1, 1)
                .node("h = Conv(x, w)");
        Model model = norm(net, 3, "y = BatchNormalization(h, gamma, beta, mean, var)")
                .output("y")
                .model();
        assertSkipped(model, fold(model, 0), "not finite constants");
    }

    @Test
    void foldsAVarianceOfZeroWithItsEpsilon() {
        Net net = Net.opset(13)
                .input("x", 2, 3, 4, 4)
                .weight("w", 2, 3, 1, 1)
                .floats("gamma", 1, 0)
                .floats("beta", 0.5f, -1)
                .floats("mean", 0.25f, 3)
                .floats("var", 0, 1e-30f)
                .node("h = Conv(x, w)")
                .node("y = BatchNormalization(h, gamma, beta, mean, var)", "epsilon", 1e-3f);
        assertFolded(fold(net.output("y").model(), BOUND));
    }

    @Test
    void refusesAVarianceThatGivesNoFiniteScale() {
        Net net = Net.opset(13)
                .input("x", 2, 3, 4, 4)
                .weight("w", 2, 3, 1, 1)
                .floats("gamma", 1, 1)
                .floats("beta", 0, 0)
                .floats("mean", 0, 0)
                .floats("var", 1, -1)
                .node("h = Conv(x, w)")
                .node("y = BatchNormalization(h, gamma, beta, mean, var)", "epsilon", 0f);
        Model model = net.output("y").model();
        assertSkipped(model, new FoldBatchNorm().apply(model), "not finite constants");
    }

    @Test
    void foldsHalfPrecisionWithinItsRounding() {
        Model model = half(1, 1).output(ElementType.FLOAT16, "y").model();
        assertFolded(fold(model, 4e-3));
    }

    @Test
    void leavesHalfPrecisionThatWouldOverflowAlone() {
        Model model = half(40000, 1e-4f).output(ElementType.FLOAT16, "y").model();
        assertSkipped(model, new FoldBatchNorm().apply(model), "leave the range of FLOAT16");
    }

    private static Net half(float gamma, float variance) {
        return Net.opset(15)
                .input("x", ElementType.FLOAT16, 2, 3, 4, 4)
                .constant("w", Net.random(5, ElementType.FLOAT16, 2, 3, 1, 1))
                .constant("b", Net.random(6, ElementType.FLOAT16, 2))
                .constant(
                        "gamma",
                        Floats.vector(ElementType.FLOAT16, new double[] {gamma, 0.5})
                                .orElseThrow())
                .constant("beta", Net.random(7, ElementType.FLOAT16, 2))
                .constant("mean", Net.random(8, ElementType.FLOAT16, 2))
                .constant(
                        "var",
                        Floats.vector(ElementType.FLOAT16, new double[] {variance, 1})
                                .orElseThrow())
                .node("h = Conv(x, w, b)")
                .node("y = BatchNormalization(h, gamma, beta, mean, var)");
    }

    @Test
    void saysSoWhereThereIsNone() {
        Model model =
                Net.opset(13).input("x", 2).node("y = Relu(x)").output("y").model();
        assertThat(new FoldBatchNorm().apply(model).notes())
                .containsExactly("skipped: the model has no BatchNormalization");
    }
}
