package dev.octet.engine.search.calibration;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.graph.Value;
import dev.octet.engine.plan.EncodedValues;
import dev.octet.engine.plan.IntegersFirst;
import dev.octet.engine.plan.PlaceByMinimumCut;
import dev.octet.engine.plan.Placement;
import dev.octet.engine.plan.Role;
import dev.octet.engine.plan.Rule;
import dev.octet.engine.plan.Work;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The values that any placement of a model may encode.
 *
 * <p>Those that are observed where all that can be on integers is, and those that a node which can be on integers reads while what
 * wrote them stays in floating point: moved values, that else have the encoding of what they were moved from. Values between an
 * operator and the clamp that fuses into it are none: they are encoded by no placement, and observing them would keep the runtime
 * from fusing as well.
 *
 * <p>A search calibrates all of them at once: each of its trials then finds what it needs. A job with fixed settings observes all
 * where that is little more than what its own placement encodes, see {@link #affordable}, so that later jobs with other settings
 * calibrate no more. Measured, candidates against the placement's own values: ResNet-20 33 values against 32, the same time;
 * MobileNetV1 30 against 28 with 1.2 times the elements, 1.05 to 1.1 times the processors' time; but PP-OCR's classifier with
 * its hard swishes 146 against 40 with 3.6 times the elements, 2 to 3 times the time, and MiniLM 115 against 24, 4.2 times the
 * elements: there a later job calibrates what it misses.
 */
public final class Candidates {

    /** Elements of all candidates over those of the values asked for, up to which all are observed. */
    static final double AFFORDABLE = 1.5;

    private Candidates() {}

    /**
     * All candidates where they hold at most {@value #AFFORDABLE} times as many elements as {@code needed}; else {@code needed}.
     *
     * @param graph with the types of its values
     * @param needed the values that a placement encodes
     */
    public static Set<String> affordable(Graph graph, Set<String> needed) {
        Set<String> all = new LinkedHashSet<>(of(graph));
        all.addAll(needed);
        Work work = new Work(graph);
        return elements(all, work) <= AFFORDABLE * elements(needed, work) ? all : needed;
    }

    private static double elements(Set<String> values, Work work) {
        return values.stream().mapToDouble(work::elements).sum();
    }

    /** The names, in the graph's order. */
    public static Set<String> of(Graph graph) {
        Uses uses = Uses.of(graph);
        Placement integers = PlaceByMinimumCut.place(graph, uses, new IntegersFirst(), Set.of(), Set.of());
        Set<String> observed = EncodedValues.of(graph, uses, integers).observed();
        Set<String> candidates = new LinkedHashSet<>();
        for (Value input : graph.requiredInputs()) {
            if (observed.contains(input.name()) || isReadOnIntegers(input.name(), uses, integers)) {
                candidates.add(input.name());
            }
        }
        for (Node node : graph.nodes()) {
            for (String value : node.outputs()) {
                if (observed.contains(value)
                        || (isReadOnIntegers(value, uses, integers) && !isClampedOnly(value, uses, integers))) {
                    candidates.add(value);
                }
            }
        }
        return candidates;
    }

    private static boolean isReadOnIntegers(String value, Uses uses, Placement placement) {
        for (Node consumer : uses.consumers(value)) {
            Rule rule = placement.rule(consumer);
            if (rule.quantizable()
                    && rule.activations().stream()
                            .anyMatch(i -> consumer.input(i).equals(value))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isClampedOnly(String value, Uses uses, Placement placement) {
        List<Node> consumers = uses.consumers(value);
        return consumers.size() == 1 && placement.rule(consumers.getFirst()).role() == Role.CLAMP;
    }
}
