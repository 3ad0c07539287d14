package dev.octet.engine.plan;

import static dev.octet.engine.plan.Network.network;
import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Uses;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttentionTest {

    @TempDir
    Path scratch;

    private static Network projected() {
        return network()
                .input("x", -1, 6, 16)
                .input("mask", -1, 6, 6)
                .scalar("scale", 0.25f)
                .scalar("never", Float.NEGATIVE_INFINITY)
                .scalar("zero", 0)
                .longs("heads", 0, 0, 4, 4)
                .longs("whole", 0, 0, 16)
                .matMul("q", "x", 16, 16)
                .matMul("k", "x", 16, 16)
                .matMul("v", "x", 16, 16);
    }

    private List<String> reasons(Network network) {
        Graph graph = network.typed(scratch).graph();
        Placement placement = PlaceByMinimumCut.place(graph, Uses.of(graph), new IntegersFirst(), Set.of(), Set.of());
        return graph.nodes().stream()
                .map(node ->
                        node.id() + ": " + placement.decisions().get(node.id()).reason())
                .filter(reason -> reason.contains("attention"))
                .map(reason -> reason.replaceFirst(" of an attention.*", "").replaceFirst(": .* the ", ": "))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "scores = Mul(s, scale)",
                "scores = Div(s, scale)",
                "scores = Add(s, mask)",
                "m = Greater(mask, zero); scores = Where(m, s, never)",
                "d = Mul(s, scale); scores = Add(d, mask)",
                "scores = Identity(s)",
            })
    void isRecognisedWithAnyMaskAndStaysInFloat(String between) {
        Network network = projected()
                .node("kt = Transpose(k)", "perm", new long[] {0, 2, 1})
                .node("s = MatMul(q, kt)");
        for (String node : between.split("; ", -1)) {
            network.node(node);
        }
        network.node("p = Softmax(scores)", "axis", -1)
                .node("c = MatMul(p, v)")
                .matMul("y", "c", 16, 16)
                .output("y");
        List<String> expected = List.of("s: scores", "p: probabilities", "c: context");
        assertThat(reasons(network)).isEqualTo(between.contains("Identity") ? List.of() : expected);
    }

    @Test
    void isRecognisedAmongHeads() {
        Network network = projected()
                .node("qr = Reshape(q, heads)")
                .node("kr = Reshape(k, heads)")
                .node("vr = Reshape(v, heads)")
                .node("qt = Transpose(qr)", "perm", new long[] {0, 2, 1, 3})
                .node("kt = Transpose(kr)", "perm", new long[] {0, 2, 3, 1})
                .node("vt = Transpose(vr)", "perm", new long[] {0, 2, 1, 3})
                .node("s = MatMul(qt, kt)")
                .node("p = Softmax(s)", "axis", -1)
                .node("c = MatMul(p, vt)")
                .node("ct = Transpose(c)", "perm", new long[] {0, 2, 1, 3})
                .node("cr = Reshape(ct, whole)")
                .matMul("y", "cr", 16, 16)
                .output("y");
        assertThat(reasons(network)).hasSize(3);
    }

    @Test
    void theSoftmaxOfAClassifierIsNone() {
        Network network = projected()
                .node("both = Mul(q, k)")
                .matMul("logits", "both", 16, 16)
                .node("p = Softmax(logits)", "axis", -1)
                .matMul("y", "p", 16, 8)
                .output("y");
        assertThat(reasons(network)).isEmpty();
        Graph graph = network.typed(scratch).graph();
        Node softmax = graph.nodes().stream()
                .filter(node -> node.is("Softmax"))
                .findFirst()
                .orElseThrow();
        assertThat(new OperatorRules(graph, Uses.of(graph)).rule(softmax).role())
                .isEqualTo(Role.ARITHMETIC);
    }

    @Test
    void aFusedAttentionStaysWholeAndItIsSaid() {
        Network network = projected().node("y = Add(q, k)").output("y");
        Graph graph = network.typed(scratch).graph();
        Node fused =
                new Node("f", "com.microsoft", "MultiHeadAttention", List.of("q", "k", "v"), List.of("z"), Map.of());
        assertThat(new OperatorRules(graph, Uses.of(graph)).rule(fused).reason())
                .contains("whole");
    }
}
