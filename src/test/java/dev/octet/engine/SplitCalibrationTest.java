package dev.octet.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.observe.Observer;
import dev.octet.engine.observe.Observers;
import dev.octet.engine.observe.StatisticsFile;
import dev.octet.engine.observe.origin.StatisticsOrigin;
import dev.octet.engine.observe.origin.StatisticsOrigin.Part;
import dev.octet.engine.onnx.OnnxWriter;
import dev.octet.engine.plan.EncodedValues;
import dev.octet.engine.plan.Placement;
import dev.octet.engine.plan.TargetCatalog;
import dev.octet.engine.recipe.Recipe;
import dev.octet.engine.runtime.OrtRunner;
import dev.octet.engine.scheme.ObserverKind;
import dev.octet.engine.scheme.QuantizationSettings;
import dev.octet.engine.search.PreparedModel;
import dev.octet.engine.search.QuantizeStatically;
import dev.octet.engine.search.RunData;
import dev.octet.engine.search.calibration.CalibrateOnce;
import dev.octet.engine.search.calibration.CalibrateOnce.Calibrated;
import dev.octet.engine.search.calibration.StatisticsKey;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One calibration over several workers, and many jobs on one calibration, on a real network. */
class SplitCalibrationTest {

    @TempDir
    Path folder;

    private Path shard(Path recipe, long first, long count) {
        Path out = folder.resolve("from-" + first + ".bin");
        int code = EngineCommand.run(
                "calibrate",
                "--recipe",
                recipe.toString(),
                "--first",
                Long.toString(first),
                "--count",
                Long.toString(count),
                "--out",
                out.toString());
        assertThat(code).isZero();
        return out;
    }

    private int merge(Path out, Path... files) {
        List<String> arguments = new ArrayList<>(List.of("merge-statistics", "--out", out.toString()));
        for (Path file : files) {
            arguments.add(file.toString());
        }
        return EngineCommand.run(arguments.toArray(String[]::new));
    }

    @Test
    void mergedShardsGiveTheSameModelsAsTheWhole() throws Exception {
        Path recipe = Files.writeString(folder.resolve("recipe.json"), TestData.resnet(""));
        Path whole = folder.resolve("whole.bin");
        assertThat(EngineCommand.run("calibrate", "--recipe", recipe.toString(), "--out", whole.toString()))
                .isZero();
        Path merged = folder.resolve("merged.bin");
        assertThat(merge(merged, shard(recipe, 19, 13), shard(recipe, 0, 11), shard(recipe, 11, 8)))
                .isZero();
        StatisticsOrigin origin = StatisticsFile.read(merged).origin();
        assertThat(origin).isEqualTo(StatisticsFile.read(whole).origin());
        assertThat(origin.parts()).containsExactly(new Part(0, 32));
        Map<ObserverKind, byte[]> models = models(merged);
        models(whole)
                .forEach((kind, bytes) ->
                        assertThat(models.get(kind)).as(kind.name()).isEqualTo(bytes));
    }

    /** The model that each observer makes of the statistics of a file, without a run of calibration. */
    private Map<ObserverKind, byte[]> models(Path statistics) throws IOException {
        Map<ObserverKind, byte[]> models = new EnumMap<>(ObserverKind.class);
        Path scratch = Files.createDirectories(folder.resolve("scratch"));
        OrtRunner runner = new OrtRunner(scratch);
        for (ObserverKind kind : ObserverKind.values()) {
            Recipe recipe = Recipe.parse(TestData.resnet(", \"settings\": {\"observer\": \"" + kind + "\"}"));
            QuantizationSettings settings = recipe.settings().resolve(TargetCatalog.X64_VNNI);
            try (Arena arena = Arena.ofShared()) {
                PreparedModel read = PreparedModel.read(recipe.model(), scratch, runner, arena);
                try (RunData data = RunData.open(recipe, read, scratch)) {
                    PreparedModel prepared = read.withShapes(data.sampleShapes(), runner);
                    Graph graph = prepared.model().graph();
                    Placement placement = QuantizeStatically.place(prepared.model(), settings, Set.of());
                    Observer observer = Observers.of(kind, 99.99);
                    List<Long> run = new ArrayList<>();
                    Calibrated calibrated = CalibrateOnce.run(
                            prepared.model(),
                            EncodedValues.of(graph, Uses.of(graph), placement).observed(),
                            data.calibration(),
                            observer.needs(),
                            StatisticsKey.origin(recipe.model(), prepared.model(), TestData.IMAGES, data.calibration()),
                            statistics,
                            1,
                            scratch,
                            run::add);
                    assertThat(run).isEmpty();
                    assertThat(calibrated.note())
                            .isEqualTo("Statistics of an earlier run were used: calibration skipped.");
                    Path file = scratch.resolve(kind + ".onnx");
                    OnnxWriter.write(
                            QuantizeStatically.quantize(
                                            prepared.model(), placement, calibrated.statistics(), settings, observer)
                                    .model()
                                    .withoutTypes(),
                            file);
                    models.put(kind, Files.readAllBytes(file));
                }
            }
        }
        return models;
    }

    @Test
    void samplesThatAreThereTwiceAndFilesThatAreNoneAreRefused() throws Exception {
        Path recipe = Files.writeString(folder.resolve("recipe.json"), TestData.resnet(""));
        Path one = shard(recipe, 0, 3);
        Path other = shard(recipe, 2, 2);
        Path out = folder.resolve("out.bin");
        assertThat(merge(out, one, other)).isEqualTo(64);
        assertThat(merge(out, one, one)).isEqualTo(64);
        assertThat(merge(out, one, recipe)).isEqualTo(74);
        assertThat(out).doesNotExist();
        assertThat(EngineCommand.run(
                        "calibrate", "--recipe", recipe.toString(), "--first", "32", "--out", out.toString()))
                .isEqualTo(64);
    }
}
