package dev.octet.engine.algorithm.layer;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.GraphEditor;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.rewrite.equalize.WeightLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The weights and the bias of a layer, wherever the bias is: an input of Conv and Gemm, the constant of the Add behind a MatMul.
 */
final class LayerConstants {

    private static final Pattern CORRECTED = Pattern.compile("_corrected(_\\d+)?$");

    private final Node node;
    private final Optional<Node> add;
    private final float[] weights;
    private final float[] bias;

    private LayerConstants(Node node, Optional<Node> add, float[] weights, float[] bias) {
        this.node = node;
        this.add = add;
        this.weights = weights;
        this.bias = bias;
    }

    /** The constants of {@code node}; empty where it has nowhere to put a bias. */
    static Optional<LayerConstants> of(Graph graph, Uses uses, Node node) {
        int outputs = WeightLayout.of(graph, node).orElseThrow().outputs();
        float[] weights = graph.constant(node.input(1)).orElseThrow().toFloats();
        if (!node.is("MatMul")) {
            return Optional.of(new LayerConstants(
                    node,
                    Optional.empty(),
                    weights,
                    graph.constant(node.input(2)).map(Tensor::toFloats).orElseGet(() -> new float[outputs])));
        }
        return uses.onlyConsumer(node.output(0))
                .filter(next -> next.is("Add"))
                .flatMap(next -> graph.constant(next.input(next.input(0).equals(node.output(0)) ? 1 : 0))
                        .filter(bias -> bias.elements() == outputs && bias.dim(bias.rank() - 1) == outputs)
                        .map(bias -> new LayerConstants(node, Optional.of(next), weights, bias.toFloats())));
    }

    /** The weights, in the tensor's own order. */
    float[] weights() {
        return weights;
    }

    /** One number for each output channel, zeros where the layer has no bias. */
    float[] bias() {
        return bias;
    }

    /** The graph with another bias for this layer, and other weights where there are some. */
    Graph in(Graph graph, Optional<float[]> newWeights, float[] newBias) {
        GraphEditor editor = new GraphEditor(graph);
        long[] dims = graph.constant(node.input(1)).orElseThrow().dims();
        Node weighted = newWeights
                .map(values -> with(editor, node, 1, Tensor.ofFloats(values, dims)))
                .orElse(node);
        Tensor vector = Tensor.ofFloats(newBias, newBias.length);
        if (add.isEmpty()) {
            editor.replace(node, List.of(with(editor, weighted, 2, vector)));
            return editor.build();
        }
        Node next = add.get();
        int at = next.input(0).equals(node.output(0)) ? 1 : 0;
        editor.replace(next, List.of(with(editor, next, at, vector)));
        if (newWeights.isPresent()) {
            editor.replace(node, List.of(weighted));
        }
        return editor.build();
    }

    private static Node with(GraphEditor editor, Node node, int input, Tensor tensor) {
        List<String> inputs = new ArrayList<>(node.inputs());
        String wish = input < inputs.size() && !inputs.get(input).isEmpty() ? inputs.get(input) : node.id() + "_bias";
        String name = editor.addInitializer(CORRECTED.matcher(wish).replaceFirst("") + "_corrected", tensor);
        if (input < inputs.size()) {
            inputs.set(input, name);
        } else {
            inputs.add(name);
        }
        return node.withInputs(inputs);
    }
}
