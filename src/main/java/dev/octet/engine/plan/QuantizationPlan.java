package dev.octet.engine.plan;

import dev.octet.engine.graph.Node;
import dev.octet.engine.scheme.Encoding;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that is decided before a graph is quantized: a value, printed, stored, then performed.
 *
 * @param placement which nodes run on integers
 * @param groups for each encoded value the first value of the group that it shares its encoding with
 * @param activations encodings by the first value of each group
 * @param weights encodings of constant weights by {@link Node#id()} of the node that uses them
 */
public record QuantizationPlan(
        Placement placement,
        Map<String, String> groups,
        Map<String, Encoding> activations,
        Map<String, Encoding> weights) {

    public QuantizationPlan {
        groups = Collections.unmodifiableMap(new LinkedHashMap<>(groups));
        activations = Collections.unmodifiableMap(new LinkedHashMap<>(activations));
        weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
    }

    /** The encoding of {@code value}; empty where it stays in floating point. */
    public Optional<Encoding> activation(String value) {
        String group = groups.get(value);
        return group == null ? Optional.empty() : Optional.ofNullable(activations.get(group));
    }

    /** The encoding of the constant weights of {@code node}; empty where they stay in floating point. */
    public Optional<Encoding> weight(Node node) {
        return Optional.ofNullable(weights.get(node.id()));
    }

    /** The plan as stable text: one line a node, one a group of values. */
    public String text() {
        StringBuilder text = new StringBuilder();
        placement.decisions().forEach((node, decision) -> {
            text.append(node).append(": ").append(decision.choice());
            Encoding weight = weights.get(node);
            if (weight != null) {
                text.append(", weights ").append(weight);
            }
            text.append(" (").append(decision.reason()).append(")\n");
        });
        activations.forEach((value, encoding) ->
                text.append(value).append(" = ").append(encoding).append('\n'));
        return text.toString();
    }
}
