package dev.octet.engine.rewrite.blockwise;

import dev.octet.engine.graph.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Weights with all nodes that use them, so that what is tied stays tied.
 *
 * <p>Besides nodes that read one constant these are nodes whose constants hold the same values, as they are or transposed: exporters and
 * constant folding write the transposed embedding of a language model once more for its last layer.
 *
 * @param matrix the weights
 * @param nodes who use them, in the graph's order
 */
public record SharedWeights(WeightMatrix matrix, List<Node> nodes) {

    private record Shape(int rows, int columns) {}

    public SharedWeights {
        nodes = List.copyOf(nodes);
    }

    /** The weights of {@code nodes}, each once, in the graph's order. */
    public static List<SharedWeights> of(List<Node> nodes, BlockwiseRules rules) {
        List<WeightMatrix> matrices = new ArrayList<>();
        List<List<Node>> users = new ArrayList<>();
        Map<Shape, List<Integer>> alike = new HashMap<>();
        for (Node node : nodes) {
            WeightMatrix weights = rules.weights(node);
            List<Integer> candidates =
                    alike.computeIfAbsent(new Shape(weights.rows(), weights.columns()), _ -> new ArrayList<>());
            int found = candidates.stream()
                    .filter(i -> matrices.get(i).equalTo(weights))
                    .findFirst()
                    .orElse(-1);
            if (found < 0) {
                candidates.add(matrices.size());
                matrices.add(weights);
                users.add(new ArrayList<>(List.of(node)));
            } else {
                users.get(found).add(node);
            }
        }
        List<SharedWeights> shared = new ArrayList<>();
        for (int i = 0; i < matrices.size(); i++) {
            shared.add(new SharedWeights(matrices.get(i), users.get(i)));
        }
        return shared;
    }
}
