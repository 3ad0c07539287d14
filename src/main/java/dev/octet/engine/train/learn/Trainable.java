package dev.octet.engine.train.learn;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.scheme.ElementType;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A constant that is learned.
 *
 * @param node the one node that uses it
 * @param input where it does
 */
record Trainable(Node node, int input) {

    /** Inputs at which a floating-point constant is a parameter, by operator. */
    private static final Map<String, Set<Integer>> PARAMETERS = Map.of(
            "Conv", Set.of(1, 2),
            "ConvTranspose", Set.of(1, 2),
            "Gemm", Set.of(1, 2),
            "MatMul", Set.of(0, 1),
            "Add", Set.of(0, 1),
            "Mul", Set.of(0, 1),
            "PRelu", Set.of(1),
            "LayerNormalization", Set.of(1, 2),
            "InstanceNormalization", Set.of(1, 2),
            "BatchNormalization", Set.of(1, 2));

    /** All in {@code graph}, by the constant's name. One that several nodes use, or of one number, stays as it is. */
    static Map<String, Trainable> of(Graph graph) {
        Map<String, Integer> uses = new HashMap<>();
        graph.nodes().forEach(node -> node.inputs().forEach(name -> uses.merge(name, 1, Integer::sum)));
        Map<String, Trainable> found = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            if (!node.domain().isEmpty()) {
                continue;
            }
            for (int input : PARAMETERS.getOrDefault(node.op(), Set.of()).stream()
                    .sorted()
                    .toList()) {
                String name = node.input(input);
                Tensor constant = graph.constant(name).orElse(null);
                if (constant != null
                        && constant.type() == ElementType.FLOAT
                        && constant.elements() > 1
                        && uses.getOrDefault(name, 0) == 1
                        && !graph.isOutput(name)) {
                    found.put(name, new Trainable(node, input));
                }
            }
        }
        return found;
    }
}
