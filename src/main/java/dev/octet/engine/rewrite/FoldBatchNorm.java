package dev.octet.engine.rewrite;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.GraphEditor;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Rewrite;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.graph.ValueType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Folds batch normalizations into the layer before or after them.
 *
 * <pre>
 * before:  x -> Conv(W, b) -> BatchNormalization(gamma, beta, mean, var) -> y
 * after:   x -> Conv(a W, a b + c) -> y      with a = gamma / sqrt(var + epsilon), c = beta - a mean
 * before a layer that does not pad:  W[o,i] becomes W[o,i] a[i], and b[o] becomes b[o] + sum of W[o,i] c[i]
 * </pre>
 *
 * <p>Into Conv, ConvTranspose, Gemm and MatMul with constant weights, when nothing else sees the value between. Computed in double
 * precision and rounded once. Ioffe and Szegedy, Batch Normalization, 2015 (arXiv 1502.03167).
 */
public final class FoldBatchNorm implements Rewrite {

    @Override
    public String title() {
        return "fold batch normalizations";
    }

    @Override
    public Result apply(Model model) {
        Graph graph = model.graph();
        if (graph.nodes().stream().noneMatch(n -> n.is("BatchNormalization"))) {
            return new Result(model, List.of("skipped: the model has no BatchNormalization"));
        }
        List<String> notes = new ArrayList<>();
        Graph folded = round(graph, notes);
        while (!folded.equals(graph)) {
            graph = folded;
            notes.removeIf(note -> note.startsWith("skipped"));
            folded = round(graph, notes);
        }
        return new Result(graph.equals(model.graph()) ? model : model.withGraph(graph), notes);
    }

    /** One round: a layer takes one normalization at a time. */
    private static Graph round(Graph graph, List<String> notes) {
        GraphEditor editor = new GraphEditor(graph);
        Uses uses = Uses.of(graph);
        Set<Node> touched = new HashSet<>();
        boolean changed = false;
        for (Node node : graph.nodes()) {
            if (!node.is("BatchNormalization")) {
                continue;
            }
            Optional<ChannelMap> map = ChannelMap.ofBatchNorm(graph, node);
            if (map.isEmpty()) {
                notes.add("skipped " + node.label() + ": it trains, or its parameters are not finite constants");
                continue;
            }
            Optional<LinearLayer> before = layerBefore(graph, uses, node)
                    .filter(l -> l.channels() == map.get().channels());
            Optional<LinearLayer> after = layerAfter(graph, uses, node);
            Optional<LinearLayer> layer = before.isPresent() ? before : after;
            if (layer.isEmpty()) {
                notes.add("skipped " + node.label() + ": no layer with constant weights is its only neighbour");
                continue;
            }
            Node linear = layer.get().node();
            if (touched.contains(linear) || touched.contains(node)) {
                continue;
            }
            Optional<List<Node>> folded = before.isPresent()
                    ? before.get().mapped(editor, map.get(), node.output(0))
                    : after.get().mappedInput(editor, map.get(), node.input(0));
            if (folded.isEmpty()) {
                notes.add("skipped " + node.label() + ": the folded weights of " + linear.label()
                        + " leave the range of " + layer.get().weight().type());
                continue;
            }
            editor.replace(linear, folded.get()).remove(node);
            touched.addAll(List.of(linear, node));
            notes.add("folded " + node.label() + " into " + linear.label());
            changed = true;
        }
        return changed ? editor.build() : graph;
    }

    private static Optional<LinearLayer> layerBefore(Graph graph, Uses uses, Node norm) {
        return uses.producer(norm.input(0))
                .filter(_ -> isOnlyUse(graph, uses, norm.input(0)) && infers(norm))
                .filter(linear -> !linear.is("MatMul") || rank(graph, linear.output(0)) == 2)
                .flatMap(linear -> LinearLayer.of(graph, linear));
    }

    private static Optional<LinearLayer> layerAfter(Graph graph, Uses uses, Node norm) {
        if (!isOnlyUse(graph, uses, norm.output(0)) || !infers(norm)) {
            return Optional.empty();
        }
        Node next = uses.consumers(norm.output(0)).getFirst();
        return LinearLayer.of(graph, next)
                .filter(_ -> next.input(0).equals(norm.output(0)))
                .filter(LinearLayer::takesInputMap)
                .filter(layer -> layer.inputChannels()
                        == graph.constant(norm.input(1)).map(Tensor::elements).orElse(-1L))
                .filter(_ -> !next.is("MatMul") || rank(graph, norm.output(0)) == 2);
    }

    /** Whether one node alone sees {@code value}, which is no output of the graph. */
    static boolean isOnlyUse(Graph graph, Uses uses, String value) {
        return uses.consumers(value).size() == 1 && !uses.isCaptured(value) && !graph.isOutput(value);
    }

    /** Whether it works in inference: one with further outputs, before version 14, trains. */
    private static boolean infers(Node norm) {
        return norm.outputs().stream().skip(1).allMatch(String::isEmpty);
    }

    private static int rank(Graph graph, String value) {
        return graph.typeOf(value) instanceof ValueType.TensorType tensor ? tensor.rank() : -1;
    }
}
