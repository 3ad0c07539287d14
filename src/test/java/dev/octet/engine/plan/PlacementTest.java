package dev.octet.engine.plan;

import static dev.octet.engine.plan.Network.network;
import static dev.octet.engine.plan.PlacementAssert.assertThatPlacement;
import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType.TensorType;
import dev.octet.engine.scheme.ElementType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the building blocks of real networks. */
class PlacementTest {

    @TempDir
    Path scratch;

    private Graph graph;

    /** The placement where integers pay everywhere they may be had. */
    private Placement place(Network network, String... excluded) {
        graph = network.typed(scratch).graph();
        return PlaceByMinimumCut.place(graph, Uses.of(graph), Costs.integersAlwaysPay(), Set.of(excluded), Set.of());
    }

    private PlacementAssert assertThatPlaced(Network network, String... excluded) {
        Placement placement = place(network, excluded);
        return assertThatPlacement(placement, graph);
    }

    private EncodedValues encoded(Network network, String... excluded) {
        Placement placement = place(network, excluded);
        return EncodedValues.of(graph, Uses.of(graph), placement);
    }

    static Network residualBlock() {
        return network()
                .input("x", -1, 16, 16, 16)
                .conv("c0", "x", 16, 3)
                .node("r0 = Relu(c0)")
                .conv("c1", "r0", 16, 3)
                .node("r1 = Relu(c1)")
                .conv("c2", "r1", 16, 3)
                .node("sum = Add(c2, r0)")
                .node("y = Relu(sum)")
                .conv("head", "y", 16, 3)
                .output("head");
    }

    static Network mobileNetBlock() {
        return network()
                .input("x", -1, 16, 16, 16)
                .scalar("zero", 0)
                .scalar("six", 6)
                .conv("expand", "x", 32, 16, 1, 1)
                .node("e = Clip(expand, zero, six)")
                .conv("depthwise", "e", 32, 32, 3, 32)
                .node("d = Clip(depthwise, zero, six)")
                .conv("project", "d", 16, 32, 1, 1)
                .output("project");
    }

    static Network squeezeExcite() {
        return network()
                .input("x", -1, 16, 16, 16)
                .scalar("three", 3)
                .scalar("zero", 0)
                .scalar("six", 6)
                .scalar("sixth", 1f / 6)
                .conv("c", "x", 16, 3)
                .node("shifted = Add(c, three)")
                .node("clipped = Clip(shifted, zero, six)")
                .node("gated = Mul(c, clipped)")
                .node("hardSwish = Mul(gated, sixth)")
                .node("pool = GlobalAveragePool(hardSwish)")
                .conv("squeeze", "pool", 4, 16, 1, 1)
                .node("s = Relu(squeeze)")
                .conv("excite", "s", 16, 4, 1, 1)
                .node("gate = Sigmoid(excite)")
                .node("scaled = Mul(hardSwish, gate)")
                .conv("out", "scaled", 16, 1)
                .output("out");
    }

    static Network attention() {
        return network()
                .input("x", -1, 8, 32)
                .input("mask", -1, 1, 8)
                .matMul("query", "x", 32, 32)
                .matMul("key", "x", 32, 32)
                .matMul("value", "x", 32, 32)
                .node("turned = Transpose(key)", "perm", new long[] {0, 2, 1})
                .node("scores = MatMul(query, turned)")
                .node("masked = Add(scores, mask)")
                .node("weights = Softmax(masked)", "axis", -1)
                .node("context = MatMul(weights, value)")
                .matMul("projected", "context", 32, 32)
                .node("sum = Add(projected, x)")
                .output("sum");
    }

    @Test
    void aResidualBlockRunsOnIntegersFromEndToEnd() {
        assertThatPlaced(residualBlock())
                .quantizes("c0", "c1", "c2", "sum", "head")
                .fuses("r0", "r1", "y");
    }

    @Test
    void aResidualBlockIsQuantizedUnderTheShippedCostsToo() {
        graph = residualBlock().typed(scratch).graph();
        Placement placement =
                PlaceByMinimumCut.place(graph, Uses.of(graph), new AnalyticCosts(graph), Set.of(), Set.of());
        assertThatPlacement(placement, graph).quantizes("c1", "c2");
    }

