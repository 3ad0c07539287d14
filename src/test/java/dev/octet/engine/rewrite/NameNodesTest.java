package dev.octet.engine.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Rewrite;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType;
import dev.octet.engine.scheme.ElementType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NameNodesTest {

    private static Model named(String... names) {
        Net net = Net.opset(13).input("v0", 2, 3);
        for (int i = 0; i < names.length; i++) {
            net.node("v" + (i + 1) + " = Relu(v" + i + ")");
        }
        Graph graph = net.output("v" + names.length).graph();
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < names.length; i++) {
            nodes.add(graph.nodes().get(i).withName(names[i]));
        }
        return net.model().withGraph(graph.withNodes(nodes));
    }

    private static List<String> names(Rewrite.Result result) {
        return result.model().graph().nodes().stream().map(Node::name).toList();
    }

    @Test
    void givesUnnamedAndDuplicateNodesNamesOfTheirOwn() {
        Rewrite.Result result = new NameNodes().apply(named("a", "", "a", "b", "a", ""));
        assertThat(names(result)).containsExactly("a", "Relu_v2", "a_1", "b", "a_2", "Relu_v6");
        assertThat(result.notes()).containsExactly("4 nodes had no name of their own and got one");
    }

    @Test
    void takesNoNameThatALaterNodeHas() {
        assertThat(names(new NameNodes().apply(named("a", "a", "a_1", "", "Relu_v4"))))
                .containsExactly("a", "a_2", "a_1", "Relu_v4_1", "Relu_v4");
    }

    @Test
    void givesTheSameNamesEachTimeAndNothingTheSecondTime() {
        Model model = named("", "x", "x");
        Rewrite.Result first = new NameNodes().apply(model);
        assertThat(names(new NameNodes().apply(model))).isEqualTo(names(first));
        Rewrite.Result second = new NameNodes().apply(first.model());
        assertThat(second.model()).isSameAs(first.model());
        assertThat(second.notes()).containsExactly("skipped: all nodes have names of their own");
    }

    @Test
    void countsTheNodesOfBodies() {
        Graph body = Net.opset(13)
                .node("inner = Relu(x)")
                .graph()
                .withOutputs(List.of(new Value("inner", new ValueType.TensorType(ElementType.FLOAT, null))));
        Model model = Net.opset(13)
                .input("x", 2)
                .constant("yes", Tensor.ofBytes(ElementType.BOOL, new byte[] {1}))
                .node("y = If(yes)", "then_branch", body, "else_branch", body)
                .output("y")
                .model();
        assertThat(new NameNodes()
                        .apply(model)
                        .model()
                        .graph()
                        .nodes()
                        .getFirst()
                        .subgraphs())
                .flatExtracting(Graph::nodes)
                .extracting(Node::name)
                .containsExactly("inner_node", "inner_node_1");
    }
}
