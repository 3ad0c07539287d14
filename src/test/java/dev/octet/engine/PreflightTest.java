package dev.octet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octet.engine.data.NpzFiles;
import dev.octet.engine.graph.Model;
import dev.octet.engine.plan.Network;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreflightTest {

    @TempDir
    Path folder;

    private Path fitting() {
        return TestData.samples(8, 3, 16, 16).write(folder.resolve("d.npz"));
    }

    private static String statically(Path data, String more) {
        return """
            {"model": "m.onnx", "technique": "STATIC", "calibration": {"dataset": "%s"},
             "evaluation": {"dataset": "%s"}%s}\
            """.formatted(data, data, more);
    }

    private List<Finding> check(Model model, String recipe) {
        Path file = TestData.write(model, folder.resolve("m.onnx"));
        return Preflight.check(recipe, Inspection.model(file, folder.resolve("scratch")));
    }

    private List<Finding> check(String recipe) {
        return check(TestData.convolutions().model(), recipe);
    }

    private static Finding only(List<Finding> findings) {
        assertThat(findings).hasSize(1);
        Finding finding = findings.getFirst();
        assertThat(finding.message()).isNotBlank();
        return finding;
    }

    @Test
    void aRequestThatFitsHasNoFindings() {
        assertThat(check(statically(fitting(), ""))).isEmpty();
    }

    @Test
    void aQuantizedModelIsAnError() {
        Path data = TestData.samples(8, 16).write(folder.resolve("d.npz"));
        Finding finding = only(check(TestData.alreadyQuantized(), statically(data, "")));
        assertThat(finding.severity()).isEqualTo(Finding.Severity.ERROR);
        assertThat(finding.path()).isEqualTo("modelId");
        assertThat(finding.code()).isEqualTo("MODEL_ALREADY_QUANTIZED");
    }

    @Test
    void aModelWithoutWeightsIsAnErrorThatListsWhatItHas() {
        Model model = Network.network()
                .input("x", -1, 3, 16, 16)
                .node("y = Tanh(x)")
                .output("y")
                .model();
        Finding finding = only(check(model, statically(fitting(), "")));
        assertThat(finding.code()).isEqualTo("MODEL_UNSUPPORTED");
        assertThat(finding.message()).contains("Tanh");
    }

    @Test
    void dynamicWithConvolutionsOnlyIsAnErrorOfTheTechnique() {
        Model model = Network.network()
                .input("x", -1, 3, 16, 16)
                .conv("c", "x", 4, 3, 3, 1)
                .output("c")
                .model();
        List<Finding> findings = check(model, "{\"model\": \"m\", \"technique\": \"DYNAMIC\"}");
        assertThat(findings).anySatisfy(finding -> {
            assertThat(finding.severity()).isEqualTo(Finding.Severity.ERROR);
            assertThat(finding.path()).isEqualTo("technique");
            assertThat(finding.message()).contains("STATIC");
        });
    }

    @Test
    void autoWithoutDataIsAWarningAndGptqWithoutDataAnError() {
        assertThat(check("{\"model\": \"m\", \"technique\": \"AUTO\"}")).anySatisfy(finding -> {
            assertThat(finding.severity()).isEqualTo(Finding.Severity.WARNING);
            assertThat(finding.path()).isEqualTo("calibration");
            assertThat(finding.code()).isEqualTo("CALIBRATION_MISSING");
        });
        Model model = TestData.perceptron().model();
        String weights = "{\"model\": \"m\", \"technique\": \"WEIGHT_ONLY\", \"settings\": {\"weightMethod\": \"%s\"}}";
        assertThat(check(model, weights.formatted("HQQ")))
                .noneMatch(finding -> finding.severity() == Finding.Severity.ERROR);
        assertThat(check(model, weights.formatted("GPTQ"))).anySatisfy(finding -> {
            assertThat(finding.severity()).isEqualTo(Finding.Severity.ERROR);
            assertThat(finding.path()).isEqualTo("calibration");
            assertThat(finding.message()).contains("HQQ");
        });
    }

    @Test
    void anExcludedNodeThatIsNotThereIsAnErrorWhereTheNamesAreKnown() {
        Path file = TestData.write(TestData.convolutions().model(), folder.resolve("m.onnx"));
        ModelSummary model = Inspection.model(file, folder.resolve("scratch"));
        String recipe = statically(fitting(), ", \"settings\": {\"exclude\": [\"nowhere\"]}");
        Finding finding = only(Preflight.check(recipe, model));
        assertThat(finding.severity()).isEqualTo(Finding.Severity.ERROR);
        assertThat(finding.path()).isEqualTo("settings.exclude");
        assertThat(finding.message()).contains("nowhere");
        List<String> names = Objects.requireNonNull(model.names());
        assertThat(Preflight.check(recipe.replace("nowhere", names.getFirst()), model))
                .isEmpty();
        assertThat(Preflight.check(recipe, model.withNames(null))).isEmpty();
    }

    @Test
    void weightOnlyWithConvolutionsOnlyIsAnErrorOfTheTechnique() {
        Model model = Network.network()
                .input("x", -1, 3, 16, 16)
                .conv("c", "x", 4, 3, 3, 1)
                .output("c")
                .model();
        assertThat(check(model, "{\"model\": \"m\", \"technique\": \"WEIGHT_ONLY\"}"))
                .anySatisfy(finding -> {
                    assertThat(finding.path()).isEqualTo("technique");
                    assertThat(finding.message()).contains("STATIC");
                });
    }

    @Test
    void anUnknownAndAnUnsupportedTargetAreErrors() {
        for (String target : List.of("abacus", "tflite", "tensorrt")) {
            Finding finding = only(check(statically(fitting(), ", \"target\": \"" + target + "\"")));
            assertThat(finding.severity()).isEqualTo(Finding.Severity.ERROR);
            assertThat(finding.path()).isEqualTo("target");
            assertThat(finding.message()).contains(target);
        }
    }

    @Test
    void aSlowActivationTypeIsAWarning() {
        Finding finding = only(check(statically(
                fitting(), ", \"target\": \"onnxruntime-x64-vnni\", \"settings\": {\"activationType\": \"INT8\"}")));
        assertThat(finding.severity()).isEqualTo(Finding.Severity.WARNING);
        assertThat(finding.path()).isEqualTo("settings.activationType");
        assertThat(finding.message()).contains("UINT8");
    }

    @Test
    void aMismatchNamesTheInputAndBothShapesForEachRole() {
        Path wide = TestData.samples(8, 3, 17, 16).write(folder.resolve("wide.npz"));
        List<Finding> findings = check(statically(wide, ""));
        assertThat(findings)
                .extracting(Finding::path)
                .containsExactlyInAnyOrder("calibration.datasetId", "evaluation.datasetId");
        assertThat(findings).allSatisfy(finding -> {
            assertThat(finding.code()).isEqualTo("DATASET_MISMATCH");
            assertThat(finding.message()).contains("x", "16", "17");
        });
    }

    @Test
    void allMismatchesAreToldAtOnce() {
        Model model = Network.network()
                .input("a", -1, 4)
                .input("b", ElementType.INT64, -1, 4)
                .matMul("y", "a", 4, 4)
                .output("y")
                .model();
        Path data = NpzFiles.npz().floats("c", new float[8], 2, 4).write(folder.resolve("d.npz"));
        List<Finding> findings = check(
                model,
                "{\"model\": \"m\", \"technique\": \"STATIC\", \"calibration\": {\"dataset\": \"%s\"}}"
                        .formatted(data));
        assertThat(findings.stream().filter(f -> f.severity() == Finding.Severity.ERROR))
                .hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    void aMetricWithoutLabelsIsAnError() {
        Path unlabelled =
                NpzFiles.npz().floats("x", new float[2 * 768], 2, 3, 16, 16).write(folder.resolve("unlabelled.npz"));
        String recipe =
                statically(unlabelled, "").replace("\"evaluation\": {", "\"evaluation\": {\"metric\": \"TOP1\", ");
        Finding finding = only(check(recipe));
        assertThat(finding.path()).isEqualTo("evaluation.metric");
        assertThat(finding.code()).isEqualTo("LABELS_MISSING");
        assertThat(finding.message()).contains("TOP1", "FIDELITY");
    }

    @Test
    void pairsNeedACorrelation() {
        String recipe = statically(fitting(), "")
                .replace("\"evaluation\": {", "\"evaluation\": {\"metric\": \"TOP1\", \"pairs\": true, ");
        assertThat(check(recipe)).anySatisfy(finding -> {
            assertThat(finding.severity()).isEqualTo(Finding.Severity.ERROR);
            assertThat(finding.path()).startsWith("evaluation");
        });
    }

    @Test
    void withoutAnEvaluationSetAWarningSaysWhatTheScoreWillBe() {
        Finding finding =
                only(check("{\"model\": \"m\", \"technique\": \"STATIC\", \"calibration\": {\"dataset\": \"%s\"}}"
                        .formatted(fitting())));
        assertThat(finding.severity()).isEqualTo(Finding.Severity.WARNING);
        assertThat(finding.code()).isEqualTo("NO_EVALUATION");
    }

    @Test
    void aDatasetThatCanNotBeReadIsAFindingAndNoException() {
        Finding[] findings =
                check(statically(folder.resolve("nowhere.npz"), "")).toArray(Finding[]::new);
        assertThat(findings).extracting(Finding::path).contains("calibration.datasetId", "evaluation.datasetId");
        assertThat(findings).allSatisfy(f -> assertThat(f.severity()).isEqualTo(Finding.Severity.ERROR));
    }

    @Test
    void aRecipeThatIsWrongByItselfIsRefusedWhole() {
        assertThatThrownBy(() -> check("{\"model\": \"m\", \"technique\": \"QAT\"}"))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.fault()).isEqualTo(Fault.RECIPE_INVALID));
    }

    @Test
    void exactlyOneTargetIsThisMachine() {
        assertThat(Targets.all().stream().filter(Targets.TargetProfile::executable))
                .singleElement()
                .satisfies(target -> assertThat(target.supported()).isTrue());
        assertThat(Targets.all())
                .allSatisfy(target -> assertThat(
                                target.executable() || !target.reason().isEmpty())
                        .isTrue());
        assertThat(Targets.all()).extracting(Targets.TargetProfile::id).doesNotHaveDuplicates();
    }

    @Test
    void textsWithoutATokenizerAreAnErrorThatSaysWhereItBelongs() throws IOException {
        Path texts = Files.writeString(folder.resolve("texts.jsonl"), "{\"text\": \"a cat\"}\n{\"text\": \"a dog\"}\n");
        Model model = Network.network()
                .input("input_ids", ElementType.INT64, -1, 8)
                .weight("table", 32, 4)
                .node("e = Gather(table, input_ids)")
                .matMul("y", "e", 4, 4)
                .output("y")
                .model();
        List<Finding> findings = check(model, statically(texts, ""));
        assertThat(findings).hasSize(2).allSatisfy(finding -> {
            assertThat(finding.severity()).isEqualTo(Finding.Severity.ERROR);
            assertThat(finding.path()).isIn("calibration.datasetId", "evaluation.datasetId");
            assertThat(finding.code()).isEqualTo("TOKENIZER_MISSING");
            assertThat(finding.message()).contains("tokenizer.json");
        });
    }
}
