package dev.octet.engine.rewrite;

import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.GraphEditor;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.rewrite.constant.Floats;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A Conv, ConvTranspose, Gemm or MatMul with constant weights.
 *
 * <p>It computes y[o] = sum of w[o,i] x[i] + b[o] for each output channel o, so a map a[o] y[o] + c[o] after it is the same layer
 * with weights a[o] w[o,i] and bias a[o] b[o] + c[o].
 */
final class LinearLayer {

    private static final Pattern FOLDED = Pattern.compile("_folded(_\\d+)?$");

    private final Node node;
    private final Tensor weight;
    private final double[] bias;

    /** @param bias of each output channel, beta of Gemm applied, zeros where the node has none */
    private LinearLayer(Node node, Tensor weight, double[] bias) {
        this.node = node;
        this.weight = weight;
        this.bias = bias;
    }

    /** The layer that {@code node} is; empty where it is none, or its weights or bias are not constants of a fitting shape. */
    static Optional<LinearLayer> of(Graph graph, Node node) {
        if (!isLinear(node)) {
            return Optional.empty();
        }
        Optional<Tensor> weight = graph.constant(node.input(1))
                .filter(w -> w.type().isFloatingPoint() && w.elements() > 0)
                .filter(w -> node.op().startsWith("Conv") ? w.rank() >= 3 : w.rank() == 2);
        long group = node.intAttribute("group", 1);
        if (weight.isEmpty()
                || group < 1
                || (node.is("ConvTranspose") && weight.get().dim(0) % group != 0)) {
            return Optional.empty();
        }
        int channels = channels(node, weight.get());
        if (!node.hasInput(2)) {
            return Optional.of(new LinearLayer(node, weight.get(), new double[channels]));
        }
        double beta = node.is("Gemm") ? node.floatAttribute("beta", 1) : 1;
        return graph.constant(node.input(2))
                .filter(b -> b.type() == weight.get().type())
                .filter(b -> (b.elements() == 1 && b.rank() <= 2)
                        || (b.elements() == channels && b.dim(b.rank() - 1) == channels))
                .map(b -> {
                    double[] bias = new double[channels];
                    Arrays.setAll(bias, o -> beta * Floats.at(b, b.elements() == 1 ? 0 : o));
                    return new LinearLayer(node, weight.get(), bias);
                });
    }

    static boolean isLinear(Node node) {
        return node.is("Conv") || node.is("ConvTranspose") || node.is("Gemm") || node.is("MatMul");
    }

    Node node() {
        return node;
    }

    Tensor weight() {
        return weight;
    }

    /** Number of output channels. */
    int channels() {
        return bias.length;
    }

    private static int channels(Node node, Tensor weight) {
        return Math.toIntExact(
                switch (node.op()) {
                    case "Conv" -> weight.dim(0);
                    case "ConvTranspose" -> Math.multiplyExact(weight.dim(1), node.intAttribute("group", 1));
                    default -> weight.dim(node.intAttribute("transB", 0) != 0 ? 0 : 1);
                });
    }

