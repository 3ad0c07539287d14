package dev.octet.engine.scheme;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of a model as people see them.
 *
 * @param nodes in the order of running, bodies behind the node that holds them; the first ones where there are too many
 * @param total how many nodes the model has
 */
public record ModelOutline(List<Entry> nodes, int total) {

    /** What a static quantization would make of a node. */
    public enum Expectation {
        /** Its operator has an integer kernel. */
        QUANTIZED,
        /** It stays in floating point. */
        FLOAT,
        /** It is gone before anything is quantized. */
        FUSED
    }

    /**
     * One node.
     *
     * @param name its name, or its first output's where it has none
     * @param operator its operator, other domains' with their domain before a dot
     * @param inputs names of the values that it reads and that are computed or given
     * @param outputs names of the values that it computes
     * @param weights the constants that it reads
     * @param parameterBytes bytes of those constants
     * @param expected what would become of it, as far as that can be told without running it
     * @param reason why; empty where it is quantized
     * @param inside name of the node whose body it is part of; null at the top
     */
    public record Entry(
            String name,
            String operator,
            List<String> inputs,
            List<String> outputs,
            List<TensorInfo> weights,
            long parameterBytes,
            Expectation expected,
            String reason,
            @Nullable String inside) {

        public Entry {
            inputs = List.copyOf(inputs);
            outputs = List.copyOf(outputs);
            weights = List.copyOf(weights);
        }
    }

    public ModelOutline {
        nodes = List.copyOf(nodes);
    }
}
