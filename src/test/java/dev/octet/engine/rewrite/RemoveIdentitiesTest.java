package dev.octet.engine.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Rewrite;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType;
import dev.octet.engine.scheme.ElementType;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RemoveIdentitiesTest {

    @TempDir
    Path scratch;

    private Equality equality;

    @BeforeEach
    void run() {
        equality = new Equality(scratch);
    }

    private List<String> operatorsAfter(Net net) {
        return remove(net.output("y").model()).model().graph().nodes().stream()
                .map(n -> n.op())
                .toList();
    }

    private Rewrite.Result remove(Model model) {
        Rewrite.Result result = new RemoveIdentities().apply(model);
        equality.check(model, result.model(), 0);
        return result;
    }

    private static Net vector() {
        return Net.opset(13).input("x", 2, 3);
    }

    @Test
    void removesAChainBetweenOperations() {
        Model model = vector().node("a = Relu(x)")
                .node("b = Identity(a)")
                .node("c = Dropout(b)")
                .node("d = Cast(c)", "to", 1)
                .node("e = Transpose(d)", "perm", Net.ints(0, 1))
                .node("y = Neg(e)")
                .type("c", ElementType.FLOAT, 2, 3)
                .output("y")
                .model();
        Rewrite.Result result = remove(model);
        assertThat(result.model().graph().nodes()).hasSize(2);
        assertThat(result.notes())
                .containsExactly("removed 1 Cast", "removed 1 Dropout", "removed 1 Identity", "removed 1 Transpose");
        Golden.check("remove-identities", model, result);
    }

    @Test
    void keepsTheNameOfAnOutput() {
        assertThat(operatorsAfter(
                        vector().node("a = Relu(x)").node("b = Identity(a)").node("y = Identity(b)")))
                .containsExactly("Relu");
    }

    @Test
    void keepsAnIdentityBetweenInputAndOutputAndBetweenTwoOutputs() {
        assertThat(operatorsAfter(vector().node("y = Identity(x)"))).containsExactly("Identity");
        assertThat(operatorsAfter(
                        vector().node("a = Relu(x)").node("y = Identity(a)").output("a")))
                .containsExactly("Relu", "Identity");
    }

    @Test
    void handsSeveralOutputsOfOneOperationTheirNames() {
        assertThat(operatorsAfter(vector().node("a, b, c = Split(x)", "axis", 1)
                        .node("y = Identity(a)")
                        .node("z = Identity(b)")
                        .node("u = Identity(b)")
                        .output("z", "u")))
                .containsExactly("Split", "Identity");
    }

    @Test
    void keepsWhatOthersUseBesideTheOutput() {
        assertThat(operatorsAfter(vector().node("a = Relu(x)")
                        .node("y = Identity(a)")
                        .node("z = Neg(a)")
                        .output("z")))
                .containsExactly("Relu", "Neg");
    }

    @Test
    void leavesAConstantSharedWithoutItsIdentity() {
        Rewrite.Result result = remove(vector().weight("w", 3, 3)
                .node("v = Identity(w)")
                .node("h = MatMul(x, v)")
                .node("y = MatMul(h, w)")
                .output("y")
                .model());
        assertThat(result.model().graph().initializers()).containsOnlyKeys("w");
    }

    @Test
    void redirectsASubgraphThatCaptures() {
        Graph body = Net.opset(13)
                .node("inner = Neg(b)")
                .graph()
                .withOutputs(List.of(new Value("inner", new ValueType.TensorType(ElementType.FLOAT, null))));
        assertThat(operatorsAfter(vector().constant("yes", Tensor.ofBytes(ElementType.BOOL, new byte[] {1}))
                        .node("a = Relu(x)")
                        .node("b = Identity(a)")
                        .node("y = If(yes)", "then_branch", body, "else_branch", body)))
                .containsExactly("Relu", "If");
    }

    @Test
    void keepsWhatChangesItsInputOrIsNotProven() {
        assertThat(operatorsAfter(vector().longs("shape", 2, 3)
                        .longs("other", 3, 2)
                        .constant("yes", Tensor.ofBytes(ElementType.BOOL, new byte[] {0}))
                        .node("a = Cast(x)", "to", 11)
                        .node("b = Cast(a)", "to", 1)
                        .node("c = Transpose(b)")
                        .node("d = Reshape(c, shape)")
                        .node("e = Reshape(x, other)")
                        .node("f = Reshape(e, shape)")
                        .node("y = Add(d, f)")))
                .containsExactly("Cast", "Cast", "Transpose", "Reshape", "Reshape", "Reshape", "Add");
    }

    @Test
    void removesAReshapeOfAnInputToItsOwnShape() {
        assertThat(operatorsAfter(vector().longs("shape", 0, -1)
                        .node("a = Reshape(x, shape)")
                        .node("y = Relu(a)")))
                .containsExactly("Relu");
    }

    @Test
    void removesPaddingByNothing() {
        assertThat(operatorsAfter(
                        vector().longs("p", 0, 0, 0, 0).node("a = Pad(x, p)").node("y = Relu(a)")))
                .containsExactly("Relu");
    }

    @Test
    void keepsADropoutWhoseMaskIsUsedOrThatTrains() {
        assertThat(operatorsAfter(vector().node("a, m = Dropout(x)")
                        .node("n = Cast(m)", "to", 1)
                        .node("y = Add(a, n)")))
                .contains("Dropout");
        Model training = vector().constant("ratio", Tensor.ofFloats(new float[] {0.5f}))
                .constant("yes", Tensor.ofBytes(ElementType.BOOL, new byte[] {1}))
                .node("a = Dropout(x, ratio, yes)")
                .node("y = Relu(a)")
                .output("y")
                .model();
        assertThat(new RemoveIdentities().apply(training).model()).isSameAs(training);
    }

    @Test
    void removesWhatNobodyTakes() {
        Model model = Net.opset(13)
                .input("x", 1, 3)
                .node("y = Relu(x)")
                .node("a = Sigmoid(y)")
                .node("b, c = Split(a)", "axis", 1)
                .output("y")
                .model();
        Rewrite.Result result = new RemoveIdentities().apply(model);
        assertThat(result.model().graph().nodes()).singleElement().matches(node -> node.is("Relu"));
        assertThat(result.notes()).containsExactly("removed 2 nodes whose results nobody takes");
    }

    @Test
    void saysSoWhereThereIsNone() {
        Model model = vector().node("y = Relu(x)").output("y").model();
        assertThat(new RemoveIdentities().apply(model).notes())
                .containsExactly("skipped: every operation changes its input and is needed");
    }
}
