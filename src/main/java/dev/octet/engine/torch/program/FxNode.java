package dev.octet.engine.torch.program;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One call of an operator in an exported program.
 *
 * @param target the operator, such as {@code aten.conv2d.default}, without {@code torch.ops.}
 * @param arguments by name of the operator's schema, those with their default value left out
 * @param keywords arguments that are given by keyword
 * @param results what it gives, by position
 * @param module path of the module that made the call, such as {@code layer1.0.conv1}; empty for the model itself
 * @param source where it stands in the author's code as {@code file:line}, folders left out; empty where that is not known
 */
public record FxNode(
        String target,
        Map<String, Argument> arguments,
        Set<String> keywords,
        List<Argument> results,
        String module,
        String source) {

    public FxNode {
        arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
        keywords = Set.copyOf(keywords);
        results = List.copyOf(results);
    }

    /** A call of which it does not matter how arguments are given. */
    public FxNode(
            String target, Map<String, Argument> arguments, List<Argument> results, String module, String source) {
        this(target, arguments, Set.of(), results, module, source);
    }

    /** The call for people: operator and module. */
    public String label() {
        return module.isEmpty() ? target : target + " in " + module;
    }
}
