package dev.octet.engine.onnx;

import dev.octet.engine.graph.Value;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a model file contains, as far as it can be told without running it.
 *
 * @param opset version of ONNX's own operator set; 0 where it is not imported
 * @param opsets versions of all operator sets imported, by domain
 * @param producer name and version of the tool that wrote it
 * @param inputs what the caller has to give, in order; inputs with a default left out
 * @param outputs what the caller gets, in order
 * @param operators number of nodes by operator, with its domain before it where that is not ONNX's own; nodes in subgraphs and
 *     functions counted
 * @param parameters number of elements of all weights: floating-point or quantized constants, in whichever form
 * @param quantized whether it holds quantization operators already
 * @param customDomains domains of operators that neither ONNX, nor ONNX Runtime, nor the model itself defines, sorted
 * @param weightBytes bytes of all constants
 * @param names what its nodes can be called by, theirs and their outputs', sorted; null where preparing it will give other names (to
 *     nodes that share one, or come out of functions), or where they are more than a million characters
 */
public record ModelFacts(
        long opset,
        Map<String, Long> opsets,
        String producer,
        List<Value> inputs,
        List<Value> outputs,
        Map<String, Integer> operators,
        long parameters,
        boolean quantized,
        List<String> customDomains,
        long weightBytes,
        @Nullable List<String> names) {

    public ModelFacts {
        opsets = Collections.unmodifiableMap(new LinkedHashMap<>(opsets));
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        operators = Collections.unmodifiableMap(new TreeMap<>(operators));
        customDomains = List.copyOf(customDomains);
        names = names == null ? null : List.copyOf(names);
    }
}