    @Test
    void clampsToSixVanishInAMobileNetBlock() {
        assertThatPlaced(mobileNetBlock())
                .quantizes("expand", "depthwise", "project")
                .fuses("e", "d");
    }

    @Test
    void hardSwishStaysInFloatAndItsConvolutionsDoNot() {
        assertThatPlaced(squeezeExcite())
                .quantizes("c", "squeeze", "excite", "out")
                .fuses("s")
                .keepsFloatBecause("shifted", "with a constant")
                .keepsFloat("clipped", "hardSwish");
    }

    @Test
    void maskedScoresAndSoftmaxStayInFloat() {
        assertThatPlaced(attention())
                .quantizes("query", "key", "value", "projected")
                .keepsFloatBecause("scores", "two activations")
                .keepsFloatBecause("context", "two activations")
                .keepsFloat("masked", "weights", "sum");
    }

    @Test
    void poolingAndReshapingShareTheEncodingOfWhatTheyMove() {
        Network network = network()
                .input("x", -1, 8, 8, 8)
                .longs("shape", 0, -1)
                .conv("c", "x", 8, 3)
                .node("r = Relu(c)")
                .node("pool = MaxPool(r)", "kernel_shape", new long[] {2, 2}, "strides", new long[] {2, 2})
                .node("turned = Transpose(pool)", "perm", new long[] {0, 2, 3, 1})
                .node("flat = Flatten(turned)")
                .node("shaped = Reshape(flat, shape)")
                .matMul("y", "shaped", 128, 4)
                .output("y");
        EncodedValues values = encoded(network);
        assertThatPlacement(place(network), graph).quantizes("pool", "turned", "flat", "shaped", "y");
        assertThat(values.members().get("r")).containsExactly("r", "pool", "turned", "flat", "shaped");
        assertThat(values.observed()).containsExactly("x", "r");
    }

    @Test
    void aProductsOutputNeedsNoEncodingWhereNobodyWantsIntegers() {
        EncodedValues values = encoded(network()
                .input("x", -1, 8)
                .matMul("y", "x", 8, 8)
                .node("z = Tanh(y)")
                .output("z"));
        assertThat(values.groups()).containsOnlyKeys("x");
    }

    @Test
    void excludedNodesStayInFloatByNameOrByOutput() {
        assertThatPlaced(residualBlock(), "c1")
                .keepsFloatBecause("c1", "excluded by the request")
                .keepsFloat("r1")
                .quantizes("c0", "c2");
    }

    @Test
    void onlyTheOperatorTypesAskedForAreQuantized() {
        graph = network()
                .input("x", -1, 4, 8, 8)
                .conv("c", "x", 4, 3)
                .node("pool = GlobalAveragePool(c)")
                .node("flat = Flatten(pool)")
                .matMul("y", "flat", 4, 4)
                .output("y")
                .typed(scratch)
                .graph();
        Placement placement =
                PlaceByMinimumCut.place(graph, Uses.of(graph), Costs.integersAlwaysPay(), Set.of(), Set.of("MatMul"));
        assertThatPlacement(placement, graph)
                .keepsFloatBecause("c", "not among the operator types")
                .keepsFloatBecause("pool", "not among the operator types")
                .keepsFloatBecause("flat", "not among the operator types")
                .quantizes("y");
    }

    @Test
    void aClampFollowsItsProducerWhateverOperatorTypesAreAskedFor() {
        graph = residualBlock().typed(scratch).graph();
        Placement placement =
                PlaceByMinimumCut.place(graph, Uses.of(graph), Costs.integersAlwaysPay(), Set.of(), Set.of("Conv"));
        assertThatPlacement(placement, graph)
                .quantizes("c0", "c1", "c2", "head")
                .fuses("r0", "r1")
                .keepsFloatBecause("sum", "not among the operator types");
    }

