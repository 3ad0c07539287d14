package dev.octet.engine.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.rewrite.inline.InlineBranches;
import dev.octet.engine.scheme.ElementType;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InlineBranchesTest {

    @TempDir
    Path scratch;

    private Graph inlined(Model model) {
        Model result = new InlineBranches().apply(model).model();
        new Equality(scratch).check(model, result, 0);
        return result.graph();
    }

    private static Net choice(byte condition, Graph then, Graph otherwise) {
        return Net.opset(17)
                .input("x", 3, 4)
                .constant("c", Tensor.ofBytes(ElementType.BOOL, new byte[] {condition}))
                .node("y, z = If(c)", "then_branch", then, "else_branch", otherwise)
                .output("y", "z");
    }

    @ParameterizedTest
    @ValueSource(bytes = {0, 1})
    void theBranchThatAConstantChoosesTakesThePlace(byte condition) {
        Graph then = Net.opset(17)
                .weight("w", 4, 4)
                .node("t = MatMul(x, w)")
                .node("u = Relu(t)")
                .output("u", "t")
                .graph();
        Graph other = Net.opset(17)
                .weight("w", 4)
                .node("e = Add(x, w)")
                .node("f = Neg(e)")
                .output("e", "f")
                .graph();
        Graph graph = inlined(choice(condition, then, other).model());
        assertThat(graph.nodes())
                .extracting(Node::op)
                .containsExactly(condition == 1 ? new String[] {"MatMul", "Relu"} : new String[] {"Add", "Neg"});
        assertThat(graph.nodes()).extracting(Node::name).allMatch(name -> name.startsWith("y_node/"));
    }

    @Test
    void branchesInsideOfBranchesAndConstantsThatAreTheirOutputs() {
        Graph innermost = Net.opset(17).node("n = Abs(x)").output("n").graph();
        Graph then = Net.opset(17)
                .weight("k", 2)
                .node("t = If(c)", "then_branch", innermost, "else_branch", innermost)
                .output("t", "k")
                .graph();
        Graph graph = inlined(choice((byte) 1, then, then).model());
        assertThat(graph.nodes()).extracting(Node::op).containsExactly("Abs", "Identity");
    }

    @Test
    void whatTheInputChoosesStays() {
        Graph then = Net.opset(17).node("t = Abs(x)").output("t").graph();
        Model model = Net.opset(17)
                .input("x", 3)
                .input("c", ElementType.BOOL)
                .node("y = If(c)", "then_branch", then, "else_branch", then)
                .output("y")
                .model();
        assertThat(new InlineBranches().apply(model).model()).isSameAs(model);
    }
}
