package dev.octet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.octet.engine.data.NpzFiles;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.plan.Network;
import dev.octet.platform.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The engine as a process: what it prints, and the code it ends with. */
class EngineCommandTest {

    @TempDir
    Path folder;

    private Path recipe(String json) throws IOException {
        return Files.writeString(folder.resolve("recipe.json"), json);
    }

    private String small() {
        Path model = TestData.write(TestData.convolutions().model(), folder.resolve("m.onnx"));
        Path data = TestData.samples(32, 3, 16, 16).write(folder.resolve("d.npz"));
        return """
            {"model": "%s", "technique": "STATIC", "target": "%s", "calibration": {"dataset": "%s"},
             "evaluation": {"dataset": "%s"}}\
            """.formatted(model, TestData.untimedTarget(), data, data);
    }

    private EngineProcess run(String json) throws IOException {
        return EngineProcess.start(
                folder,
                "run",
                "--recipe",
                recipe(json).toString(),
                "--out",
                folder.resolve("out").toString(),
                "--supervised");
    }

    private void fails(int code, String fault, String json) throws Exception {
        try (EngineProcess engine = run(json)) {
            assertThat(engine.exitCode()).as(engine.errors()).isEqualTo(code);
            JsonNode last = engine.lines().getLast();
            assertThat(last.get("event").stringValue()).isEqualTo("failed");
            assertThat(last.get("fault").stringValue()).isEqualTo(fault);
            assertThat(last.get("usersFault").booleanValue()).isEqualTo(code == 64 || code == 65);
            assertThat(last.get("message").stringValue()).isNotBlank();
            assertThat(last.get("details").isArray()).isTrue();
        }
    }

    @Test
    void aFinishedRunEndsWithZeroAndNothingButTheProtocolOnItsOutput() throws Exception {
        try (EngineProcess engine = run(small())) {
            assertThat(engine.exitCode()).as(engine.errors()).isZero();
            List<JsonNode> lines = engine.lines();
            Set<String> phases = new HashSet<>();
            for (JsonNode line : lines.subList(0, lines.size() - 1)) {
                assertThat(line.get("event").stringValue()).isEqualTo("progress");
                assertThat(line.get("done").longValue())
                        .isBetween(0L, line.get("total").longValue());
                assertThat(line.get("message").stringValue()).isNotBlank();
                phases.add(line.get("phase").stringValue());
            }
            assertThat(phases)
                    .containsExactlyInAnyOrder("PREPARING", "CALIBRATING", "QUANTIZING", "EVALUATING", "PACKAGING");
            assertThat(lines.getLast().get("event").stringValue()).isEqualTo("finished");
            assertThat(lines.getLast().get("outcome").stringValue()).isIn("GOAL_MET", "GOAL_NOT_MET", "NO_SPEEDUP");
        }
        assertThat(folder.resolve("out").resolve("model.onnx")).isNotEmptyFile();
    }

    @Test
    void aBadRecipeEndsWith64AndNamesEveryFault() throws Exception {
        fails(64, "RECIPE_INVALID", "{\"model\": \"m\", \"technique\": \"STATIC\", \"colour\": 1}");
        fails(64, "RECIPE_INVALID", "no json");
    }

    @Test
    void aWrongCommandLineEndsWith64() throws Exception {
        for (String[] arguments : List.of(
                new String[] {"run"},
                new String[] {"fly"},
                new String[] {"run", "--recipe", "r", "--out", "o", "--x"},
                new String[0])) {
            try (EngineProcess engine = EngineProcess.start(folder, arguments)) {
                assertThat(engine.exitCode()).as(String.join(" ", arguments)).isEqualTo(64);
                assertThat(engine.output()).isEmpty();
                assertThat(engine.errors()).contains("engine");
            }
        }
    }

    @Test
    void aMalformedModelEndsWith65() throws Exception {
        String json = small();
        Files.writeString(folder.resolve("m.onnx"), "not a model at all");
        fails(65, "MODEL_MALFORMED", json);
    }