    @Test
    void aReluOfAValueThatIsReadTwiceIsNotFused() {
        assertThatPlaced(network()
                        .input("x", -1, 4, 8, 8)
                        .conv("c", "x", 4, 3)
                        .node("r = Relu(c)")
                        .conv("after", "r", 4, 3)
                        .node("both = Add(after, c)")
                        .output("both"))
                .quantizes("c", "after", "both")
                .keepsFloatBecause("r", "used elsewhere");
    }

    @Test
    void aReluOfAGraphOutputIsNotFused() {
        assertThatPlaced(network()
                        .input("x", -1, 4, 8, 8)
                        .conv("c", "x", 4, 3)
                        .node("r = Relu(c)")
                        .output("r", "c"))
                .keepsFloatBecause("r", "used elsewhere");
    }

    @Test
    void clampsThatDoNotBeginAtZeroOrHaveNoConstantBoundsStayInFloat() {
        Network network = network()
                .input("x", -1, 4, 8, 8)
                .input("bound", ElementType.FLOAT)
                .scalar("low", -1)
                .scalar("zero", 0)
                .conv("c1", "x", 4, 3)
                .node("fromBelow = Clip(c1, low)")
                .conv("c2", "fromBelow", 4, 3)
                .node("free = Clip(c2, zero, bound)")
                .conv("c3", "free", 4, 3)
                .node("open = Clip(c3, zero)")
                .output("open");
        assertThatPlaced(network).keepsFloat("fromBelow", "free").fuses("open");
    }

    @Test
    void aValueReadByFloatAndByIntegersIsEncodedOnce() {
        EncodedValues values = encoded(network()
                .input("x", -1, 4, 8, 8)
                .conv("c1", "x", 4, 3)
                .conv("c2", "c1", 4, 3)
                .node("t = Tanh(c1)")
                .node("y = Sub(c2, t)")
                .output("y"));
        assertThat(values.groups()).containsOnlyKeys("x", "c1", "c2");
        assertThat(values.observed()).containsExactly("x", "c1", "c2");
    }

    @Test
    void nodesThatReadConstantsInsteadOfActivationsStayInFloat() {
        Network network = network()
                .input("x", -1, 4, 8, 8)
                .input("shape", ElementType.INT64, 4)
                .constant("token", Network.normal(1, 1, 1, 4, 1, 8))
                .conv("c", "x", 4, 3)
                .node("tokens = Expand(token, shape)")
                .node("joined = Concat(token, c)", "axis", 2)
                .conv("y", "joined", 4, 3)
                .output("y", "tokens");
        assertThatPlaced(network)
                .quantizes("c", "y")
                .keepsFloatBecause("tokens", "constant")
                .keepsFloatBecause("joined", "constant");
    }

    @Test
    void additionsOfInputsAndConstantsStayInFloat() {
        assertThatPlaced(network()
                        .input("x", -1, 4, 8, 8)
                        .input("z", -1, 4, 8, 8)
                        .constant("k", Network.normal(3, 1, 1, 4, 1, 1))
                        .conv("c1", "x", 4, 3)
                        .node("withInput = Add(c1, z)")
                        .conv("c2", "withInput", 4, 3)
                        .node("withConstant = Add(c2, k)")
                        .conv("c3", "withConstant", 4, 3)
                        .output("c3"))
                .quantizes("c1", "c2", "c3")
                .keepsFloat("withInput")
                .keepsFloatBecause("withConstant", "constant");
    }

    @Test
    void weightsThatAreComputedAreNotQuantized() {
        assertThatPlaced(network()
                        .input("x", -1, 4, 8, 8)
                        .input("w", 4, 4, 3, 3)
                        .node("c = Conv(x, w)")
                        .output("c"))
                .keepsFloatBecause("c", "weights are not constant");
    }

    @Test
    void aDefaultThatTheCallerMayOverrideIsNoConstant() {
        assertThatPlaced(network()
                        .input("x", -1, 4, 8, 8)
                        .input("w", 4, 4, 3, 3)
                        .weight("w", 4, 4, 3, 3)
                        .node("c = Conv(x, w)")
                        .output("c"))
                .keepsFloatBecause("c", "weights are not constant");
    }

