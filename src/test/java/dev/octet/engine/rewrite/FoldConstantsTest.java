package dev.octet.engine.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.GraphRunner;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Rewrite;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType;
import dev.octet.engine.scheme.ElementType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldConstantsTest {

    @TempDir
    Path scratch;

    private Equality equality;

    @BeforeEach
    void run() {
        equality = new Equality(scratch);
    }

    private Rewrite.Result fold(Net net) {
        Model model = net.model();
        Rewrite.Result result = new FoldConstants(equality.runner()).apply(model);
        equality.check(model, result.model(), 0);
        return result;
    }

    private static List<String> operators(Rewrite.Result result) {
        return result.model().graph().nodes().stream().map(n -> n.op()).toList();
    }

    @Test
    void turnsAWeightBehindTransposeReshapeAndCastIntoAnInitializer() {
        Net net = Net.opset(13)
                .input("x", 2, 6)
                .constant("w", Net.random(1, ElementType.FLOAT16, 4, 2, 3))
                .longs("shape", 4, 6)
                .node("r = Reshape(w, shape)")
                .node("t = Transpose(r)", "perm", Net.ints(1, 0))
                .node("c = Cast(t)", "to", 1)
                .node("y = MatMul(x, c)")
                .output("y");
        Rewrite.Result result = fold(net);
        assertThat(operators(result)).containsExactly("MatMul");
        assertThat(result.model().graph().initializers()).containsOnlyKeys("c");
        Golden.check("fold-constants", net.model(), result);
    }

    @Test
    void keepsAnInitializerSharedThatIsUsedAsItIsAndTransposed() {
        Rewrite.Result result = fold(Net.opset(13)
                .input("x", ElementType.INT64, 2)
                .weight("table", 300, 64)
                .node("e = Gather(table, x)")
                .node("t = Transpose(table)")
                .node("y = MatMul(e, t)")
                .output("y"));
        assertThat(operators(result)).containsExactly("Gather", "Transpose", "MatMul");
        assertThat(result.notes())
                .containsExactly("skipped t: it is another form of table, which is also used as it is");
    }

    @Test
    void storesEqualResultsOnce() {
        Rewrite.Result result = fold(Net.opset(13)
                .input("x", 2, 64)
                .weight("w", 64, 64)
                .node("a = Transpose(w)")
                .node("b = Transpose(w)")
                .node("h = MatMul(x, a)")
                .node("y = MatMul(h, b)")
                .output("y"));
        assertThat(operators(result)).containsExactly("MatMul", "MatMul");
        assertThat(result.model().graph().initializers()).hasSize(1);
    }

    @Test
    void foldsBothResultsOfASplit() {
        Rewrite.Result result = fold(Net.opset(13)
                .input("x", 2, 4)
                .weight("w", 4, 6)
                .node("a, b = Split(w)", "axis", 1)
                .node("p = MatMul(x, a)")
                .node("q = MatMul(x, b)")
                .node("y = Add(p, q)")
                .output("y"));
        assertThat(operators(result)).containsExactly("MatMul", "MatMul", "Add");
    }

    @Test
    void keepsANodeOfWhichOneResultIsRefused() {
        Rewrite.Result result = fold(Net.opset(13)
                .input("x", 2, 300)
                .weight("w", 300, 200)
                .longs("sizes", 190, 10)
                .node("a, b = Split(w, sizes)", "axis", 1)
                .node("n = Neg(b)")
                .node("p = MatMul(x, a)")
                .node("q = MatMul(x, n)")
                .node("r = MatMul(x, w)")
                .node("t = Concat(p, q, r)", "axis", 1)
                .node("y = Relu(t)")
                .output("y"));
        assertThat(operators(result)).contains("Split", "Neg");
        assertThat(result.notes()).containsExactly("skipped a: it is another form of w, which is also used as it is");
    }

    @Test
    void leavesTheProducerOfAnOutput() {
        Rewrite.Result result = fold(Net.opset(13)
                .input("x", 2, 3)
                .weight("w", 3, 2)
                .node("n = Neg(w)")
                .node("t = Transpose(n)")
                .node("z = Add(x, t)")
                .output("z", "t"));
        assertThat(operators(result)).containsExactly("Transpose", "Add");
        assertThat(result.model().graph().initializers()).containsOnlyKeys("n");
    }

    @Test
    void leavesWhatTheCallerMayOverride() {
        Rewrite.Result result = fold(Net.opset(13)
                .input("x", 2, 3)
                .input("w", 3, 2)
                .weight("w", 3, 2)
                .node("t = Transpose(w)")
                .node("y = Add(x, t)")
                .output("y"));
        assertThat(operators(result)).containsExactly("Transpose", "Add");
        assertThat(result.notes()).containsExactly("skipped: nothing depends on constants alone");
    }

    @Test
    void evaluatesWhereAnOptionalInputIsLeftOut() {
        Rewrite.Result result = fold(Net.opset(13)
                .input("x", 2, 3)
                .weight("w", 2, 3)
                .constant("max", Tensor.ofFloats(new float[] {0.5f}))
                .node("c = Clip(w, , max)")
                .node("y = Add(x, c)")
                .output("y"));
        assertThat(operators(result)).containsExactly("Add");
    }

    @Test
    void leavesChanceAlone() {
        Model model = Net.opset(13)
                .input("x", 2, 3)
                .weight("w", 2, 3)
                .node("r = RandomNormalLike(w)")
                .node("y = Add(x, r)")
                .output("y")
                .model();
        assertThat(new FoldConstants(equality.runner()).apply(model).model()).isSameAs(model);
    }

    @Test
    void foldsAValueThatASubgraphCapturesUnderItsName() {
        Graph body = Net.opset(13)
                .node("inner = Add(x, t)")
                .graph()
                .withOutputs(List.of(new Value("inner", new ValueType.TensorType(ElementType.FLOAT, null))));
        Rewrite.Result result = fold(Net.opset(13)
                .input("x", 2, 3)
                .weight("w", 3, 2)
                .constant("yes", Tensor.ofBytes(ElementType.BOOL, new byte[] {1}))
                .node("t = Transpose(w)")
                .node("y = If(yes)", "then_branch", body, "else_branch", body)
                .output("y"));
        assertThat(operators(result)).containsExactly("If");
        assertThat(result.model().graph().initializers()).containsOnlyKeys("t", "yes");
    }

    @Test
    void neverRunsWhatCouldGrowWithoutBound() {
        GraphRunner forbidden = new GraphRunner() {
            @Override
            public Map<String, Tensor> run(Model model, Map<String, Tensor> inputs, Set<String> outputs) {
                throw new AssertionError("ran " + outputs);
            }

            @Override
            public Map<String, ValueType> types(Model model) {
                throw new AssertionError();
            }
        };
        Model model = Net.opset(13)
                .input("x", 2, 3)
                .longs("huge", 1L << 40, 1L << 40)
                .longs("overflow", 1L << 32, 1L << 32)
                .weight("column", 40000, 1)
                .weight("row", 1, 40000)
                .node("a = ConstantOfShape(huge)")
                .node("b = ConstantOfShape(overflow)")
                .node("c = MatMul(column, row)")
                .node("d = Add(column, row)")
                .node("e = Expand(row, huge)")
                .node("f = Sum(x, a, b, c, d, e)")
                .output("f")
                .model();
        assertThat(new FoldConstants(forbidden).apply(model).model()).isSameAs(model);
    }

    @Test
    void leavesResultsMuchLargerThanWhatTheyAreMadeFrom() {
        Rewrite.Result result = fold(Net.opset(13)
                .input("x", 1, 1)
                .longs("shape", 200, 200)
                .weight("w", 200, 1)
                .node("e = Expand(w, shape)")
                .node("y = Add(x, e)")
                .output("y"));
        assertThat(operators(result)).containsExactly("Expand", "Add");
        assertThat(result.notes()).containsExactly("skipped e: its 160000 bytes are made from only 816");
    }

    @Test
    void foldsAShapeComputationRoundByRound() {
        Rewrite.Result result = fold(Net.opset(13)
                .input("x", 2, 12)
                .weight("w", 3, 4)
                .longs("two", 2)
                .node("s = Shape(w)")
                .node("c = Concat(two, s)", "axis", 0)
                .node("o = ConstantOfShape(s)", "value", Tensor.ofFloats(new float[] {2}, 1))
                .node("r = Reshape(x, c)")
                .node("y = Mul(r, o)")
                .output("y"));
        assertThat(operators(result)).containsExactly("Reshape", "Mul");
    }
}
