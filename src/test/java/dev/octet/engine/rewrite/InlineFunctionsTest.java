package dev.octet.engine.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Function;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Rewrite;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.rewrite.inline.InlineFunctions;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Inlined models against ONNX Runtime's own execution of the functions. */
class InlineFunctionsTest {

    private static final int FLOAT = 1;
    private static final int TENSOR = 4;

    @TempDir
    Path scratch;

    private static Function function(String name, String inputs, String outputs, Net body) {
        return function(name, inputs, outputs, body, Map.of());
    }

    private static Function function(
            String name, String inputs, String outputs, Net body, Map<String, Attribute> defaults) {
        return new Function(
                "own",
                name,
                List.of(inputs.split(" ")),
                List.of(outputs.split(" ")),
                List.of("slope", "table"),
                defaults,
                body.graph().nodes(),
                Map.of("", 17L, "own", 1L));
    }

    private static Net body() {
        return Net.opset(17);
    }

    private static Model with(Net net, Function... functions) {
        Model model = net.model();
        Map<String, Long> opsets = new LinkedHashMap<>(model.opsets());
        opsets.put("own", 1L);
        return new Model(model.graph(), opsets, List.of(functions), Map.of(), "test");
    }

    private Rewrite.Result inlined(Model model) {
        Rewrite.Result result = new InlineFunctions().apply(model);
        new Equality(scratch).check(model, result.model(), 0);
        assertThat(result.model().functions()).isEmpty();
        return result;
    }

    private static List<Node> all(Graph graph) {
        List<Node> nodes = new ArrayList<>(graph.nodes());
        graph.nodes().forEach(n -> n.subgraphs().forEach(body -> nodes.addAll(all(body))));
        return nodes;
    }

    /** y = LeakyRelu(x · w), with its slope handed on. */
    private static Function dense(Map<String, Attribute> defaults) {
        return function(
                "Dense",
                "a b",
                "c",
                body().node("p = MatMul(a, b)")
                        .node("c = LeakyRelu(p)", "alpha", new Attribute.Reference("slope", FLOAT)),
                defaults);
    }

    @Test
    void callsBecomeTheBodiesOfTheirFunctions() {
        Model model = with(
                Net.opset(17)
                        .input("x", -1, 4)
                        .weight("w1", 4, 6)
                        .weight("w2", 6, 3)
                        .node("h = own:Dense(x, w1)", "slope", 0.25f)
                        .node("y = own:Dense(h, w2)", "slope", 0.5f)
                        .output("y"),
                dense(Map.of()));
        Rewrite.Result result = inlined(model);
        Golden.check("inline-functions", model, result);
        assertThat(result.model().graph().nodes())
                .extracting(Node::name)
                .containsExactly("h_node/p_node", "h_node/c_node", "y_node/p_node", "y_node/c_node");
        assertThat(result.notes()).containsExactly("inlined 2 calls of own.Dense");
    }

    @Test
    void attributesLeftOutTakeTheDefaultOfTheFunctionOrOfTheOperator() {
        Net calls = Net.opset(17)
                .input("x", -1, 4)
                .weight("w", 4, 6)
                .node("y = own:Dense(x, w)")
                .output("y");
        Model given = inlined(with(calls, dense(Map.of("slope", Attribute.of(0.75f)))))
                .model();
        assertThat(given.graph().nodes().getLast().floatAttribute("alpha", 0)).isEqualTo(0.75f);
        Model none = inlined(with(calls, dense(Map.of()))).model();
        assertThat(none.graph().nodes().getLast().attributes()).isEmpty();
    }

    @Test
    void functionsThatCallFunctionsHandTheirAttributesOn() {
        Function block = function(
                "Block",
                "a b",
                "o",
                body().node("w = Constant()", "value", new Attribute.Reference("table", TENSOR))
                        .node("h = own:Dense(a, b)", "slope", new Attribute.Reference("slope", FLOAT))
                        .node("o = own:Dense(h, w)", "slope", 0.125f));
        Model model = with(
                Net.opset(17)
                        .input("x", -1, 4)
                        .weight("w", 4, 6)
                        .node(
                                "y = own:Block(x, w)",
                                "slope",
                                0.5f,
                                "table",
                                new Attribute.OfTensor(Net.random(5, ElementType.FLOAT, 6, 2)))
                        .output("y"),
                block,
                dense(Map.of("slope", Attribute.of(0.75f))));
        Model result = inlined(model).model();
        assertThat(result.graph().nodes())
                .extracting(Node::op)
                .containsExactly("Constant", "MatMul", "LeakyRelu", "MatMul", "LeakyRelu");
        assertThat(result.graph().nodes().get(2).floatAttribute("alpha", 0)).isEqualTo(0.5f);
        assertThat(result.graph().nodes())
                .extracting(Node::name)
                .contains("y_node/h_node/p_node", "y_node/o_node/p_node");
    }

