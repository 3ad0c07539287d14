package dev.octet.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The page about the report names every field that the contract has for it, and every code of a note. */
class ReportPageTest {
    private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
    private static final Pattern NOTE =
            Pattern.compile("(?:Note\\.(?:info|warning)\\(|\\? )\\s*\"([A-Z_]+)\"(?: : \"([A-Z_]+)\")?");

    private final Page page = Page.of("docs/report.md");

    /** The words between backticks; of a path, its last name. */
    private Set<String> named() {
        return CODE.matcher(page.text())
                .results()
                .map(match -> match.group(1).replaceFirst("^.*[.]", ""))
                .collect(Collectors.toSet());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Report", "Layer", "Trial"})
    void everyFieldIsNamed(String schema) throws IOException {
        JsonNode contract = JsonMapper.shared().valueToTree(new Yaml().load(Files.readString(Path.of("openapi.yaml"))));
        Map<String, String> fields = new LinkedHashMap<>();
        collect(contract.at("/components/schemas"), schema, fields);

        assertThat(fields).isNotEmpty();
        assertThat(named())
                .as("fields of %s, with their schemas: %s", schema, fields)
                .containsAll(fields.keySet());
    }

    /** Field by field with the schema that has it; those of a request, which {@code settings} repeats, are not gone into. */
    private static void collect(JsonNode schemas, String schema, Map<String, String> fields) {
        for (Map.Entry<String, JsonNode> field :
                schemas.path(schema).path("properties").properties()) {
            fields.putIfAbsent(field.getKey(), schema);
            for (JsonNode reference : field.getValue().findValues("$ref")) {
                String next = reference.asString().replaceFirst("^.*/", "");
                if (!next.equals("QuantizationSettings") && !fields.containsValue(next)) {
                    collect(schemas, next, fields);
                }
            }
        }
    }

    @Test
    void everyCodeOfANoteIsExplained() throws IOException {
        String source = Files.readString(Path.of("src/main/java/dev/octet/engine/report/Notes.java"));
        Matcher note = NOTE.matcher(source);
        int found = 0;
        while (note.find()) {
            for (int group = 1; group <= 2; group++) {
                if (note.group(group) != null) {
                    found++;
                    assertThat(page.text()).containsPattern("\\| .*\\b" + note.group(group) + "\\b.* \\|");
                }
            }
        }
        assertThat(found).isGreaterThan(10);
    }
}
