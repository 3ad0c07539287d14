package dev.octet.engine.torch.program;

import dev.octet.engine.scheme.EngineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Readable names of a model's outputs, from the structure that {@code forward()} returns.
 *
 * <p>A single tensor is {@code output}, the parts of a tuple {@code output_0}, {@code output_1}, those of a dictionary or a named
 * tuple are called by their keys.
 */
final class OutputNames {

    private static final int DEEPEST = 20;

    private final List<String> names = new ArrayList<>();

    private OutputNames() {}

    /** Names for {@code count} outputs; by position where the structure does not say. */
    static List<String> of(Optional<Json> structure, int count) {
        OutputNames found = new OutputNames();
        structure.filter(Json::isText).ifPresent(text -> {
            try {
                List<Json> versioned = Json.parse(
                                text.text().getBytes(java.nio.charset.StandardCharsets.UTF_8), "out_spec")
                        .items();
                found.visit(versioned.get(versioned.size() - 1), "", 0);
            } catch (EngineException | IndexOutOfBoundsException _) {
                // A structure of the author's own making: names by position will do.
                found.names.clear();
            }
        });
        List<String> names = found.names;
        if (names.size() != count || names.stream().distinct().count() != count) {
            names.clear();
            for (int i = 0; i < count; i++) {
                names.add(count == 1 ? "output" : "output_" + i);
            }
        }
        return List.copyOf(names);
    }

    private void visit(Json spec, String path, int depth) {
        List<Json> children = spec.at("children_spec").items();
        if (spec.find("type").isEmpty()) {
            names.add(path.isEmpty() ? "output" : path);
            return;
        }
        if (depth > DEEPEST) {
            throw spec.malformed("is nested deeper than " + DEEPEST);
        }
        List<String> keys = keys(spec, children.size());
        for (int i = 0; i < children.size(); i++) {
            String step = keys.isEmpty() ? Integer.toString(i) : keys.get(i);
            boolean alone = path.isEmpty() && keys.isEmpty();
            String name = path.isEmpty() ? step : path + "_" + step;
            visit(children.get(i), alone ? (children.size() == 1 ? "" : "output_" + i) : name, depth + 1);
        }
    }

    /** The keys of a dictionary; empty for sequences. */
    private static List<String> keys(Json spec, int count) {
        Optional<Json> context = spec.find("context").filter(Json::isText);
        if (context.isEmpty() || !context.get().text().startsWith("[")) {
            return List.of();
        }
        Map<Boolean, List<Json>> keys = Json.parse(
                        context.get().text().getBytes(java.nio.charset.StandardCharsets.UTF_8), "context")
                .items()
                .stream()
                .collect(Collectors.partitioningBy(Json::isText));
        List<String> names = keys.getOrDefault(true, List.of()).stream()
                .map(key -> key.text().replaceAll("[^\\p{L}\\p{N}_.-]", "_"))
                .toList();
        return names.size() == count ? names : List.of();
    }
}
