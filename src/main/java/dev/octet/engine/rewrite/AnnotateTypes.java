package dev.octet.engine.rewrite;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.GraphRunner;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Rewrite;
import dev.octet.engine.graph.ValueType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes down the types that the runtime infers.
 *
 * <pre>
 * before:  x : FLOAT[N,3] -> Gemm(W) -> h : ?            -> Relu -> y : FLOAT[N,7]
 * after:   x : FLOAT[N,3] -> Gemm(W) -> h : FLOAT[N,10]  -> Relu -> y : FLOAT[N,7]
 * </pre>
 *
 * <p>The types in a file are only its author's word, and wrong ones are met with: the runtime infers its own without seeing
 * them. Types of inputs and outputs stay as the file has them.
 */
public final class AnnotateTypes implements Rewrite {

    private final GraphRunner runner;

    public AnnotateTypes(GraphRunner runner) {
        this.runner = runner;
    }

    @Override
    public String title() {
        return "take types from the runtime";
    }

    @Override
    public Result apply(Model model) {
        Graph graph = model.graph();
        Map<String, ValueType> inferred = new LinkedHashMap<>();
        Map<String, ValueType> known = runner.types(model.withoutTypes());
        for (Node node : graph.nodes()) {
            for (String value : node.outputs()) {
                ValueType type = known.get(value);
                if (type != null) {
                    inferred.put(value, certain(type));
                }
            }
        }
        long without = graph.nodes().stream()
                .flatMap(node -> node.outputs().stream())
                .filter(value -> !value.isEmpty() && !inferred.containsKey(value))
                .count();
        return new Result(
                model.withGraph(graph.withTypes(inferred)),
                List.of("types of " + inferred.size() + " values are known, of " + without + " not"));
    }

    /** The runtime describes a scalar and a tensor of unknown rank alike, by an empty shape: what can't be told apart is not known. */
    private static ValueType certain(ValueType type) {
        return type instanceof ValueType.TensorType tensor && tensor.rank() == 0
                ? new ValueType.TensorType(tensor.element(), null)
                : type;
    }
}
