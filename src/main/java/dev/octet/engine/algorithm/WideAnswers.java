package dev.octet.engine.algorithm;

import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.graph.ValueType.TensorType;
import dev.octet.engine.observe.ChannelStatistics;
import dev.octet.engine.observe.TensorStatistics;
import dev.octet.engine.plan.AnalyticCosts;
import dev.octet.engine.plan.CostModel;
import dev.octet.engine.plan.NodeDecision;
import dev.octet.engine.plan.NodeDecision.Choice;
import dev.octet.engine.plan.Placement;
import dev.octet.engine.plan.Role;
import dev.octet.engine.scheme.QuantType;
import dev.octet.engine.scheme.Range;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps answers in floating point whose channels differ too much in range to share one encoding.
 *
 * <pre>
 * before:  Q ─ Conv ─ Q(2.5) ─ DQ ─ Reshape ─ boxes 0 to 640 and scores -9 to 3 ─ Split ─ …   (a score has 5 levels)
 * after:   Q ─ DQ ─ Conv ─ Reshape ─ boxes 0 to 640 and scores -9 to 3 ─ Split ─ …
 * </pre>
 *
 * <p>Detectors' heads make boxes and scores by one convolution. Only values are looked at from which an output is reached without an
 * operator that sums over channels: such a sum makes up for a channel's coarse steps, an answer is read as it is. Where floating
 * point would take more than a quarter of the float model's time, integers stay and the reason says what they cost.
 */
final class WideAnswers {

    /** Fewest steps of an encoding that the range of a single channel has to span. */
    static final int FEWEST_STEPS = 16;

    private static final double MOST_TIME = 0.25;

    /** Operators that read a value channel by channel, or hand it on. */
    private static final Set<String> CHANNELS_APART = Set.of(
            "Reshape",
            "Transpose",
            "Flatten",
            "Squeeze",
            "Unsqueeze",
            "Slice",
            "Split",
            "Gather",
            "GatherND",
            "Concat",
            "Identity",
            "Cast",
            "Resize",
            "DepthToSpace",
            "Pad",
            "Expand",
            "Tile",
            "Sigmoid",
            "HardSigmoid",
            "Softmax",
            "LogSoftmax",
            "Tanh",
            "Exp",
            "Log",
            "Softplus",
            "Relu",
            "Clip",
            "LeakyRelu",
            "Pow",
            "Sqrt",
            "ArgMax",
            "TopK",
            "NonMaxSuppression",
            "GatherElements",
            "MaxPool");

    /** The same where the other operand is constant, as grids and strides are. */
    private static final Set<String> APART_FROM_CONSTANTS = Set.of("Add", "Sub", "Mul", "Div", "Max", "Min", "Where");

    private final Graph graph;
    private final Uses uses;
    private final Map<String, TensorStatistics> statistics;
    private final QuantType type;
    private final CostModel costs;

    WideAnswers(Graph graph, Uses uses, Map<String, TensorStatistics> statistics, QuantType type) {
        this.graph = graph;
        this.uses = uses;
        this.statistics = statistics;
        this.type = type;
        this.costs = new AnalyticCosts(graph);
    }

    /** {@code placement} with what would encode such an answer in floating point. */
    Placement keptPrecise(Placement placement) {
        double most = MOST_TIME
                * graph.nodes().stream().mapToDouble(costs::floatNanos).sum();
        Placement kept = placement;
        double spent = 0;
        for (Map.Entry<String, String> wide : narrowChannels().entrySet()) {
            Set<Node> encoding = encoding(wide.getKey(), kept);
            double time = encoding.stream()
                    .mapToDouble(node -> Math.max(0, costs.floatNanos(node) - costs.int8Nanos(node)))
                    .sum();
            boolean affordable = spent + time <= most;
            spent += affordable ? time : 0;
            for (Node node : encoding) {
                kept = affordable
                        ? kept.withFloat(node.id(), wide.getValue())
                        : kept.with(
                                node.id(),
                                new NodeDecision(
                                        kept.isFused(node) ? Choice.FUSED : Choice.QUANTIZED,
                                        wide.getValue() + "; floating point would take too much time here"));
            }
        }
        return kept;
    }

