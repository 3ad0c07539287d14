package dev.octet.engine.rewrite.equalize;

import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.graph.ValueType.TensorType;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the region around a value in which its channels may be scaled.
 *
 * <p>From the value it goes down to everything that reads it and up to what makes it, and from each value met likewise, until
 * layers and other sources end it on all sides; one neighbour that scales do not pass through makes the whole impossible.
 */
public final class FindRegions {

    /** f(x / s) = f(x) / s, channel by channel, for s above 0. */
    private static final Set<String> HOMOGENEOUS =
            Set.of("Relu", "LeakyRelu", "MaxPool", "AveragePool", "GlobalAveragePool", "GlobalMaxPool");

    private final Graph graph;
    private final Uses uses;
    private final Deque<String> open = new ArrayDeque<>();
    private final Set<String> values = new LinkedHashSet<>();
    private final Set<String> sources = new LinkedHashSet<>();
    private final Set<String> factors = new LinkedHashSet<>();
    private final Set<String> shifts = new LinkedHashSet<>();
    private final Set<String> clips = new LinkedHashSet<>();
    private final Set<String> layers = new LinkedHashSet<>();
    private final Set<Node> gated = new LinkedHashSet<>();
    private int axis = -1;
    private int channels = -1;
    private String obstacle = "";

    private FindRegions(Graph graph, Uses uses) {
        this.graph = graph;
        this.uses = uses;
    }

    /**
     * What was found.
     *
     * @param region empty where scales do not pass
     * @param obstacle why they do not, in words; empty where they do
     */
    public record Found(Optional<ScaleRegion> region, String obstacle) {}

    /** The region around the value that {@code layer} reads. */
    public static Found before(Graph graph, Uses uses, Node layer) {
        FindRegions find = new FindRegions(graph, uses);
        return find.around(layer.input(0), layer);
    }

    private Found around(String value, Node layer) {
        Optional<WeightLayout> layout = WeightLayout.of(graph, layer);
        int rank = rank(value);
        if (layout.isEmpty() || rank < 2) {
            return new Found(Optional.empty(), "its input's shape is not known");
        }
        axis = layer.is("Conv") ? 1 : rank - 1;
        channels = layout.get().inputs();
        reach(value);
        while (!open.isEmpty() && obstacle.isEmpty()) {
            String next = open.removeFirst();
            up(next);
            down(next);
        }
        for (String factor : factors) {
            uses.producer(factor)
                    .filter(node -> !values.contains(variable(node)))
                    .ifPresent(this::addFactor);
        }
        for (Node gate : gated) {
            if (values.contains(gate.input(0)) && values.contains(gate.input(1))) {
                refuse(gate.label() + " multiplies two scaled values");
            }
        }
        if (!obstacle.isEmpty()) {
            return new Found(Optional.empty(), obstacle);
        }
        List<String> ordered = graph.nodes().stream()
                .flatMap(node -> node.outputs().stream())
                .filter(values::contains)
                .toList();
        return new Found(
                Optional.of(new ScaleRegion(
                        axis,
                        channels,
                        List.copyOf(sources),
                        List.copyOf(shifts),
                        List.copyOf(clips),
                        List.copyOf(layers),
                        ordered)),
                "");
    }

    /** One number times a value may be the last step of a Gelu, which the runtime fuses as long as it is one number. */
    private void addFactor(Node node) {
        boolean single = node.is("Mul")
                && node.inputs().stream()
                        .flatMap(input -> graph.constant(input).stream())
                        .allMatch(constant -> constant.elements() == 1);
        if (single) {
            refuse("'" + node.output(0) + "' comes from a multiplication by one number, " + node.label());
        } else {
            sources.add(node.id());
        }
    }

    private void reach(String value) {
        if (!values.add(value)) {
            return;
        }
        if (graph.isOutput(value) || uses.isCaptured(value)) {
            refuse("'" + value + "' is seen outside");
        } else if (size(value, axis) >= 0 && size(value, axis) != channels) {
            refuse("'" + value + "' has other channels");
        } else {
            open.add(value);
        }
    }

    private void refuse(String reason) {
        if (obstacle.isEmpty()) {
            obstacle = reason;
        }
    }

    private void up(String value) {
        Node node = uses.producer(value).orElse(null);
        if (node == null) {
            refuse("'" + value + "' is given to the model");
        } else if (node.outputs().size() > 1 && !node.is("LayerNormalization")) {
            refuse("'" + value + "' comes from " + node.label());
        } else if (isLayer(node)) {
            sources.add(value);
        } else if (node.is("LayerNormalization") && isLastAxis(node, value) && constant(node, 1)) {
            sources.add(value);
        } else if (passes(node)) {
            reach(node.input(0));
        } else if (adds(node)) {
            addInputs(node);
        } else if (multipliesConstant(node)) {
            factors.add(value);
        } else if (node.is("Mul")) {
            gated.add(node);
            if (!values.contains(node.input(0)) && !values.contains(node.input(1))) {
                reach(isGate(node.input(0)) ? node.input(1) : node.input(0));
            }
        } else {
            refuse("'" + value + "' comes from " + node.op() + " " + node.label());
        }
    }