    @Test
    void callsInsideOfBranchesAndBranchesInsideOfFunctions() {
        Graph then =
                body().node("t1 = own:Dense(x, w)", "slope", 0.5f).output("t1").graph();
        Graph otherwise = body().node("e = Abs(a)").output("e").graph();
        Graph scaled = body().node("s = LeakyRelu(a)", "alpha", new Attribute.Reference("slope", FLOAT))
                .output("s")
                .graph();
        Function choose = function(
                "Choose", "c a", "o", body().node("o = If(c)", "then_branch", scaled, "else_branch", otherwise));
        Graph plain = body().node("t2 = MatMul(x, w)").output("t2").graph();
        Model model = with(
                Net.opset(17)
                        .input("x", 2, 4)
                        .weight("w", 4, 4)
                        .floats("zero", 0)
                        .node("sum = ReduceSum(x)", "keepdims", 0)
                        .node("c1 = Greater(sum, zero)")
                        .node("c = Squeeze(c1)")
                        .node("h = If(c)", "then_branch", then, "else_branch", plain)
                        .node("y1 = own:Choose(c, h)", "slope", 0.25f)
                        .node("n = Not(c)")
                        .node("y2 = own:Choose(n, h)", "slope", 0.5f)
                        .output("y1", "y2"),
                choose,
                dense(Map.of()));
        Model result = inlined(model).model();
        List<Node> nodes = all(result.graph());
        assertThat(nodes).extracting(Node::domain).containsOnly("");
        assertThat(nodes).extracting(Node::name).doesNotHaveDuplicates();
        assertThat(nodes.stream().flatMap(n -> n.outputs().stream())).doesNotHaveDuplicates();
    }

    @Test
    void inputsMayBeLeftOut() {
        Function clip = function("Bound", "a lo hi", "o", body().node("o = Clip(a, lo, hi)"));
        Model model = with(
                Net.opset(17)
                        .input("x", -1, 4)
                        .constant("top", Tensor.ofFloats(new float[] {0.25f}).reshaped())
                        .node("y = own:Bound(x, , top)")
                        .node("z = own:Bound(x, top)")
                        .output("y", "z"),
                clip);
        assertThat(inlined(model).model().graph().nodes())
                .extracting(Node::inputs)
                .containsExactly(List.of("x", "", "top"), List.of("x", "top", ""));
    }

    @Test
    void outputsMayBeLeftOutAndInputsHandedThrough() {
        Function split = function("Split", "a b", "o a", body().node("o = Sub(a, b)"));
        Model model =
                with(Net.opset(17).input("x", 3).node(", y = own:Split(x, x)").output("y"), split);
        assertThat(new InlineFunctions().apply(model).model().graph().nodes())
                .extracting(Node::op, Node::inputs, Node::outputs)
                .containsExactly(
                        tuple("Sub", List.of("x", "x"), List.of("_node/o")),
                        tuple("Identity", List.of("x"), List.of("y")));
    }

    @Test
    void namesThatTheModelHasAlreadyAreNotTakenAgain() {
        Model model = with(
                Net.opset(17)
                        .input("x", -1, 4)
                        .weight("w", 4, 4)
                        .node("y_node/p = Abs(x)")
                        .node("y = own:Dense(y_node/p, w)")
                        .output("y"),
                dense(Map.of()));
        assertThat(inlined(model).model().graph().nodes().stream().flatMap(n -> n.outputs().stream()))
                .containsExactly("y_node/p", "y_node/p_1", "y");
    }

    @Test
    void whatAFunctionImportsTheModelImportsToo() {
        Function gelu = new Function(
                "own",
                "Act",
                List.of("a"),
                List.of("b"),
                List.of(),
                Map.of(),
                body().node("b = com.microsoft:Gelu(a)").graph().nodes(),
                Map.of("", 17L, "com.microsoft", 1L));
        Model full = with(Net.opset(17).input("x", 3).node("y = own:Act(x)").output("y"), gelu);
        Model model = new Model(full.graph(), Map.of("", 17L, "own", 1L), full.functions(), Map.of(), "test");
        assertThat(new InlineFunctions().apply(model).model().opsets()).containsEntry("com.microsoft", 1L);
    }

    @Test
    void aFunctionThatReachesItselfIsRefusedWithItsWay() {
        Function a = function("A", "x", "y", body().node("y = own:B(x)"));
        Function b = function("B", "x", "y", body().node("y = own:A(x)"));
        Model model = with(Net.opset(17).input("x", 3).node("y = own:A(x)").output("y"), a, b);
        assertThatThrownBy(() -> new InlineFunctions().apply(model))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.fault()).isEqualTo(Fault.MODEL_MALFORMED))
                .hasMessageContaining("own.A calls itself: own.A -> own.B -> own.A");
    }

    @Test
    void moreInputsThanAFunctionTakesAreRefused() {
        Model model =
                with(Net.opset(17).input("x", 3).node("y = own:Dense(x, x, x)").output("y"), dense(Map.of()));
        assertThatThrownBy(() -> new InlineFunctions().apply(model))
                .hasMessageContaining(
                        "node 'y_node' has 3 inputs and 1 outputs, function own.Dense takes 2 and gives 1");
    }

    @Test
    void aModelWithoutFunctionsIsLeftAlone() {
        Model model =
                Net.opset(17).input("x", 3).node("y = Relu(x)").output("y").model();
        assertThat(new InlineFunctions().apply(model).model()).isSameAs(model);
    }
}