    /**
     * The nodes that compute {@code map} of this layer's output channels into {@code output}; a MatMul with a shift becomes two.
     *
     * @return empty where a new weight is not finite in the weights' type
     */
    Optional<List<Node>> mapped(GraphEditor editor, ChannelMap map, String output) {
        double[] newBias = new double[channels()];
        Arrays.setAll(newBias, o -> map.scale(o) * bias[o] + map.shift(o));
        Optional<Tensor> newWeight = Floats.map(weight, (i, w) -> w * map.scale(channelOf(i)));
        Optional<Tensor> biasTensor = Floats.vector(weight.type(), newBias);
        if (newWeight.isEmpty() || biasTensor.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(with(editor, newWeight.get(), biasTensor.get(), output));
    }

    /** The wish for the name of what replaces constant {@code name}, the same however often that is replaced. */
    private static String folded(String name) {
        return FOLDED.matcher(name).replaceFirst("") + "_folded";
    }

    /** Whether a map of its input's channels can be folded into it: nothing is padded after the map, channels stand second. */
    boolean takesInputMap() {
        boolean pads = node.intsAttribute("pads", List.of()).stream().anyMatch(p -> p != 0);
        String auto = node.stringAttribute("auto_pad", "NOTSET");
        return switch (node.op()) {
            case "Conv" ->
                !pads
                        && (auto.equals("NOTSET") || auto.equals("VALID"))
                        && weight.dim(0) % node.intAttribute("group", 1) == 0;
            case "Gemm" -> node.intAttribute("transA", 0) == 0 && node.floatAttribute("alpha", 1) == 1;
            case "MatMul" -> true;
            default -> false;
        };
    }

    /** Number of input channels of a layer that {@link #takesInputMap()}. */
    long inputChannels() {
        return switch (node.op()) {
            case "Conv" -> Math.multiplyExact(weight.dim(1), node.intAttribute("group", 1));
            default -> weight.dim(node.intAttribute("transB", 0) != 0 ? 1 : 0);
        };
    }

    /** The nodes that compute this layer of {@code scale[i] x[i] + shift[i]} for each input channel i of value {@code input}. */
    Optional<List<Node>> mappedInput(GraphEditor editor, ChannelMap map, String input) {
        double[] newBias = bias.clone();
        Optional<Tensor> newWeight = Floats.map(weight, (i, w) -> {
            int in = inputChannelOf(i);
            newBias[channelOf(i)] += w * map.shift(in);
            return w * map.scale(in);
        });
        Optional<Tensor> biasTensor = Floats.vector(weight.type(), newBias);
        if (newWeight.isEmpty() || biasTensor.isEmpty()) {
            return Optional.empty();
        }
        LinearLayer moved =
                new LinearLayer(node.withInputs(List.of(input, node.input(1), node.input(2))), weight, bias);
        return Optional.of(moved.with(editor, newWeight.get(), biasTensor.get(), node.output(0)));
    }

    private int inputChannelOf(long index) {
        if (node.is("Conv")) {
            long kernel = weight.elements() / weight.dim(0) / weight.dim(1);
            long perGroup = weight.dim(0) / node.intAttribute("group", 1);
            long group = channelOf(index) / perGroup;
            return (int) (group * weight.dim(1) + index / kernel % weight.dim(1));
        }
        boolean transposed = node.intAttribute("transB", 0) != 0;
        return (int) (transposed ? index % weight.dim(1) : index / weight.dim(1));
    }

    /** The nodes of this layer with other weights and another bias, and {@code output} as its result. */
    List<Node> with(GraphEditor editor, Tensor newWeight, Tensor newBias, String output) {
        String weightName = editor.addInitializer(folded(node.input(1)), newWeight);
        boolean biased = node.hasInput(2) || Arrays.stream(Floats.read(newBias)).anyMatch(b -> b != 0);
        if (!biased) {
            return List.of(node.withInputs(List.of(node.input(0), weightName)).withOutputs(List.of(output)));
        }
        String wish = node.hasInput(2) ? folded(node.input(2)) : node.input(1) + "_bias";
        String biasName = editor.addInitializer(wish, newBias);
        if (node.is("MatMul")) {
            String product = editor.freshName(output + "_product");
            return List.of(
                    node.withInputs(List.of(node.input(0), weightName)).withOutputs(List.of(product)),
                    Node.of(node.label() + "_bias", "Add", List.of(product, biasName), List.of(output)));
        }
        Node whole = node.is("Gemm") && node.attributes().containsKey("beta")
                ? node.withAttribute("beta", Attribute.of(1f))
                : node;
        return List.of(
                whole.withInputs(List.of(node.input(0), weightName, biasName)).withOutputs(List.of(output)));
    }

    /** The output channel that weight element {@code index} belongs to. */
    private int channelOf(long index) {
        long inner = 1;
        switch (node.op()) {
            case "Conv" -> inner = weight.elements() / weight.dim(0);
            case "ConvTranspose" -> {
                long perGroup = weight.dim(1);
                long kernel = weight.elements() / weight.dim(0) / perGroup;
                long group = index / (perGroup * kernel) / (weight.dim(0) / node.intAttribute("group", 1));
                return (int) (group * perGroup + index / kernel % perGroup);
            }
            default -> {
                boolean transposed = node.intAttribute("transB", 0) != 0;
                return (int) (transposed ? index / weight.dim(1) : index % weight.dim(1));
            }
        }
        return (int) (index / inner);
    }
}
