package dev.octet.engine;

import dev.octet.engine.scheme.TensorInfo;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an uploaded model is, read without running it.
 *
 * @param format {@code ONNX}, {@code ONNX_ZIP} or {@code PT2}
 * @param opset version of ONNX's own operator set that it imports, or is imported into
 * @param inputs what it has to be given
 * @param outputs what it gives
 * @param operators how often each operator occurs, subgraphs included; other domains' with their domain before a colon
 * @param parameters number of constant elements
 * @param quantized whether it holds quantization operators already
 * @param customDomains operator sets that are neither ONNX's nor the runtime's own
 * @param tokenizer whether its zip holds a tokenizer.json; null where that was not looked for yet
 * @param names what its nodes can be called by, theirs and their outputs'; null where that is not known before it is prepared
 */
public record ModelSummary(
        String format,
        long opset,
        List<TensorInfo> inputs,
        List<TensorInfo> outputs,
        SortedMap<String, Integer> operators,
        long parameters,
        boolean quantized,
        List<String> customDomains,
        @Nullable Boolean tokenizer,
        @Nullable List<String> names) {

    public ModelSummary {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        operators = Collections.unmodifiableSortedMap(new TreeMap<>(operators));
        customDomains = List.copyOf(customDomains);
        names = names == null ? null : List.copyOf(names);
    }

    /** The same with these names in the place of its own. */
    public ModelSummary withNames(@Nullable List<String> others) {
        return new ModelSummary(
                format, opset, inputs, outputs, operators, parameters, quantized, customDomains, tokenizer, others);
    }
}
