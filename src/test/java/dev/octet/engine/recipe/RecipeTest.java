package dev.octet.engine.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.octet.engine.data.Preprocessing;
import dev.octet.engine.plan.TargetCatalog;
import dev.octet.engine.scheme.AlgorithmKind;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.EngineException.Detail;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.scheme.MetricKind;
import dev.octet.engine.scheme.ObserverKind;
import dev.octet.engine.scheme.Preference;
import dev.octet.engine.scheme.QuantType;
import dev.octet.engine.scheme.QuantizationSettings;
import dev.octet.engine.scheme.Technique;
import dev.octet.engine.scheme.WeightMethod;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecipeTest {

    private static final String LEAST = """
        {"model": "m.onnx", "technique": "STATIC", "calibration": {"dataset": "c.npz"}}\
        """;

    private static List<Detail> faults(String json) {
        EngineException e = catchThrowableOfType(EngineException.class, () -> Recipe.parse(json));
        assertThat(e).as(json).isNotNull();
        assertThat(e.fault()).isEqualTo(Fault.RECIPE_INVALID);
        assertThat(e).hasMessageContaining("recipe");
        return e.details();
    }

    /** The least recipe with {@code field} added or replaced. */
    private static String with(String field, String value) {
        return switch (field) {
            case "technique" -> LEAST.replace("\"STATIC\"", value);
            case "model" -> LEAST.replace("\"m.onnx\"", value);
            case "calibration" -> LEAST.replace("{\"dataset\": \"c.npz\"}", value);
            default -> LEAST.substring(0, LEAST.length() - 1) + ", \"" + field + "\": " + value + "}";
        };
    }

    @Test
    void whatIsLeftOutHasItsDefault() {
        Recipe recipe = Recipe.parse(LEAST);
        assertThat(recipe.model()).isEqualTo(Path.of("m.onnx"));
        assertThat(recipe.technique()).isEqualTo(Technique.STATIC);
        assertThat(recipe.target()).isNull();
        assertThat(recipe.calibration().samples()).isEqualTo(256);
        assertThat(recipe.calibration().preprocessing()).isEqualTo(Preprocessing.NONE);
        assertThat(recipe.evaluation()).isNull();
        assertThat(recipe.settings().observer()).as("what suits the model").isNull();
        assertThat(recipe.settings().perChannel()).isTrue();
        assertThat(recipe.settings().percentile()).isEqualTo(99.99);
        assertThat(recipe.objective()).isEqualTo(new Recipe.Objective(0.01, false, Preference.FASTEST));
        assertThat(recipe.measure()).isEqualTo(new Recipe.Measure(List.of(1), 1));
        assertThat(recipe.settings()).isEqualTo(Recipe.Settings.DEFAULTS.with(Set.of(AlgorithmKind.BIAS_CORRECTION)));
        assertThat(recipe.budget()).isEqualTo(new Recipe.Budget(null, 50));
        assertThat(recipe.statistics()).isNull();
        assertThat(recipe.seed()).isZero();
    }

    @Test
    void everyFieldIsRead() {
        Recipe recipe = Recipe.parse("""
            {"model": "m.zip", "technique": "STATIC", "target": "onnxruntime-arm64", "seed": 7,
             "calibration": {"dataset": "c.npz", "samples": 12,
               "preprocessing": {"resize": 256, "crop": 224, "channels": "BGR", "layout": "NHWC", "scale": 0.5,
                                 "mean": [1, 2, 3], "std": [4, 5, 6]}},
             "evaluation": {"dataset": "e.npz", "metric": "SPEARMAN", "samples": 100, "pairs": true, "pooling": "CLS"},
             "settings": {"observer": "PERCENTILE", "percentile": 99.5, "perChannel": false, "activationType": "UINT8",
               "weightType": "INT8", "reduceRange": true, "opTypes": ["Conv"], "exclude": ["a", "b"],
               "algorithms": ["BIAS_CORRECTION"], "blockSize": 64, "weightMethod": "GPTQ"},
             "objective": {"maxDrop": 0.02, "dropType": "RELATIVE", "prefer": "SMALLEST"},
             "measure": {"batchSizes": [1, 32], "threads": 2},
             "budget": {"maxTrials": 3, "maxRunSeconds": 60, "maxQueueSeconds": 5}, "statistics": "s.bin", "tags": {"a": "b"}, "webhook": {"url": "http://localhost"}}\
            """);
        assertThat(recipe.target()).isEqualTo("onnxruntime-arm64");
        assertThat(recipe.seed()).isEqualTo(7);
        assertThat(recipe.calibration().samples()).isEqualTo(12);
        assertThat(recipe.calibration().preprocessing())
                .isEqualTo(new Preprocessing(
                        256,
                        224,
                        Preprocessing.Channels.BGR,
                        Preprocessing.Layout.NHWC,
                        0.5,
                        List.of(1.0, 2.0, 3.0),
                        List.of(4.0, 5.0, 6.0)));
        assertThat(recipe.evaluation().metric()).isEqualTo(MetricKind.SPEARMAN);
        assertThat(recipe.evaluation().samples()).isEqualTo(100);
        assertThat(recipe.evaluation().pairs()).isTrue();
        assertThat(recipe.evaluation().pooling()).isEqualTo("CLS");
        assertThat(recipe.settings().observer()).isEqualTo(ObserverKind.PERCENTILE);
        assertThat(recipe.settings().percentile()).isEqualTo(99.5);
        assertThat(recipe.settings().opTypes()).containsExactly("Conv");
        assertThat(recipe.settings().exclude()).containsExactlyInAnyOrder("a", "b");
        assertThat(recipe.objective()).isEqualTo(new Recipe.Objective(0.02, true, Preference.SMALLEST));
        assertThat(recipe.settings().algorithms()).containsExactly(AlgorithmKind.BIAS_CORRECTION);
        assertThat(recipe.settings().blockSize()).isEqualTo(64);
        assertThat(recipe.settings().weightMethod()).isEqualTo(WeightMethod.GPTQ);
        assertThat(recipe.budget()).isEqualTo(new Recipe.Budget(60, 3));
        assertThat(recipe.statistics()).isEqualTo(Path.of("s.bin"));
        assertThat(recipe.measure()).isEqualTo(new Recipe.Measure(List.of(1, 32), 2));
        QuantizationSettings settings = recipe.settings().resolve(TargetCatalog.X64_VNNI);
        assertThat(settings.reduceRange()).isTrue();
        assertThat(settings.perChannel()).isFalse();
    }

    @Test
    void anEmptyListOfAlgorithmsMeansNone() {
        assertThat(Recipe.parse(with("settings", "{\"algorithms\": []}"))
                        .settings()
                        .algorithms())
                .isEmpty();
        assertThat(faults(with("settings", "{\"algorithms\": [\"GPTQ\"]}").replace("STATIC", "DYNAMIC")))
                .extracting(Detail::path)
                .containsExactly("settings.algorithms");
        assertThat(Recipe.parse(with("settings", "{\"algorithms\": [\"SMOOTH_QUANT\"]}")
                                .replace("STATIC", "DYNAMIC"))
                        .settings()
                        .algorithms())
                .containsExactly(AlgorithmKind.SMOOTH_QUANT);
        assertThat(Recipe.parse(with("settings", "{}")).settings().algorithms())
                .containsExactly(AlgorithmKind.BIAS_CORRECTION);
        assertThat(Recipe.parse(with("technique", "\"AUTO\"")).settings().algorithms())
                .containsExactlyInAnyOrder(AlgorithmKind.values());
    }

    @Test
    void whatTheUserLeavesOpenIsTheTargetsChoice() {
        Recipe.Settings open = Recipe.parse(LEAST).settings();
        assertThat(open.resolve(TargetCatalog.ARM64).activationType()).isEqualTo(QuantType.INT8);
        assertThat(open.resolve(TargetCatalog.X64_VNNI).activationType()).isEqualTo(QuantType.UINT8);
        assertThat(open.resolve(TargetCatalog.X64_AVX2).reduceRange()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "MinMaxObserver, MIN_MAX",
        "PerChannelMinMaxObserver, MIN_MAX",
        "MovingAverageMinMaxObserver, MOVING_AVERAGE",
        "MovingAveragePerChannelMinMaxObserver, MOVING_AVERAGE",
        "HistogramObserver, HISTOGRAM",
        "MinMax, MIN_MAX",
        "minmax, MIN_MAX",
        "min_max, MIN_MAX",
        "max, MIN_MAX",
        "Percentile, PERCENTILE",
        "entropy, ENTROPY",
        "kl, ENTROPY",
        "mse, MSE",
    })
    void observersAreKnownByTheNamesOfOtherToolsToo(String name, ObserverKind kind) {
        Recipe.Settings settings = Recipe.parse(with("settings", "{\"observer\": \"" + name + "\"}"))
                .settings();
        assertThat(settings.observer()).isEqualTo(kind);
        assertThat(settings.perChannel()).isTrue();
    }

    @Test
    void anObserverOfChannelsDoesNotGoWithOneScaleATensor() {
        String settings = "{\"observer\": \"%s\", \"perChannel\": false}";
        assertThat(Recipe.parse(with("settings", settings.formatted("MinMaxObserver")))
                        .settings()
                        .perChannel())
                .isFalse();
        assertThat(faults(with("settings", settings.formatted("PerChannelMinMaxObserver"))))
                .singleElement()
                .satisfies(fault -> {
                    assertThat(fault.path()).isEqualTo("settings.observer");
                    assertThat(fault.message()).contains("perChannel is false");
                });
    }

    @ParameterizedTest
    @CsvSource({"Distribution", "NoopObserver", "Observer", "''", "PerChannelHistogramObserver"})
    void whatNoObserverHereDoesIsNoName(String name) {
        assertThat(faults(with("settings", "{\"observer\": \"" + name + "\"}")))
                .extracting(Detail::path)
                .containsExactly("settings.observer");
    }

    @Test
    void allFaultsAreToldAtOnceWithTheirPlaces() {
        List<Detail> faults = faults("""
            {"technique": "MAGIC", "colour": 1,
             "calibration": {"samples": 0, "preprocessing": {"resize": "big", "mean": ["x"]}},
             "settings": {"observer": "BEST", "percentile": 50, "perChannel": "yes", "algorithms": ["ALCHEMY"]},
             "objective": {"maxDrop": -1, "dropType": "SOME"},
             "measure": {"batchSizes": [0], "threads": 1.5, "turbo": true},
             "seed": -1}\
            """);
        assertThat(faults)
                .extracting(Detail::path)
                .contains(
                        "model",
                        "technique",
                        "colour",
                        "calibration.samples",
                        "calibration.dataset",
                        "calibration.preprocessing.resize",
                        "calibration.preprocessing.mean",
                        "settings.observer",
                        "settings.percentile",
                        "settings.perChannel",
                        "settings.algorithms",
                        "objective.maxDrop",
                        "objective.dropType",
                        "measure.batchSizes",
                        "measure.threads",
                        "measure.turbo",
                        "seed");
        assertThat(faults).allSatisfy(fault -> assertThat(fault.message()).isNotBlank());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "calibration | {\"dataset\": \"c\", \"samples\": 100001} | calibration.samples",
                "calibration | {\"dataset\": \"c\", \"samples\": 1e300} | calibration.samples",
                "calibration | {\"dataset\": \"c\", \"samples\": \"12\"} | calibration.samples",
                "calibration | {\"dataset\": 5} | calibration.dataset",
                "calibration | [] | calibration",
                "evaluation | {\"dataset\": \"e\", \"metric\": \"BLEU\"} | evaluation.metric",
                "evaluation | {\"dataset\": \"e\", \"pooling\": \"MAX\"} | evaluation.pooling",
                "evaluation | 3 | evaluation",
                "settings | {\"percentile\": 100.01} | settings.percentile",
                "settings | {\"weightType\": \"UINT8\"} | settings.weightType",
                "settings | {\"weightType\": \"INT16\"} | settings.weightType",
                "settings | {\"activationType\": \"INT16\"} | settings.activationType",
                "settings | {\"weightType\": \"INT4\", \"reduceRange\": true} | settings.reduceRange",
                "training | {\"epochs\": 3} | training",
                "settings | {\"blockSize\": 48} | settings.blockSize",
                "budget | {\"maxTrials\": 0} | budget.maxTrials",
                "settings | {\"exclude\": \"conv1\"} | settings.exclude",
                "settings | {\"exclude\": [1]} | settings.exclude",
                "settings | {\"Observer\": \"MSE\"} | settings.Observer",
                "objective | {\"maxDrop\": null, \"maxdrop\": 1} | objective.maxdrop",
                "measure | {\"batchSizes\": [1, 2, 3, 4, 5]} | measure.batchSizes",
                "measure | {\"batchSizes\": [1025]} | measure.batchSizes",
                "measure | {\"threads\": 0} | measure.threads",
                "measure | {\"threads\": 99999999999} | measure.threads",
                "technique | 7 | technique",
                "model | \"a\\u0000b\" | model",
                "seed | 9007199254740992 | seed",
                "seed | 1.5 | seed",
            })
    void aFieldOutOfItsBoundsIsNamed(String field, String value, String path) {
        assertThat(faults(with(field, value))).extracting(Detail::path).contains(path);
    }

    @Test
    void preprocessingOutOfItsBoundsIsNamedInItsPlace() {
        assertThat(faults(with(
                        "evaluation",
                        "{\"dataset\": \"e\", \"preprocessing\": {\"scale\": 0, \"std\": [0],"
                                + " \"resize\": 10, \"crop\": 20}}")))
                .extracting(Detail::path)
                .containsExactlyInAnyOrder(
                        "evaluation.preprocessing.scale",
                        "evaluation.preprocessing.std",
                        "evaluation.preprocessing.crop");
    }

    @ParameterizedTest
    @ValueSource(strings = {"STATIC", "DYNAMIC", "AUTO"})
    void calibrationMayBeLeftOut(String technique) {
        assertThat(Recipe.parse("{\"model\": \"m\", \"technique\": \"%s\"}".formatted(technique))
                        .calibration())
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "nonsense", "[1", "{\"a\": NaN}", "{\"model\": \"m\"} trailing"})
    void whatIsNoJsonIsARecipeFault(String text) {
        assertThatThrownBy(() -> Recipe.parse(text))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.fault()).isEqualTo(Fault.RECIPE_INVALID));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[]", "12", "\"text\"", "true"})
    void whatIsNoObjectIsARecipeFault(String text) {
        assertThat(faults(text)).isNotEmpty();
    }

    @Test
    void deepNestingIsRefusedWithoutRunningOutOfStack() {
        String deep = "[".repeat(200_000);
        assertThatThrownBy(() -> Recipe.parse("{\"model\": " + deep))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.fault()).isEqualTo(Fault.RECIPE_INVALID));
    }

    @Test
    void anyMutationIsReadOrRefusedAsARecipe() {
        String whole = with("settings", "{\"observer\": \"MSE\", \"exclude\": [\"a\"], \"percentile\": 99}");
        for (int round = 0; round < 3000; round++) {
            Random random = new Random(round);
            StringBuilder text = new StringBuilder(whole);
            for (int i = 0; i <= random.nextInt(3); i++) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.insert(at, "{}[]\",:0e-n\\u".charAt(random.nextInt(13)));
                    default -> text.setCharAt(at, (char) (32 + random.nextInt(95)));
                }
            }
            try {
                assertThat(Recipe.parse(text.toString())).isNotNull();
            } catch (EngineException e) {
                assertThat(e.fault()).as("seed %d: %s", round, text).isEqualTo(Fault.RECIPE_INVALID);
            }
        }
    }
}
