package dev.octet.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.scheme.ObserverKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What makes the contract good to read, and clients generated from it: names, descriptions, examples, every error told. */
class ContractReadsWellTest {
    private static final Set<String> METHODS = Set.of("get", "head", "post", "put", "patch", "delete", "options");

    private final JsonNode contract = contract();

    private static JsonNode contract() {
        try {
            return JsonMapper.shared().valueToTree(new Yaml().load(Files.readString(Path.of("openapi.yaml"))));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void everyOperationHasANameOfItsOwnATagAndWords() {
        Set<String> names = new HashSet<>();
        Set<String> tags = new HashSet<>();
        contract.path("tags").forEach(tag -> tags.add(tag.path("name").asString()));
        operations().forEach((at, operation) -> {
            assertThat(names.add(operation.path("operationId").asString("")))
                    .as("a new operationId at %s", at)
                    .isTrue();
            assertThat(operation.path("tags")).as("tags at %s", at).hasSize(1);
            assertThat(tags).contains(operation.path("tags").get(0).asString());
            assertThat(operation.path("summary").asString(""))
                    .as("summary at %s", at)
                    .isNotBlank();
            assertThat(operation.path("description").asString(""))
                    .as("description at %s", at)
                    .isNotBlank();
        });
    }

    @Test
    void everyErrorIsAProblem() {
        operations().forEach((at, operation) -> {
            assertThat(operation.path("responses").has("500"))
                    .as("500 at %s", at)
                    .isTrue();
            for (Map.Entry<String, JsonNode> response :
                    operation.path("responses").properties()) {
                if (response.getKey().compareTo("400") >= 0) {
                    assertThat(resolve(response.getValue())
                                    .at("/content/application~1problem+json/schema/$ref")
                                    .asString(""))
                            .as("%s at %s", response.getKey(), at)
                            .isEqualTo("#/components/schemas/Problem");
                }
            }
        });
    }

    @Test
    void namesOfOtherToolsAreThoseThatAreRead() {
        Map<String, List<String>> told = new LinkedHashMap<>();
        contract.at("/components/schemas/ObserverName/x-aliases")
                .properties()
                .forEach(observer -> told.put(
                        observer.getKey(),
                        observer.getValue().values().stream()
                                .map(JsonNode::stringValue)
                                .toList()));
        Map<String, List<String>> read = new LinkedHashMap<>();
        for (ObserverKind kind : ObserverKind.values()) {
            if (!kind.aliases().isEmpty()) {
                read.put(kind.name(), kind.aliases());
            }
        }
        assertThat(told).isEqualTo(read);
    }

    @Test
    void everySchemaAndFieldIsDescribedAndHasAnExample() {
        List<String> without = new ArrayList<>();
        for (Map.Entry<String, JsonNode> schema :
                contract.at("/components/schemas").properties()) {
            if (!schema.getValue().has("description")) {
                without.add(schema.getKey() + " without description");
            }
            for (Map.Entry<String, JsonNode> field :
                    schema.getValue().path("properties").properties()) {
                String name = schema.getKey() + "." + field.getKey();
                if (!field.getValue().has("description")) {
                    without.add(name + " without description");
                }
                if (!hasExample(field.getValue())) {
                    without.add(name + " without example");
                }
            }
        }
        assertThat(without).isEmpty();
    }

    /** Whether a value can be shown: one that is given, one of an enumeration, bytes, or an object of such. */
    private boolean hasExample(JsonNode schema) {
        if (schema.has("$ref")) {
            return hasExample(resolve(schema));
        }
        if (schema.has("allOf")) {
            return schema.path("allOf").valueStream().allMatch(this::hasExample);
        }
        return schema.has("example")
                || schema.has("default")
                || schema.has("enum")
                || schema.has("properties")
                || schema.path("format").asString("").equals("binary")
                || (schema.has("items") && hasExample(schema.path("items")));
    }

    private JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? contract.at(node.path("$ref").asString().substring(1)) : node;
    }

    private Map<String, JsonNode> operations() {
        Map<String, JsonNode> operations = new LinkedHashMap<>();
        contract.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().stream()
                        .filter(method -> METHODS.contains(method.getKey()))
                        .forEach(method -> operations.put(method.getKey() + " " + path.getKey(), method.getValue())));
        assertThat(operations).hasSizeGreaterThan(20);
        return operations;
    }
}
