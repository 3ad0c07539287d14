package dev.octet.engine.torch.program;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One call of an operator in an exported program.
 *
 * @param target the operator, such as {@code aten.conv2d.default}, without {@code torch.ops.}
 * @param arguments by name of the operator's schema, those with their default value left out
 * @param results what it gives, by position
 * @param module path of the module that made the call, such as {@code layer1.0.conv1}; empty for the model itself
 * @param source where it stands in the author's code as {@code file:line}, folders left out; empty where that is not known
 */
public record FxNode(
        String target, Map<String, Argument> arguments, List<Argument> results, String module, String source) {

    public FxNode {
        arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
        results = List.copyOf(results);
    }

    /** The call for people: operator and module. */
    public String label() {
        return module.isEmpty() ? target : target + " in " + module;
    }
}