    @Test
    void dataThatDoNotFitEndWith65() throws Exception {
        String json = small();
        NpzFiles.npz().floats("z", new float[12], 4, 3).write(folder.resolve("d.npz"));
        fails(65, "DATASET_MISMATCH", json);
    }

    @Test
    void aFileThatIsNotThereEndsWithAFaultOfItsOwn() throws Exception {
        String json = small();
        Files.delete(folder.resolve("m.onnx"));
        try (EngineProcess engine = run(json)) {
            assertThat(engine.exitCode()).isIn(65, 74);
            assertThat(engine.lines().getLast().get("message").stringValue()).contains("m.onnx");
        }
    }

    @Test
    void theEngineEndsWith75WhenItsParentIsGone() throws Exception {
        Path data = TestData.samples(20_000, 3, 16, 16).write(folder.resolve("many.npz"));
        String json = small().replace(folder.resolve("d.npz").toString(), data.toString());
        try (EngineProcess engine = run(json.replace("\"calibration\": {", "\"calibration\": {\"samples\": 20000, "))) {
            await().atMost(Duration.ofMinutes(2)).until(() -> engine.output().contains("CALIBRATING"));
            engine.stdin().close();
            assertThat(engine.exitCode()).isEqualTo(75);
        }
        assertThat(folder.resolve("out").resolve("model.onnx")).doesNotExist();
    }

    @Test
    void withoutSupervisionTheEndOfInputMeansNothing() throws Exception {
        try (EngineProcess engine = EngineProcess.start(
                folder,
                "run",
                "--recipe",
                recipe(small()).toString(),
                "--out",
                folder.resolve("out").toString())) {
            engine.stdin().close();
            assertThat(engine.exitCode()).as(engine.errors()).isZero();
        }
    }

    @Test
    void anExhaustedHeapEndsWith3() throws Exception {
        Path model = TestData.write(
                Network.network()
                        .input("x", -1, 1024)
                        .constant("w", Tensor.ofFloats(new float[1024 * 8192], 1024, 8192))
                        .node("y = MatMul(x, w)")
                        .output("y")
                        .model(),
                folder.resolve("large.onnx"));
        try (EngineProcess engine = EngineProcess.start(
                folder,
                List.of("-Xmx24m"),
                "run",
                "--recipe",
                recipe("{\"model\": \"%s\", \"technique\": \"DYNAMIC\"}".formatted(model))
                        .toString(),
                "--out",
                folder.resolve("out").toString())) {
            assertThat(engine.exitCode()).as(engine.errors()).isEqualTo(3);
        }
    }

    @Test
    void aFullDiskEndsWith74AndIsCalledThat() throws Exception {
        String json = small();
        try (SmallDisk disk = SmallDisk.mount(folder, 1)) {
            Files.write(disk.path().resolve("ballast"), new byte[1_000_000]);
            try (EngineProcess engine = EngineProcess.start(
                    folder,
                    "run",
                    "--recipe",
                    recipe(json).toString(),
                    "--out",
                    disk.path().resolve("out").toString(),
                    "--supervised")) {
                assertThat(engine.exitCode()).as(engine.errors()).isEqualTo(74);
                assertThat(engine.lines().getLast().get("fault").stringValue()).isEqualTo("DISK_FULL");
            }
            assertThat(disk.path().resolve("out").resolve("model.onnx")).doesNotExist();
        }
    }

    @Test
    void peopleGetATableAndTheFiles() throws Exception {
        small();
        try (EngineProcess engine = EngineProcess.start(
                folder,
                "quantize",
                "--model",
                folder.resolve("m.onnx").toString(),
                "--calibration",
                folder.resolve("d.npz").toString(),
                "--evaluation",
                folder.resolve("d.npz").toString(),
                "--target",
                TestData.untimedTarget(),
                "--out",
                folder.resolve("out").toString())) {
            assertThat(engine.exitCode()).as(engine.errors()).isZero();
            assertThat(engine.output()).contains("TOP1", "FP32", "INT8", "times smaller", "MACs on integers");
            assertThat(engine.errors()).contains("CALIBRATING");
        }
        assertThat(folder.resolve("out").resolve("report.json")).isNotEmptyFile();
    }

