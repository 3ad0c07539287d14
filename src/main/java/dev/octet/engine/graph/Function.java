package dev.octet.engine.graph;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A local function: an operator that the model defines by a graph of others.
 *
 * @param domain operator set it belongs to
 * @param name operator name it defines
 * @param inputs names of its formal inputs
 * @param outputs names of its formal outputs
 * @param attributes names of attributes without a default
 * @param defaults attributes with their default value
 * @param nodes its body, in topological order
 * @param opsets versions of the operator sets its body uses, by domain
 */
public record Function(
        String domain,
        String name,
        List<String> inputs,
        List<String> outputs,
        List<String> attributes,
        Map<String, Attribute> defaults,
        List<Node> nodes,
        Map<String, Long> opsets) {

    public Function {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        attributes = List.copyOf(attributes);
        defaults = Collections.unmodifiableMap(new LinkedHashMap<>(defaults));
        nodes = List.copyOf(nodes);
        opsets = Collections.unmodifiableMap(new LinkedHashMap<>(opsets));
    }
}