    private void down(String value) {
        for (Node node : uses.consumers(value)) {
            if (isLayer(node) && node.input(0).equals(value)) {
                layers.add(node.id());
            } else if (passes(node) && node.input(0).equals(value)) {
                reach(node.output(0));
            } else if (adds(node)) {
                addInputs(node);
                reach(node.output(0));
            } else if (multipliesConstant(node) && variable(node).equals(value)) {
                factors.add(node.id());
                reach(node.output(0));
            } else if (node.is("Mul") && !node.input(0).equals(node.input(1))) {
                gated.add(node);
                reach(node.output(0));
            } else if (!node.is("Shape")) {
                refuse("'" + value + "' is also read by " + node.op() + " " + node.label());
            }
        }
    }

    private void addInputs(Node node) {
        boolean shift = false;
        for (String input : node.inputs()) {
            if (graph.constant(input).isEmpty()) {
                reach(input);
            } else {
                shift = true;
            }
        }
        if (shift) {
            shifts.add(node.id());
        }
    }

    private boolean passes(Node node) {
        if (node.domain().isEmpty() && HOMOGENEOUS.contains(node.op())) {
            return true;
        }
        if (node.is("Clip")) {
            boolean fromZero = scalar(node.input(1)) == 0f;
            boolean bounded = node.hasInput(2);
            if (fromZero && bounded && scalar(node.input(2)) > 0) {
                clips.add(node.id());
                return true;
            }
            return fromZero && !bounded;
        }
        boolean flattens = node.is("Flatten") || node.is("Reshape") || node.is("Squeeze");
        return flattens && axis == 1 && isOneByOne(node.input(0)) && rank(node.output(0)) == 2;
    }

    private boolean adds(Node node) {
        return node.is("Add")
                && node.inputs().stream()
                        .allMatch(input -> graph.constant(input)
                                .map(this::isPerChannel)
                                .orElseGet(() -> rank(input) == rank(node.output(0))));
    }

    private boolean multipliesConstant(Node node) {
        if (node.is("Div")) {
            return graph.constant(node.input(1)).filter(this::isPerChannel).isPresent()
                    && graph.constant(node.input(0)).isEmpty();
        }
        return node.is("Mul")
                && node.inputs().stream()
                        .anyMatch(input ->
                                graph.constant(input).filter(this::isPerChannel).isPresent())
                && !variable(node).isEmpty();
    }

    /** The one input of {@code node} that is no constant; empty where there is none or both are. */
    private String variable(Node node) {
        boolean first = graph.constant(node.input(0)).isEmpty();
        boolean second = graph.constant(node.input(1)).isEmpty();
        return first == second ? "" : node.input(first ? 0 : 1);
    }

    /** Whether a constant is one number, or one a channel. */
    private boolean isPerChannel(Tensor constant) {
        return ScaleChannels.perChannel(constant, axis, channels, rankOfValues())
                .isPresent();
    }

    private int rankOfValues() {
        return rank(values.iterator().next());
    }

    private boolean isLayer(Node node) {
        boolean fits = node.is("Conv") ? axis == 1 : rank(node.input(0)) - 1 == axis;
        return fits && WeightLayout.of(graph, node).isPresent() && (!node.hasInput(2) || constant(node, 2));
    }

    private boolean isLastAxis(Node norm, String value) {
        long normalized = norm.intAttribute("axis", -1);
        return axis == rank(value) - 1 && (normalized == -1 || normalized == axis);
    }

    private boolean constant(Node node, int input) {
        return graph.constant(node.input(input)).isPresent();
    }

    private boolean isGate(String value) {
        return isOneByOne(value)
                || uses.producer(value)
                        .filter(node -> node.op().endsWith("Sigmoid") || node.is("Softmax"))
                        .isPresent();
    }

    /** Whether a value has nothing but one element a channel. */
    private boolean isOneByOne(String value) {
        if (rank(value) < 3) {
            return false;
        }
        for (int i = 2; i < rank(value); i++) {
            if (size(value, i) != 1) {
                return false;
            }
        }
        return true;
    }

    private float scalar(String value) {
        return graph.constant(value)
                .filter(t -> t.elements() == 1 && t.type().isFloatingPoint())
                .map(t -> t.toFloats()[0])
                .orElse(Float.NaN);
    }

    private int rank(String value) {
        return graph.typeOf(value) instanceof TensorType type ? type.rank() : -1;
    }

    private long size(String value, int dimension) {
        return graph.typeOf(value) instanceof TensorType(var _, List<Dim> dims)
                        && dims != null
                        && dimension < dims.size()
                        && dims.get(dimension).isKnown()
                ? dims.get(dimension).size()
                : -1;
    }
}
