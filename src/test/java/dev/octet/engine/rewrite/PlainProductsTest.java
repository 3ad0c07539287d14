package dev.octet.engine.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Rewrite;
import dev.octet.engine.rewrite.plain.EinsumToMatMul;
import dev.octet.engine.rewrite.plain.PlainGemm;
import dev.octet.engine.rewrite.plain.UnfuseOperators;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Products and convolutions in the runtime's own forms against those that they become. */
class PlainProductsTest {

    private static final double BOUND = 2e-6;

    @TempDir
    Path scratch;

    private Equality equality;

    @BeforeEach
    void run() {
        equality = new Equality(scratch);
    }

    /** The operators that {@code rewrite} makes of {@code net}, which computes the same. */
    private List<String> operators(Rewrite rewrite, Net net) {
        Model model = net.output("y").model();
        Rewrite.Result result = rewrite.apply(model);
        equality.check(model, result.model(), BOUND);
        return result.model().graph().nodes().stream()
                .map(node -> (node.domain().isEmpty() ? "" : node.domain() + ".") + node.op())
                .toList();
    }

    private static Net image() {
        return Net.opset(13).input("x", 2, 3, 6, 6).weight("w", 4, 3, 3, 3).weight("b", 4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Relu", "Tanh", "Sigmoid"})
    void aFusedConvolutionBecomesConvolutionAndActivation(String activation) {
        assertThat(operators(
                        new UnfuseOperators(),
                        image().node(
                                        "y = com.microsoft:FusedConv(x, w, b)",
                                        "activation",
                                        activation,
                                        "pads",
                                        Net.ints(1, 1, 1, 1),
                                        "strides",
                                        Net.ints(2, 2))))
                .containsExactly("Conv", activation);
    }

    @Test
    void parametersOfActivationsAndWhatIsAddedBeforeStay() {
        assertThat(operators(
                        new UnfuseOperators(),
                        image().node(
                                        "y = com.microsoft:FusedConv(x, w, b)",
                                        "activation",
                                        "Clip",
                                        "activation_params",
                                        new float[] {-0.5f, 0.5f})))
                .containsExactly("Conv", "Clip");
        assertThat(operators(
                        new UnfuseOperators(),
                        image().node(
                                        "y = com.microsoft:FusedConv(x, w)",
                                        "activation",
                                        "LeakyRelu",
                                        "activation_params",
                                        new float[] {0.3f})))
                .containsExactly("Conv", "LeakyRelu");
        assertThat(operators(
                        new UnfuseOperators(),
                        image().node("z = Conv(x, w)")
                                .node("y = com.microsoft:FusedConv(x, w, b, z)", "activation", "Relu")))
                .containsExactly("Conv", "Conv", "Add", "Relu");
    }

    @Test
    void aFusedProductBecomesPlain() {
        Net matrix = Net.opset(13).input("x", 4, 6).weight("w", 5, 6).weight("c", 5);
        assertThat(operators(
                        new UnfuseOperators(),
                        matrix.node(
                                "y = com.microsoft:FusedGemm(x, w, c)",
                                "transB",
                                1,
                                "alpha",
                                0.5f,
                                "activation",
                                "LeakyRelu",
                                "activation_alpha",
                                0.2f)))
                .containsExactly("Gemm", "LeakyRelu");
        assertThat(operators(
                        new UnfuseOperators(),
                        Net.opset(13)
                                .input("x", 2, 4, 6)
                                .weight("w", 5, 6)
                                .node("y = com.microsoft:FusedMatMul(x, w)", "transB", 1, "alpha", 0.5f)))
                .containsExactly("Transpose", "Mul", "MatMul");
    }

    @Test
    void aProductOfTwoActivationsStaysFused() {
        assertThat(operators(
                        new UnfuseOperators(),
                        Net.opset(13)
                                .input("x", 2, 4, 6)
                                .input("z", 2, 5, 6)
                                .node("y = com.microsoft:FusedMatMul(x, z)", "transB", 1)))
                .containsExactly("com.microsoft.FusedMatMul");
    }

    private static Net rows(long... bias) {
        return Net.opset(13).input("x", 4, 6).weight("w", 6, 5).weight("c", bias);
    }

    @ParameterizedTest
    @CsvSource({"0.5, 1", "1, 2", "-2, 0", "0.25, 3"})
    void factorsGoIntoWeightsAndBias(float alpha, float beta) {
        Net net = rows(5).node("y = Gemm(x, w, c)", "alpha", alpha, "beta", beta);
        assertThat(operators(new PlainGemm(), net)).containsExactly("Gemm");
        Node gemm = new PlainGemm().apply(net.model()).model().graph().nodes().getFirst();
        assertThat(gemm.attributes()).doesNotContainKeys("alpha", "beta");
    }

    @Test
    void oneNumberOrOneRowOfBiasBecomesOneNumberAColumn() {
        for (Net net : List.of(rows(), rows(1), rows(1, 5), rows(1, 1))) {
            net.node("y = Gemm(x, w, c)", "beta", 2f);
            assertThat(operators(new PlainGemm(), net)).containsExactly("Gemm");
            Model plain = new PlainGemm().apply(net.model()).model();
            assertThat(plain.graph()
                            .constant(plain.graph().nodes().getFirst().input(2))
                            .orElseThrow()
                            .dims())
                    .containsExactly(5);
        }
    }

    @Test
    void aBiasOfManyRowsOrAComputedOneIsAddedBehind() {
        assertThat(operators(new PlainGemm(), rows(4, 5).node("y = Gemm(x, w, c)", "beta", 0.5f)))
                .containsExactly("Gemm", "Mul", "Add");
        assertThat(operators(new PlainGemm(), rows(4, 1).node("y = Gemm(x, w, c)")))
                .containsExactly("Gemm", "Add");
        assertThat(operators(
                        new PlainGemm(),
                        rows(5).node("k = Sigmoid(x2)").input("x2", 4, 5).node("y = Gemm(x, w, k)")))
                .containsExactly("Sigmoid", "Gemm", "Add");
    }

    @Test
    void aTransposedInputIsTransposedBefore() {
        assertThat(operators(
                        new PlainGemm(),
                        Net.opset(13)
                                .input("x", 6, 4)
                                .weight("w", 5, 6)
                                .weight("c", 5)
                                .node("y = Gemm(x, w, c)", "transA", 1, "transB", 1)))
                .containsExactly("Transpose", "Gemm");
    }

    @Test
    void aPlainGemmAndOneOfTwoActivationsStay() {
        assertThat(new PlainGemm()
                        .apply(rows(5).node("y = Gemm(x, w, c)").model())
                        .notes())
                .containsExactly("skipped: every Gemm with constant weights is plain");
        Net both = Net.opset(13).input("x", 4, 6).input("w", 6, 5).node("y = Gemm(x, w)", "alpha", 2f);
        assertThat(operators(new PlainGemm(), both)).containsExactly("Gemm");
    }

    @ParameterizedTest
    @CsvSource({
        "'bij,jk->bik', MatMul",
        "'bij, jk -> bik', MatMul",
        "'...j,jk->...k', MatMul",
        "'bij,kj->bik', Transpose+MatMul",
        "'bij,jk->bki', Einsum",
        "'bij,jk->ik', Einsum",
        "'bij,kj->bi', Einsum"
    })
    void anEinsumWithAConstantMatrixIsWrittenAsTheProductThatItIs(String equation, String expected) {
        boolean transposed = equation.contains("kj");
        Net net = Net.opset(13)
                .input("x", 2, 3, 4)
                .weight("w", transposed ? 5 : 4, transposed ? 4 : 5)
                .node("y = Einsum(x, w)", "equation", equation);
        assertThat(String.join("+", operators(new EinsumToMatMul(), net))).isEqualTo(expected);
    }
}
