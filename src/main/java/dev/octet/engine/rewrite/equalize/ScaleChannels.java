package dev.octet.engine.rewrite.equalize;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.GraphEditor;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.ValueType.TensorType;
import dev.octet.engine.scheme.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Divides the channels of a region's values by scales and multiplies the weights that read them.
 *
 * <pre>
 * before:  x ─ Conv(W, b) ─ Relu ─ y ─ Conv(V, c) ─ z
 * after:   x ─ Conv(W / s, b / s) ─ Relu ─ y / s ─ Conv(V s, c) ─ z
 * also:    LayerNormalization(g, b) or Mul(g) ─ Add(b) in the place of the first layer: g / s, b / s
 * </pre>
 *
 * <p>The same function up to rounding: W[o] / s[o] over output channels, V[:, i] s[i] over input channels, f(x / s) = f(x) / s
 * between. Nagel et al., Data-Free Quantization Through Weight Equalization and Bias Correction, 2019 (arXiv 1906.04721), section
 * 4.1; Xiao et al., SmoothQuant, 2022 (arXiv 2211.10438). Where a Clip bounds the values from above, its bound does not move: who
 * chooses the scales must know that channels with a scale other than 1 never reach it.
 */
public final class ScaleChannels {

    private static final Pattern SCALED = Pattern.compile("_scaled(_\\d+)?$");

    private ScaleChannels() {}

    /**
     * {@code model} with {@code region} scaled.
     *
     * @param scales one for each channel, above 0 and finite
     */
    public static Model perform(Model model, ScaleRegion region, double[] scales) {
        Graph graph = model.graph();
        GraphEditor editor = new GraphEditor(graph);
        for (Node node : graph.nodes()) {
            Node changed = node;
            boolean source = region.sources().contains(node.id());
            boolean layer = region.layers().contains(node.id());
            if (layer || (source && WeightLayout.of(graph, node).isPresent())) {
                changed = layer(graph, editor, node, region, scales);
            } else if (source) {
                changed = divided(graph, editor, node, region, scales);
            }
            if (region.shifts().contains(node.id())) {
                for (int i = 0; i < 2; i++) {
                    if (graph.constant(node.input(i)).isPresent()) {
                        changed = with(editor, changed, i, spread(graph, node, i, region, scales, -1));
                    }
                }
            }
            if (!changed.equals(node)) {
                editor.replace(node, List.of(changed));
            }
        }
        return model.withGraph(editor.build());
    }

    /**
     * {@code value} multiplied by 1 / scale before {@code layers} read it, where nothing before them can take the scales:
     * <pre>
     * before:  y ─ MatMul(V) ─ z        and  y ─ everybody else
     * after:   y ─ Mul(1 / s) ─ MatMul(V s) ─ z
     * </pre>
     *
     * @param layers ids of nodes that read {@code value} as their first input, its last axis as channels
     */
    public static Model inserted(Model model, String value, List<String> layers, double[] scales) {
        Graph graph = model.graph();
        GraphEditor editor = new GraphEditor(graph);
        float[] inverse = new float[scales.length];
        for (int c = 0; c < inverse.length; c++) {
            inverse[c] = (float) (1 / scales[c]);
        }
        String constant = editor.addInitializer(value + "_smoothing", Tensor.ofFloats(inverse, inverse.length));
        String smoothed = editor.freshName(value + "_smoothed");
        Optional.ofNullable(graph.typeOf(value)).ifPresent(type -> editor.setType(smoothed, type));
        boolean placed = false;
        for (Node node : graph.nodes()) {
            if (layers.contains(node.id())) {
                WeightLayout layout = WeightLayout.of(graph, node).orElseThrow();
                Tensor weights = graph.constant(node.input(1)).orElseThrow();
                List<String> inputs = new ArrayList<>(node.inputs());
                inputs.set(0, smoothed);
                Node changed =
                        with(editor, node.withInputs(inputs), 1, map(weights, (i, w) -> w * scales[layout.input(i)]));
                Node mul = Node.of(smoothed + "_Mul", "Mul", List.of(value, constant), List.of(smoothed));
                editor.replace(node, placed ? List.of(changed) : List.of(mul, changed));
                placed = true;
            }
        }
        return model.withGraph(editor.build());
    }

