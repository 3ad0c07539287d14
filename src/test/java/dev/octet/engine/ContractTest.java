package dev.octet.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What the engine writes, held against the schemas of the HTTP contract, which name every field there may be. */
class ContractTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir
    static Path folder;

    private static Map<String, Object> components = Map.of();

    @BeforeAll
    static void quantizeOnceStaticallyTimedAndOnceDynamically() throws IOException {
        TestData.run(
                TestData.resnet(", \"measure\": {\"batchSizes\": [1, 4]}")
                        .replace(TestData.untimedTarget(), Targets.own().id()),
                folder.resolve("static"));
        Path model = TestData.write(TestData.perceptron().model(), folder.resolve("m.onnx"));
        TestData.run(
                "{\"model\": \"%s\", \"technique\": \"DYNAMIC\", \"target\": \"%s\"}"
                        .formatted(model, TestData.untimedTarget()),
                folder.resolve("dynamic"));
        try (Reader reader = Files.newBufferedReader(Path.of("openapi.yaml"))) {
            Map<String, Object> contract = new Yaml().load(reader);
            components = Map.of("components", closed(Objects.requireNonNull(contract.get("components"))));
        }
    }

    /** The schema with no object open to fields that it does not name. */
    private static Object closed(Object schema) {
        if (schema instanceof Map<?, ?> map) {
            Map<String, Object> all = new LinkedHashMap<>();
            map.forEach((key, value) -> all.put(key.toString(), closed(value)));
            boolean open = Boolean.TRUE.equals(all.getOrDefault("additionalProperties", true));
            if (all.get("properties") instanceof Map && open && !all.containsKey("allOf")) {
                all.put("additionalProperties", false);
            }
            return all;
        }
        return schema instanceof List<?> list
                ? list.stream().map(ContractTest::closed).toList()
                : schema;
    }

    private static List<String> faults(String schemaName, JsonNode value) {
        Map<String, Object> root = new LinkedHashMap<>(components);
        root.put("$ref", "#/components/schemas/" + schemaName);
        SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_4);
        Schema schema = registry.getSchema(JSON.writeValueAsString(root), InputFormat.JSON);
        return schema.validate(value).stream().map(Error::toString).toList();
    }

    private static JsonNode read(String run, String file) throws IOException {
        return JSON.readTree(Files.readString(folder.resolve(run).resolve(file)));
    }

    @Test
    void resultsConform() throws IOException {
        for (String run : List.of("static", "dynamic")) {
            ObjectNode result = (ObjectNode) read(run, "result.json");
            result.put("artifactId", "8b7c1f52-8c3a-4b53-9e52-2f4c2f9a9d10");
            assertThat(faults("JobResult", result)).as(run).isEmpty();
        }
    }

    @Test
    void reportsConform() throws IOException {
        assertThat(faults("Report", read("static", "report.json"))).isEmpty();
        assertThat(faults("Report", read("dynamic", "report.json"))).isEmpty();
    }

    @Test
    void layersConform() throws IOException {
        for (String run : List.of("static", "dynamic")) {
            JsonNode layers = read(run, "layers.json");
            assertThat(layers.isArray()).isTrue();
            assertThat(layers.size()).isPositive();
            for (JsonNode layer : layers) {
                assertThat(faults("Layer", layer)).as("%s: %s", run, layer).isEmpty();
            }
        }
    }

    @Test
    void trialsConform() throws IOException {
        for (String run : List.of("static", "dynamic")) {
            JsonNode trials = read(run, "trials.json");
            assertThat(trials.size()).isEqualTo(1);
            assertThat(faults("Trial", trials.get(0))).as(run).isEmpty();
        }
    }

    @Test
    void theCheckItselfFindsWhatIsMissingWrongOrUnknown() throws IOException {
        ObjectNode report = (ObjectNode) read("static", "report.json");
        assertThat(faults("Report", report.deepCopy().put("colour", "red"))).isNotEmpty();
        assertThat(faults("Report", report.deepCopy().put("reportVersion", "one")))
                .isNotEmpty();
        ObjectNode without = report.deepCopy();
        without.remove("provenance");
        assertThat(faults("Report", without)).isNotEmpty();
    }

    @Test
    void timesAndSharesAreThereWhereTheyWereMeasured() throws IOException {
        JsonNode result = read("static", "result.json");
        assertThat(result.get("latency").size()).isEqualTo(2);
        assertThat(result.get("metric").get("interval").get("drop").get("low").doubleValue())
                .isLessThanOrEqualTo(result.get("metric").get("drop").doubleValue());
        assertThat(result.get("peakMemoryBytes").longValue()).isPositive();
        assertThat(result.get("provenance").get("modelSha256").stringValue()).hasSize(64);
        assertThat(read("dynamic", "result.json").get("latency").size()).isZero();
    }
}