    @Test
    void threeDimensionalConvolutionsStayInFloat() {
        assertThatPlaced(network()
                        .input("x", -1, 2, 4, 4, 4)
                        .weight("w", 2, 2, 3, 3, 3)
                        .node("c = Conv(x, w)")
                        .output("c"))
                .keepsFloatBecause("c", "3 dimensions");
    }

    @Test
    void scaledOrTransposedProductsStayInFloat() {
        assertThatPlaced(network()
                        .input("x", -1, 8)
                        .weight("w", 8, 8)
                        .weight("full", 8, 8)
                        .node("scaled = Gemm(x, w)", "alpha", 0.5f)
                        .node("square = Gemm(scaled, w, full)")
                        .output("square"))
                .keepsFloatBecause("scaled", "alpha")
                .keepsFloat("square");
    }

    @Test
    void averagePoolingWithCeilingStaysInFloat() {
        assertThatPlaced(network()
                        .input("x", -1, 4, 7, 7)
                        .conv("c", "x", 4, 3)
                        .node(
                                "p = AveragePool(c)",
                                "kernel_shape",
                                new long[] {2, 2},
                                "strides",
                                new long[] {2, 2},
                                "ceil_mode",
                                1)
                        .conv("y", "p", 4, 3)
                        .output("y"))
                .keepsFloatBecause("p", "ceil_mode");
    }

    @Test
    void tablesOfRowsAreReadInEightBits() {
        Network network = network()
                .input("ids", ElementType.INT64, -1, 8)
                .weight("table", 10, 16)
                .node("rows = Gather(table, ids)")
                .matMul("y", "rows", 16, 16)
                .output("y");
        Placement placement = place(network);
        assertThatPlacement(placement, graph).quantizes("rows", "y");
        assertThat(placement.rule(graph.nodes().getFirst()).role()).isEqualTo(Role.TABLE);
    }

    @Test
    void valuesThatABranchCapturesStayAvailableInFloat() {
        Value branched = new Value("b", new TensorType(ElementType.FLOAT, List.of(Dim.symbolic("N"), Dim.of(4))));
        Graph then = new Graph(
                "then",
                List.of(),
                List.of(branched),
                List.of(Node.of("b", "Tanh", List.of("m"), List.of("b"))),
                Map.of(),
                Map.of());
        Graph otherwise = new Graph(
                "else",
                List.of(),
                List.of(branched),
                List.of(Node.of("b", "Relu", List.of("m"), List.of("b"))),
                Map.of(),
                Map.of());
        Network network = network()
                .input("x", -1, 4)
                .input("choose", ElementType.BOOL)
                .matMul("m", "x", 4, 4)
                .matMul("n", "m", 4, 4)
                .node("chosen = If(choose)", "then_branch", then, "else_branch", otherwise)
                .node("y = Sub(n, chosen)")
                .output("y");
        assertThatPlaced(network).quantizes("m", "n").keepsFloatBecause("chosen", "If");
        assertThat(Uses.of(graph).isCaptured("m")).isTrue();
    }

    @Test
    void aReluBehindAPoolSaysWhyItIsNotFused() {
        assertThatPlaced(network()
                        .input("x", -1, 4, 8, 8)
                        .conv("c", "x", 4, 3)
                        .node("p = MaxPool(c)", "kernel_shape", new long[] {2, 2})
                        .node("r = Relu(p)")
                        .conv("y", "r", 4, 3)
                        .output("y"))
                .keepsFloatBecause("r", "no encoding of its own");
    }

    @Test
    void integersAndHalvesAreNotQuantized() {
        assertThatPlaced(network()
                        .input("x", ElementType.INT64, -1, 4)
                        .constant("k", Tensor.ofLongs(new long[] {1, 2, 3, 4}, 4))
                        .node("y = Add(x, k)")
                        .node("z = Cast(y)", "to", 1)
                        .output("z"))
                .keepsFloatBecause("y", "32-bit floating-point");
    }
}
