package dev.octet.engine.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Bytes;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Rewrite;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType;
import dev.octet.engine.scheme.ElementType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaterializeConstantsTest {

    @TempDir
    Path scratch;

    @Test
    void turnsEveryDenseFormIntoAnInitializerOfTheSameName() {
        Model model = Net.opset(13)
                .input("x", 2, 3)
                .node("w = Constant()", "value", Net.random(1, ElementType.FLOAT, 3, 3))
                .node("f = Constant()", "value_float", 2.5f)
                .node("fs = Constant()", "value_floats", new float[] {1, 2, 3})
                .node("i = Constant()", "value_int", 1)
                .node("is = Constant()", "value_ints", Net.ints(2, 3))
                .node("m = MatMul(x, w)")
                .node("a = Add(m, f)")
                .node("b = Mul(a, fs)")
                .node("r = Reshape(b, is)")
                .node("y = Gather(r, i)", "axis", 1)
                .output("y")
                .model();
        Rewrite.Result result = new MaterializeConstants().apply(model);
        assertThat(result.model().graph().initializers()).containsOnlyKeys("w", "f", "fs", "i", "is");
        assertThat(result.model().graph().nodes()).noneMatch(n -> n.is("Constant"));
        new Equality(scratch).check(model, result.model(), 0);
        Golden.check("materialize-constants", model, result);
    }

    @Test
    void readsStrings() {
        Graph graph = Net.opset(13)
                .node("s = Constant()", "value_string", "hello")
                .node(
                        "ss = Constant()",
                        "value_strings",
                        new Attribute.OfStrings(List.of(Bytes.utf8("a"), Bytes.utf8("b"))))
                .node("y = Concat(s, ss)", "axis", 0)
                .output(ElementType.STRING, "y")
                .graph();
        Map<String, Tensor> constants = new MaterializeConstants()
                .apply(new Model(graph, Map.of("", 13L), List.of(), Map.of(), ""))
                .model()
                .graph()
                .initializers();
        assertThat(constants.get("s").rank()).isZero();
        assertThat(constants.get("ss").strings()).containsExactly(Bytes.utf8("a"), Bytes.utf8("b"));
    }

    @Test
    void leavesAConstantThatIsAnOutput() {
        Model model = Net.opset(13)
                .node("y = Constant()", "value_float", 2f)
                .output("y")
                .model();
        Rewrite.Result result = new MaterializeConstants().apply(model);
        assertThat(result.model()).isSameAs(model);
        assertThat(result.notes()).anyMatch(note -> note.equals("skipped y_node: it is an output of the graph"));
    }

    @Test
    void leavesSparseValues() {
        Node sparse = new Node(
                "s",
                "",
                "Constant",
                List.of(),
                List.of("w"),
                Map.of("sparse_value", new Attribute.Opaque(Bytes.utf8("?"))));
        Graph graph =
                Net.opset(13).input("x", 2).node("y = Add(x, w)").output("y").graph();
        Model model = new Model(
                graph.withNodes(List.of(sparse, graph.nodes().getFirst())), Map.of("", 13L), List.of(), Map.of(), "");
        Rewrite.Result result = new MaterializeConstants().apply(model);
        assertThat(result.model()).isSameAs(model);
        assertThat(result.notes()).contains("skipped s: its value is not a dense tensor");
    }

    @Test
    void reachesIntoTheBodiesOfIf() {
        Model model = Net.opset(13)
                .input("x", 2, 3)
                .constant("yes", Tensor.ofBytes(ElementType.BOOL, new byte[] {1}))
                .node("y = If(yes)", "then_branch", branch("t", 2f), "else_branch", branch("e", 3f))
                .output("y")
                .model();
        Rewrite.Result result = new MaterializeConstants().apply(model);
        assertThat(result.notes()).containsExactly("2 Constant nodes became initializers");
        assertThat(result.model().graph().nodes().getFirst().subgraphs())
                .allMatch(
                        body -> body.nodes().size() == 1 && body.initializers().size() == 1);
        new Equality(scratch).check(model, result.model(), 0);
    }

    private static Graph branch(String name, float factor) {
        Graph graph = Net.opset(13)
                .node(name + "_c = Constant()", "value_float", factor)
                .node(name + "_y = Mul(x, " + name + "_c)")
                .graph();
        return graph.withOutputs(List.of(new Value(name + "_y", new ValueType.TensorType(ElementType.FLOAT, null))));
    }
}
