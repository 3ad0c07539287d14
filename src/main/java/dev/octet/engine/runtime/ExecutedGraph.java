package dev.octet.engine.runtime;

import java.util.List;

/**
 * A model as the runtime executes it, after all its optimizations.
 *
 * @param nodes in order of execution
 * @param islands parts that run in floating point though the model is quantized
 * @param macs multiply-accumulates of all nodes for one sample, free dimensions counted as 1
 * @param integerMacs those on integer kernels
 */
public record ExecutedGraph(List<ExecutedNode> nodes, List<Island> islands, long macs, long integerMacs) {

    /**
     * A node as executed.
     *
     * @param name as in a profile
     * @param domain operator set, empty for ONNX's own
     * @param op the kernel's operator, such as QLinearConv
     * @param inputs names of values by position
     * @param outputs names of values by position
     * @param integer whether it computes with or moves integers of 8 bits or fewer
     * @param conversion whether it only converts between integers and floats
     * @param macs its multiply-accumulates for one sample
     * @param originals {@link dev.octet.engine.graph.Node#id ids} of the file's nodes that it stands for, upstream first; none
     *     where the runtime put it in
     */
    public record ExecutedNode(
            String name,
            String domain,
            String op,
            List<String> inputs,
            List<String> outputs,
            boolean integer,
            boolean conversion,
            long macs,
            List<String> originals) {
        public ExecutedNode {
            inputs = List.copyOf(inputs);
            outputs = List.copyOf(outputs);
            originals = List.copyOf(originals);
        }
    }

    /**
     * A connected part that runs in floating point.
     *
     * @param nodes names of its executed nodes
     * @param originals ids of the file's nodes in it
     * @param conversions number of quantizing and dequantizing nodes at its shores
     * @param macs its multiply-accumulates for one sample
     * @param reason why it does, in words
     */
    public record Island(List<String> nodes, List<String> originals, int conversions, long macs, String reason) {
        public Island {
            nodes = List.copyOf(nodes);
            originals = List.copyOf(originals);
        }
    }

    public ExecutedGraph {
        nodes = List.copyOf(nodes);
        islands = List.copyOf(islands);
    }

    /** The share of multiply-accumulates on integer kernels, 0 to 1; 0 for a model without any. */
    public double int8MacShare() {
        return macs == 0 ? 0 : (double) integerMacs / macs;
    }
}
