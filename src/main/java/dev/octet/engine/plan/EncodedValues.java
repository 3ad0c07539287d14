package dev.octet.engine.plan;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.graph.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which values need an encoding under a placement, and which of them share one.
 *
 * <p>A value is encoded when a quantized node takes it as an activation or when its quantized producer can only write integers.
 * What a movement operator reads and writes has one encoding.
 *
 * @param groups for each encoded value the first value of its group, in the graph's order
 * @param observed values whose range has to be calibrated: the sources of each group
 */
public record EncodedValues(Map<String, String> groups, Set<String> observed) {

    public EncodedValues {
        groups = Collections.unmodifiableMap(new LinkedHashMap<>(groups));
        observed = Collections.unmodifiableSet(new LinkedHashSet<>(observed));
    }

    /** The encoded values of {@code graph} under {@code placement}. */
    public static EncodedValues of(Graph graph, Uses uses, Placement placement) {
        Map<String, String> groups = new LinkedHashMap<>();
        Set<String> observed = new LinkedHashSet<>();
        for (Value input : graph.requiredInputs()) {
            if (isTaken(input.name(), uses, placement)) {
                groups.put(input.name(), input.name());
                observed.add(input.name());
            }
        }
        for (Node node : graph.nodes()) {
            for (String value : node.outputs()) {
                if (!isEncoded(value, node, graph, uses, placement)) {
                    continue;
                }
                boolean moved =
                        placement.isQuantized(node) && placement.rule(node).role() == Role.MOVEMENT;
                groups.put(value, moved ? groups.getOrDefault(node.input(0), value) : value);
                if (!moved) {
                    observed.add(value);
                }
            }
        }
        return new EncodedValues(groups, observed);
    }

    /** The members of each group, by the group's first value. */
    public Map<String, List<String>> members() {
        Map<String, List<String>> members = new LinkedHashMap<>();
        groups.forEach((value, group) ->
                members.computeIfAbsent(group, _ -> new ArrayList<>()).add(value));
        return members;
    }

    private static boolean isEncoded(String value, Node producer, Graph graph, Uses uses, Placement placement) {
        if (value.isEmpty()) {
            return false;
        }
        if (!placement.isQuantized(producer)) {
            return isTaken(value, uses, placement);
        }
        List<Node> consumers = uses.consumers(value);
        if (consumers.size() == 1 && placement.isFused(consumers.getFirst())) {
            return false;
        }
        return switch (placement.rule(producer).role()) {
            case TABLE, COMPUTE_FLOAT_OUT, RECURRENT -> isTaken(value, uses, placement);
            case COMPUTE, CLAMP, ARITHMETIC, MOVEMENT, CONCAT, FLOAT -> !consumers.isEmpty() || graph.isOutput(value);
        };
    }

    private static boolean isTaken(String value, Uses uses, Placement placement) {
        return uses.consumers(value).stream()
                .filter(placement::isQuantized)
                .anyMatch(consumer -> placement.rule(consumer).activations().stream()
                        .anyMatch(i -> consumer.input(i).equals(value)));
    }
}
