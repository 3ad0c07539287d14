package dev.octet.engine.graph;

import java.util.Map;
import java.util.Set;

/** Executes graphs: the one port through which algorithms reach a runtime. */
public interface GraphRunner {

    /**
     * Runs {@code model} once.
     *
     * @param inputs a tensor for each required input, by name
     * @param outputs the values wanted, which may be inner ones
     * @return the wanted values by name, on the heap
     * @throws dev.octet.engine.scheme.EngineException MODEL_UNSUPPORTED where the runtime refuses the model
     */
    Map<String, Tensor> run(Model model, Map<String, Tensor> inputs, Set<String> outputs);

    /**
     * The types that the runtime itself infers for all values of the top graph, by name.
     *
     * @throws dev.octet.engine.scheme.EngineException MODEL_UNSUPPORTED where the runtime refuses the model
     */
    Map<String, ValueType> types(Model model);
}
