package dev.octet.engine.graph;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A graph with what it needs to be run: operator set versions, functions, metadata.
 *
 * @param graph the network
 * @param opsets version of each operator set used, by domain; the empty domain is ONNX's own
 * @param functions operators that the model defines itself
 * @param metadata free text by key
 * @param producer name and version of the tool that wrote it, for people
 */
public record Model(
        Graph graph,
        Map<String, Long> opsets,
        List<Function> functions,
        Map<String, String> metadata,
        String producer) {

    public Model {
        opsets = Collections.unmodifiableMap(new LinkedHashMap<>(opsets));
        functions = List.copyOf(functions);
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /** Version of ONNX's own operator set; 0 where the model does not import it. */
    public long opset() {
        return opsets.getOrDefault("", 0L);
    }

    public Model withGraph(Graph newGraph) {
        return new Model(newGraph, opsets, functions, metadata, producer);
    }

    /** The same model without what is claimed of inner values' types; a runtime infers them for the inputs it is given. */
    public Model withoutTypes() {
        return withGraph(graph.withTypes(Map.of()));
    }

    /** The same model importing version {@code version} of the operator set {@code domain}. */
    public Model withOpset(String domain, long version) {
        Map<String, Long> changed = new LinkedHashMap<>(opsets);
        changed.put(domain, version);
        return new Model(graph, changed, functions, metadata, producer);
    }
}
