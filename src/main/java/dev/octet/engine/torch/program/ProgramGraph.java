package dev.octet.engine.torch.program;

import java.util.List;
import java.util.Map;

/**
 * The calls of an exported program in order, with what is known of their values.
 *
 * @param inputs what the graph is given, parameters and buffers included
 * @param outputs what it gives
 * @param nodes the calls, each after those whose results it uses
 * @param tensors tensor values by name
 */
public record ProgramGraph(
        List<Argument> inputs, List<Argument> outputs, List<FxNode> nodes, Map<String, TensorMeta> tensors) {

    public ProgramGraph {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        nodes = List.copyOf(nodes);
        tensors = Map.copyOf(tensors);
    }
}
