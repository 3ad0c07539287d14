package dev.octet.engine.rewrite;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.GraphRunner;
import dev.octet.engine.graph.Model;
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
 * <p>The types in a file are only its author's word, and wrong ones are met with; what the runtime infers replaces them. Types of
 * inputs and outputs stay as the file has them.
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
        Map<String, ValueType> known = runner.types(model);
        graph.nodes().stream()
                .flatMap(node -> node.outputs().stream())
                .filter(known::containsKey)
                .forEach(value -> inferred.put(value, known.get(value)));
        long without = graph.nodes().stream()
                .flatMap(node -> node.outputs().stream())
                .filter(value -> !value.isEmpty() && !inferred.containsKey(value))
                .count();
        return new Result(
                model.withGraph(graph.withTypes(inferred)),
                List.of("types of " + inferred.size() + " values are known, of " + without + " not"));
    }
}
