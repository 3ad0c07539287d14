package dev.octet.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Flags made from what the contract says of a job request, so that there is one for all that can be asked for.
 *
 * <p>{@code objective.maxDrop} becomes {@code --max-drop}; what concerns the data or the webhook keeps its section's name, as
 * {@code --evaluation-metric}.
 */
final class RequestFlags {
    /** Sections whose members are told apart by their own names. */
    private static final Set<String> PLAIN = Set.of("objective", "settings", "measure", "budget");

    /** What has an option of its own, or is no matter for a command line that others can see. */
    private static final Set<String> LEFT_OUT = Set.of("modelId", "datasetId", "tags", "secret");

    private static final String CONTRACT = "/static/openapi.yaml";

    private record Flag(String name, List<String> path, Class<?> type, boolean many, String description) {}

    private final List<Flag> flags;

    private RequestFlags(List<Flag> flags) {
        this.flags = List.copyOf(flags);
    }

    /** None, for commands that need none. */
    static RequestFlags none() {
        return new RequestFlags(List.of());
    }

    /** All that the contract in this jar knows. */
    static RequestFlags ofContract() {
        try (InputStream yaml = RequestFlags.class.getResourceAsStream(CONTRACT)) {
            if (yaml == null) {
                throw new IllegalStateException(CONTRACT + " is missing from the build");
            }
            return of(yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static RequestFlags of(InputStream contract) {
        Map<String, Object> root = object(new Yaml(new SafeConstructor(new LoaderOptions())).load(contract));
        Map<String, Object> schemas = object(object(root.get("components")).get("schemas"));
        List<Flag> found = new ArrayList<>();
        collect(schemas, object(schemas.get("JobRequest")), List.of(), found);
        return new RequestFlags(found);
    }

    private static void collect(
            Map<String, Object> schemas, Map<String, Object> schema, List<String> path, List<Flag> found) {
        object(schema.get("properties")).forEach((name, value) -> {
            Map<String, Object> member = resolve(schemas, object(value));
            List<String> place = new ArrayList<>(path);
            place.add(name);
            if (LEFT_OUT.contains(name)) {
                return;
            }
            if (member.containsKey("properties")) {
                collect(schemas, member, place, found);
            } else {
                boolean many = "array".equals(member.get("type"));
                Map<String, Object> one = many ? resolve(schemas, object(member.get("items"))) : member;
                Class<?> type = type(String.valueOf(one.get("type")));
                if (type != null) {
                    found.add(new Flag(name(place), place, type, many, describe(member, one)));
                }
            }
        });
    }

    /** A member with what it refers to; what it says itself comes first. */
    private static Map<String, Object> resolve(Map<String, Object> schemas, Map<String, Object> member) {
        Map<String, Object> all = new LinkedHashMap<>();
        if (member.get("$ref") instanceof String reference) {
            all.putAll(resolve(schemas, object(schemas.get(reference.substring(reference.lastIndexOf('/') + 1)))));
        }
        if (member.get("allOf") instanceof List<?> parts) {
            parts.forEach(part -> all.putAll(resolve(schemas, object(part))));
        }
        all.putAll(member);
        return all;
    }

    private static @Nullable Class<?> type(String type) {
        return switch (type) {
            case "string" -> String.class;
            case "integer" -> Long.class;
            case "number" -> Double.class;
            case "boolean" -> Boolean.class;
            default -> null;
        };
    }

    private static String name(List<String> path) {
        List<String> shown = PLAIN.contains(path.getFirst()) ? path.subList(1, path.size()) : path;
        return "--"
                + String.join("-", shown)
                        .replaceAll("([a-z0-9])([A-Z])", "$1-$2")
                        .toLowerCase(Locale.ROOT);
    }

    private static String describe(Map<String, Object> member, Map<String, Object> one) {
        String text =
                String.valueOf(member.getOrDefault("description", "")).strip().replaceAll("\\s+", " ");
        String choices = one.get("enum") instanceof List<?> values
                ? " One of " + values.stream().map(String::valueOf).collect(Collectors.joining(", ")) + "."
                : "";
        String otherwise = member.containsKey("default") ? " Default: " + member.get("default") + "." : "";
        // The library reads this as a format.
        return (text + choices + otherwise).replace("%", "%%");
    }

    /** A YAML mapping; empty where there is none. */
    private static Map<String, Object> object(@Nullable Object node) {
        Map<String, Object> object = new LinkedHashMap<>();
        if (node instanceof Map<?, ?> map) {
            map.forEach((key, value) -> object.put(String.valueOf(key), value));
        }
        return object;
    }

    /** Adds the flags to a command. */
    void addTo(CommandSpec command) {
        for (Flag flag : flags) {
            OptionSpec.Builder option = OptionSpec.builder(flag.name)
                    .paramLabel(flag.type.getSimpleName().toUpperCase(Locale.ROOT) + (flag.many ? ",…" : ""))
                    .description(flag.description)
                    .arity("1");
            command.addOption(
                    flag.many
                            ? option.type(List.class)
                                    .auxiliaryTypes(flag.type)
                                    .splitRegex(",")
                                    .build()
                            : option.type(flag.type).build());
        }
    }

    /** Writes the flags that were given into the request. */
    void fill(ObjectNode request, ParseResult given) {
        for (Flag flag : flags) {
            Object value = given.matchedOptionValue(flag.name, (Object) null);
            if (value != null) {
                ObjectNode section = request;
                for (String step : flag.path.subList(0, flag.path.size() - 1)) {
                    section = section.withObjectProperty(step);
                }
                section.set(flag.path.getLast(), JsonMapper.shared().valueToTree(value));
            }
        }
    }
}
