package dev.octet.engine.algorithm;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.observe.Encodings;
import dev.octet.engine.observe.MinMaxObserver;
import dev.octet.engine.observe.Observer;
import dev.octet.engine.observe.TensorStatistics;
import dev.octet.engine.plan.EncodedValues;
import dev.octet.engine.plan.Placement;
import dev.octet.engine.plan.QuantizationPlan;
import dev.octet.engine.plan.Role;
import dev.octet.engine.scheme.Encoding;
import dev.octet.engine.scheme.QuantizationSettings;
import dev.octet.engine.scheme.Range;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Turns a placement and calibrated statistics into a plan: one encoding a group of values, one a constant weight.
 *
 * <p>Outputs of Sigmoid, HardSigmoid and Softmax have the fixed range [0, 1]. What a Concat joins shares the union of its ranges, unless one
 * of them is so much narrower that it would lose more than two bits: then that Concat stays in floating point. So does what would
 * give answers one encoding whose channels differ too much for it ({@link WideAnswers}). The model's answers are never clipped,
 * whatever the observer: the largest decide, and clipped ones would be equal.
 */
public final class ChooseEncodings {

    /** The most a joined value's range may be widened: two bits of resolution. */
    static final float LARGEST_WIDENING = 4f;

    private static final Set<String> UNIT_RANGE = Set.of("Sigmoid", "HardSigmoid", "Softmax");

    /** Operators that leave the order of answers as it is. */
    private static final Set<String> ORDER_KEEPING = Set.of(
            "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Softmax", "LogSoftmax", "Sigmoid", "ArgMax");

    private static final Observer EXTREMES = new MinMaxObserver();

    private final Graph graph;
    private final Uses uses;
    private final Map<String, TensorStatistics> statistics;
    private final QuantizationSettings settings;
    private final Observer observer;

    private ChooseEncodings(
            Graph graph, Map<String, TensorStatistics> statistics, QuantizationSettings settings, Observer observer) {
        this.graph = graph;
        this.uses = Uses.of(graph);
        this.statistics = statistics;
        this.settings = settings;
        this.observer = observer;
    }

    /**
     * The plan for {@code placement}, with fewer nodes on integers where ranges do not allow it.
     *
     * @param statistics of each value that {@link EncodedValues#observed()} names
     */
    public static QuantizationPlan choose(
            Graph graph,
            Placement placement,
            Map<String, TensorStatistics> statistics,
            QuantizationSettings settings,
            Observer observer) {
        return new ChooseEncodings(graph, statistics, settings, observer).plan(placement);
    }

    private QuantizationPlan plan(Placement start) {
        Placement placement =
                new WideAnswers(graph, uses, statistics, settings.activationType()).keptPrecise(withoutEmpty(start));
        while (true) {
            EncodedValues values = EncodedValues.of(graph, uses, placement);
            SharedRanges ranges = new SharedRanges(values);
            values.observed().forEach(value -> ranges.put(value, range(value)));
            limitClamps(placement, ranges);
            Placement narrowed = join(placement, ranges);
            if (narrowed.equals(placement)) {
                return plan(placement, ranges);
            }
            placement = narrowed;
        }
    }

    /** {@code start} with nodes in floating point that would encode a value which had no elements in any sample. */
    private Placement withoutEmpty(Placement start) {
        Placement placement = start;
        for (boolean changed = true; changed; ) {
            changed = false;
            Map<String, String> groups =
                    EncodedValues.of(graph, uses, placement).groups();
            for (Node node : graph.nodes()) {
                if (placement.isQuantized(node) && touchesEmpty(node, placement, groups)) {
                    placement = placement.withFloat(node.id(), "a value beside it is empty in all calibration samples");
                    changed = true;
                }
            }
        }
        return placement;
    }

    private boolean touchesEmpty(Node node, Placement placement, Map<String, String> groups) {
        return Stream.concat(node.inputs().stream(), Stream.of(placement.encodedOutput(node, uses)))
                .map(value -> statistics.get(groups.getOrDefault(value, "")))
                .anyMatch(seen -> seen != null && seen.count() == 0);
    }

    private QuantizationPlan plan(Placement placement, SharedRanges ranges) {
        Map<String, Encoding> activations = new LinkedHashMap<>();
        ranges.byGroup()
                .forEach((group, range) ->
                        activations.put(group, Encodings.asymmetric(range.withZero(), settings.activationType())));
        Map<String, String> groups = ranges.groups();
        Map<String, Encoding> weights = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            if (placement.isQuantized(node)) {
                float inputScale = activations.containsKey(groups.get(node.input(0)))
                        ? activations.get(groups.get(node.input(0))).scale(0)
                        : 0f;
                EncodeWeights.of(graph, node, placement.rule(node), settings, inputScale)
                        .ifPresent(encoding -> weights.put(node.id(), encoding));
            }
        }
        return new QuantizationPlan(placement, groups, activations, weights);
    }

    private Range range(String value) {
        boolean unit = uses.producer(value)
                .filter(producer -> UNIT_RANGE.contains(producer.op()))
                .isPresent();
        if (unit) {
            return new Range(0, 1);
        }
        TensorStatistics observed = statistics.get(value);
        if (observed == null) {
            throw new IllegalStateException("value " + value + " was not observed");
        }
        return (isAnswer(value) ? EXTREMES : observer).range(observed, settings.activationType());
    }

    /** Whether {@code value} is what the model answers, before its order is read. */
    private boolean isAnswer(String value) {
        String at = value;
        while (!graph.isOutput(at)) {
            Node consumer = uses.onlyConsumer(at)
                    .filter(node -> ORDER_KEEPING.contains(node.op()))
                    .orElse(null);
            if (consumer == null) {
                return false;
            }
            at = consumer.output(0);
        }
        return true;
    }

    /** An encoding that does the work of a Relu or Clip must not reach beyond its bounds. */
    private void limitClamps(Placement placement, SharedRanges ranges) {
        for (Node node : graph.nodes()) {
            if (placement.isFused(node)) {
                float top = node.hasInput(2)
                        ? graph.constant(node.input(2)).orElseThrow().toFloats()[0]
                        : Float.MAX_VALUE;
                ranges.limit(node.output(0), new Range(0, top));
            }
        }
    }

    /**
     * Joins the groups of each quantized Concat, or moves it to floating point. An input whose encoding clamps keeps its own where
     * the common one would reach further.
     */
    private Placement join(Placement start, SharedRanges ranges) {
        Placement placement = start;
        for (Node node : graph.nodes()) {
            if (!placement.isQuantized(node) || placement.rule(node).role() != Role.CONCAT) {
                continue;
            }
            List<String> joined = Stream.concat(node.inputs().stream(), node.outputs().stream())
                    .toList();
            Range union = joined.stream().map(ranges::of).reduce(Range::union).orElseThrow();
            String narrowest = node.inputs().stream()
                    .min((a, b) ->
                            Float.compare(ranges.of(a).magnitude(), ranges.of(b).magnitude()))
                    .orElseThrow();
            if (ranges.of(narrowest).magnitude() * LARGEST_WIDENING < union.magnitude()) {
                placement = placement.withFloat(
                        node.id(),
                        "joins ranges that differ too much: " + narrowest + " reaches "
                                + ranges.of(narrowest).magnitude() + ", the whole " + union.magnitude());
            } else {
                ranges.join(joined.stream()
                        .filter(value -> ranges.mayHold(value, union))
                        .toList());
            }
        }
        return placement;
    }
}