    /** A layer with its input channels multiplied where it reads the region, its output channels divided where it feeds it. */
    private static Node layer(Graph graph, GraphEditor editor, Node node, ScaleRegion region, double[] scales) {
        WeightLayout layout = WeightLayout.of(graph, node).orElseThrow();
        boolean reads = region.layers().contains(node.id());
        boolean feeds = region.sources().contains(node.id());
        Tensor weights = graph.constant(node.input(1)).orElseThrow();
        Node changed = with(
                editor,
                node,
                1,
                map(
                        weights,
                        (i, w) -> w * (reads ? scales[layout.input(i)] : 1) / (feeds ? scales[layout.output(i)] : 1)));
        return feeds && node.hasInput(2)
                ? with(editor, changed, 2, spread(graph, node, 2, region, scales, -1))
                : changed;
    }

    private static Node divided(Graph graph, GraphEditor editor, Node node, ScaleRegion region, double[] scales) {
        if (node.is("LayerNormalization")) {
            Node changed = with(editor, node, 1, spread(graph, node, 1, region, scales, -1));
            return node.hasInput(2) ? with(editor, changed, 2, spread(graph, node, 2, region, scales, -1)) : changed;
        }
        int constant = graph.constant(node.input(0)).isPresent() ? 0 : 1;
        return with(editor, node, constant, spread(graph, node, constant, region, scales, node.is("Div") ? 1 : -1));
    }

    /** The constant at input {@code i}, one a channel, times scale to {@code power}, in a shape that spreads over the values. */
    private static Tensor spread(Graph graph, Node node, int i, ScaleRegion region, double[] scales, int power) {
        Tensor constant = graph.constant(node.input(i)).orElseThrow();
        float[] values = constant.toFloats();
        float[] result = new float[region.channels()];
        for (int c = 0; c < result.length; c++) {
            result[c] = (float) (values[values.length == 1 ? 0 : c] * Math.pow(scales[c], power));
        }
        boolean vector = constant.rank() == 1 && values.length == region.channels();
        boolean binary = node.is("Add") || node.is("Mul") || node.is("Div");
        if (!binary || vector) {
            return Tensor.ofFloats(result, region.channels());
        }
        long[] dims = new long[rank(graph, node, region) - region.axis()];
        Arrays.fill(dims, 1);
        dims[0] = region.channels();
        return Tensor.ofFloats(result, dims);
    }

    private static int rank(Graph graph, Node node, ScaleRegion region) {
        return graph.typeOf(node.output(0)) instanceof TensorType type ? type.rank() : region.axis() + 1;
    }

    /** What change to make of each weight. */
    @FunctionalInterface
    private interface Change {
        double of(int index, float value);
    }

    private static Tensor map(Tensor tensor, Change change) {
        float[] values = tensor.toFloats();
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) change.of(i, values[i]);
        }
        return Tensor.ofFloats(values, tensor.dims());
    }

    private static Node with(GraphEditor editor, Node node, int input, Tensor tensor) {
        List<String> inputs = new ArrayList<>(node.inputs());
        String wish = SCALED.matcher(inputs.get(input)).replaceFirst("") + "_scaled";
        inputs.set(input, editor.addInitializer(wish, tensor));
        return node.withInputs(inputs);
    }

    /** {@code constant} as one number a channel, if it is that: a scalar, or a vector along {@code axis} of values of {@code rank}. */
    static Optional<float[]> perChannel(Tensor constant, int axis, int channels, int rank) {
        if (constant.type() != ElementType.FLOAT || constant.rank() > rank) {
            return Optional.empty();
        }
        int aligned = axis - (rank - constant.rank());
        for (int i = 0; i < constant.rank(); i++) {
            if (constant.dim(i) != 1 && (i != aligned || constant.dim(i) != channels)) {
                return Optional.empty();
            }
        }
        return Optional.of(constant.toFloats());
    }
}
