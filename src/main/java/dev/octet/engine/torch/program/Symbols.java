package dev.octet.engine.torch.program;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The numbers of a program that depend on its inputs.
 *
 * @param numbers the expression of each computed number by its name
 * @param examples what each expression is in the example
 * @param free names of the free sizes
 */
public record Symbols(Map<String, String> numbers, Map<String, Long> examples, List<String> free) {

    public Symbols {
        numbers = Collections.unmodifiableMap(new LinkedHashMap<>(numbers));
        examples = Collections.unmodifiableMap(new LinkedHashMap<>(examples));
        free = List.copyOf(free);
    }
}