    @Test
    void aRequestFileThatIsNoJsonEndsWith64() throws Exception {
        small();
        Path request = Files.writeString(folder.resolve("request.json"), "[1, 2");
        try (EngineProcess engine = EngineProcess.start(
                folder,
                "quantize",
                "--model",
                folder.resolve("m.onnx").toString(),
                "--request",
                request.toString(),
                "--out",
                folder.resolve("out").toString())) {
            assertThat(engine.exitCode()).as(engine.errors()).isEqualTo(64);
        }
    }

    @Test
    void inspectPrintsWhatAFileIs() throws Exception {
        small();
        try (EngineProcess engine =
                EngineProcess.start(folder, "inspect", folder.resolve("m.onnx").toString())) {
            assertThat(engine.exitCode()).as(engine.errors()).isZero();
            assertThat(engine.output()).contains("\"Conv\" : 2", "\"opset\" : 17");
        }
        Path nonsense = Files.writeString(folder.resolve("nonsense"), "nonsense");
        try (EngineProcess engine = EngineProcess.start(folder, "inspect", nonsense.toString())) {
            assertThat(engine.exitCode()).isEqualTo(65);
            assertThat(engine.output()).isEmpty();
        }
    }

    /** The same file twice: what the two are is nothing to the command. */
    private String[] compare(String... more) {
        small();
        List<String> arguments = new ArrayList<>(List.of(
                "compare",
                "--model",
                folder.resolve("m.onnx").toString(),
                "--quantized",
                folder.resolve("m.onnx").toString(),
                "--dataset",
                folder.resolve("d.npz").toString(),
                "--samples",
                "2"));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    @Test
    void comparePrintsBothOutputs() throws Exception {
        try (EngineProcess engine = EngineProcess.start(folder, compare("--preprocessing", "{\"scale\": 0.5}"))) {
            assertThat(engine.exitCode()).as(engine.errors()).isZero();
            JsonNode tree = JsonMapper.shared().readTree(engine.output());
            assertThat(tree.get("samples")).hasSize(2);
            assertThat(tree.at("/samples/1/outputs/0/sqnrDb").doubleValue()).isEqualTo(300);
        }
        try (EngineProcess engine =
                EngineProcess.start(folder, compare("--preprocessing", "{\"scale\": 0, \"colour\": 1}"))) {
            assertThat(engine.exitCode()).isEqualTo(64);
            assertThat(engine.errors()).contains("scale").contains("colour");
        }
    }

    @Test
    void compareLeavesAFileForProgramsAndSaysHowItEnded() throws Exception {
        Path out = folder.resolve("comparison.json");
        try (EngineProcess engine = EngineProcess.start(folder, compare("--out", out.toString(), "--supervised"))) {
            assertThat(engine.exitCode()).as(engine.errors()).isZero();
            assertThat(engine.lines())
                    .singleElement()
                    .satisfies(
                            line -> assertThat(line.get("event").stringValue()).isEqualTo("finished"));
        }
        assertThat(out).isNotEmptyFile();
        String[] arguments = compare("--out", folder.resolve("none.json").toString(), "--supervised");
        NpzFiles.npz().floats("z", new float[12], 4, 3).write(folder.resolve("d.npz"));
        try (EngineProcess engine = EngineProcess.start(folder, arguments)) {
            assertThat(engine.exitCode()).isEqualTo(65);
            JsonNode last = engine.lines().getLast();
            assertThat(last.get("fault").stringValue()).isEqualTo("DATASET_MISMATCH");
            assertThat(last.get("details")).isNotEmpty();
        }
        assertThat(folder.resolve("none.json")).doesNotExist();
    }
}
