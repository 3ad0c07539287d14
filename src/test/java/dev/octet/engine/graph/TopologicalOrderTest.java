package dev.octet.engine.graph;

import static dev.octet.engine.graph.TestGraphs.doubling;
import static dev.octet.engine.graph.TestGraphs.node;
import static dev.octet.engine.graph.TestGraphs.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TopologicalOrderTest {

    private final Node a = node("A", List.of("x"), "a");
    private final Node b = node("B", List.of("a"), "b");
    private final Node c = node("C", List.of("x"), "c");

    @Test
    void keepsAnOrderThatIsTopologicalAlready() {
        List<Node> nodes = List.of(c, a, b);
        assertThat(TopologicalOrder.of(nodes)).isSameAs(nodes);
    }

    @Test
    void movesOnlyWhatMustWait() {
        assertThat(TopologicalOrder.of(List.of(b, c, a))).containsExactly(c, a, b);
    }

    @Test
    void aNodeWaitsForWhatItsSubgraphsCapture() {
        Node branch = when("x", doubling("a"), "d");
        assertThat(TopologicalOrder.of(List.of(branch, a))).containsExactly(a, branch);
    }

    @Test
    void namesTheNodesOfACircle() {
        Node p = node("P", List.of("x", "q"), "p").withName("first");
        Node q = node("Q", List.of("p"), "q");
        assertThatThrownBy(() -> TopologicalOrder.of(List.of(a, p, q, node("R", List.of("q"), "r"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'first' (P)")
                .hasMessageContaining("'q' (Q)")
                .hasMessageNotContaining("(R)");
    }

    @Test
    void aNodeThatUsesItselfIsACircle() {
        assertThatThrownBy(() -> TopologicalOrder.of(List.of(node("S", List.of("s"), "s"))))
                .hasMessageContaining("'s' (S)");
    }

    @Test
    void ordersAnyShuffleOfALongChain() {
        Random random = new Random(20_261_124);
        List<Node> nodes = new ArrayList<>();
        for (int i = 1; i <= 5_000; i++) {
            nodes.add(node("N", List.of("v" + random.nextInt(i), "v" + (i - 1)), "v" + i));
        }
        Collections.shuffle(nodes, random);

        Set<String> defined = new HashSet<>(Set.of("v0"));
        for (Node node : TopologicalOrder.of(nodes)) {
            assertThat(defined).containsAll(node.inputs());
            defined.addAll(node.outputs());
        }
        assertThat(defined).hasSize(5_001);
    }
}