    /** Answers with a channel that has too few steps, each with the reason in a sentence. */
    private Map<String, String> narrowChannels() {
        Map<String, String> narrow = new LinkedHashMap<>();
        Set<String> answers = answers();
        for (Node node : graph.nodes()) {
            for (String value : node.outputs()) {
                if (answers.contains(value)) {
                    reason(value).ifPresent(reason -> narrow.put(value, reason));
                }
            }
        }
        return narrow;
    }

    /** Values from which an output is reached without a sum over channels. */
    private Set<String> answers() {
        Set<String> answers = new HashSet<>();
        Deque<String> open = new ArrayDeque<>();
        graph.outputs().forEach(output -> open.add(output.name()));
        while (!open.isEmpty()) {
            String value = open.remove();
            if (answers.add(value)) {
                uses.producer(value).filter(this::keepsChannelsApart).ifPresent(node -> open.addAll(node.inputs()));
            }
        }
        return answers;
    }

    private boolean keepsChannelsApart(Node node) {
        return node.domain().isEmpty()
                && (CHANNELS_APART.contains(node.op())
                        || (APART_FROM_CONSTANTS.contains(node.op())
                                && node.inputs().stream()
                                        .anyMatch(input -> graph.constant(input).isPresent())));
    }

    private Optional<String> reason(String value) {
        TensorStatistics seen = statistics.get(value);
        if (seen == null || seen.count() == 0) {
            return Optional.empty();
        }
        ChannelStatistics channels = seen.channels().orElse(null);
        if (channels == null || channels.size() < 2 || !hasPositions(value, channels.size())) {
            return Optional.empty();
        }
        Range whole = seen.range().withZero();
        float step = (whole.max() - whole.min()) / (type.max() - type.min());
        int narrowest = -1;
        float least = FEWEST_STEPS * step;
        for (int c = 0; c < channels.size(); c++) {
            float width = channels.range(c).max() - channels.range(c).min();
            if (width > 0 && width < least) {
                least = width;
                narrowest = c;
            }
        }
        return narrowest < 0
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "channels of '%s' differ too much to share one encoding: channel %d moves by %.3g, the whole"
                                + " has steps of %.3g",
                        value,
                        narrowest,
                        least,
                        step));
    }

    /** Whether each channel has several values a sample: a lone one is a class score, whose order is all that is read. */
    private boolean hasPositions(String value, int channels) {
        return graph.typeOf(value) instanceof TensorType(var _, List<Dim> shape)
                && shape != null
                && shape.size() > 2
                && shape.stream()
                                .skip(1)
                                .mapToLong(dim -> dim.isKnown() ? dim.size() : 1)
                                .reduce(1, Math::multiplyExact)
                        > channels;
    }

    /** The nodes on integers that would give {@code value}, or what it is moved into, an encoding. */
    private Set<Node> encoding(String value, Placement placement) {
        Set<Node> found = new LinkedHashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(value));
        while (!open.isEmpty()) {
            String at = open.remove();
            uses.producer(at).filter(placement::isQuantized).ifPresent(producer -> {
                if (placement.rule(producer).role() != Role.COMPUTE_FLOAT_OUT && found.add(producer)) {
                    // What a fused clamp leaves to its producer's encoding.
                    if (placement.isFused(producer)) {
                        open.add(producer.input(0));
                    }
                }
            });
            for (Node consumer : uses.consumers(at)) {
                Role role = placement.rule(consumer).role();
                boolean takes = placement.isQuantized(consumer)
                        && role != Role.COMPUTE
                        && role != Role.COMPUTE_FLOAT_OUT
                        && role != Role.TABLE;
                if (takes && found.add(consumer) && role != Role.ARITHMETIC) {
                    open.add(consumer.output(0));
                }
            }
        }
        return found;
    }
}
