package dev.octet.engine.rewrite;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.GraphEditor;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Rewrite;
import dev.octet.engine.graph.Uses;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Folds constant per-channel arithmetic into the layer before it.
 *
 * <pre>
 * before:  x -> Conv(W, b) -> Mul(a) -> Add(c) -> y
 * after:   x -> Conv(a W, a b + c) -> y
 * also:    Sub and Div; after ConvTranspose and Gemm, and Mul and Div after MatMul
 * </pre>
 *
 * <p>Some exporters write a convolution's bias as an Add of its own; as a bias it costs an INT8 model nothing. Only where nothing else
 * sees the value between and the constant is one number or one for each output channel. Exact up to rounding.
 */
public final class FoldMulAdd implements Rewrite {

    private static final Set<String> ARITHMETIC = Set.of("Mul", "Div", "Add", "Sub");

    @Override
    public String title() {
        return "fold per-channel arithmetic";
    }

    @Override
    public Result apply(Model model) {
        List<String> notes = new ArrayList<>();
        Graph graph = model.graph();
        Graph folded = round(graph, notes);
        while (!folded.equals(graph)) {
            graph = folded;
            folded = round(graph, notes);
        }
        if (graph.equals(model.graph())) {
            return new Result(model, List.of("skipped: no constant Mul, Div, Add or Sub alone follows a layer"));
        }
        return new Result(model.withGraph(graph), notes);
    }

    /** One round: a layer takes one operation at a time. */
    private static Graph round(Graph graph, List<String> notes) {
        GraphEditor editor = new GraphEditor(graph);
        Uses uses = Uses.of(graph);
        Set<Node> touched = new HashSet<>();
        for (Node linear : graph.nodes()) {
            if (!LinearLayer.isLinear(linear) || !FoldBatchNorm.isOnlyUse(graph, uses, linear.output(0))) {
                continue;
            }
            Node next = uses.consumers(linear.output(0)).getFirst();
            if (!next.domain().isEmpty() || !ARITHMETIC.contains(next.op()) || touched.contains(next)) {
                continue;
            }
            Optional<LinearLayer> layer = LinearLayer.of(graph, linear);
            Optional<ChannelMap> map = layer.flatMap(l -> map(graph, l, next));
            Optional<List<Node>> folded = map.flatMap(m -> layer.get().mapped(editor, m, next.output(0)));
            if (folded.isEmpty()) {
                continue;
            }
            editor.replace(linear, folded.get()).remove(next);
            touched.add(next);
            notes.add("folded " + next.op() + " " + next.label() + " into " + linear.label());
        }
        return touched.isEmpty() ? graph : editor.build();
    }

    private static Optional<ChannelMap> map(Graph graph, LinearLayer layer, Node next) {
        Node linear = layer.node();
        boolean addsOnly = next.op().equals("Add") || next.op().equals("Sub");
        if (linear.is("MatMul") && addsOnly) {
            return Optional.empty();
        }
        int rank =
                linear.is("MatMul") ? 0 : linear.is("Gemm") ? 2 : layer.weight().rank();
        return ChannelMap.ofArithmetic(graph, next, linear.output(0), layer.channels(), rank, 1);
    }
}
