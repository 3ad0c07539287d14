package dev.octet.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Value;
import dev.octet.engine.onnx.OnnxWriter;
import dev.octet.engine.rewrite.Preparation;
import dev.octet.engine.runtime.OrtRunner;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Networks written as archives of {@code torch.export}, read back and run, against what PyTorch computes.
 *
 * <p>That PyTorch itself opens such archives is seen by {@code src/test/python/check_archives.py}.
 */
class WrittenNetworksTest {

    private static final double BOUND = 1e-4;

    @TempDir
    Path folder;

    static List<String> archives() {
        return Archives.names().stream()
                .filter(name -> name.startsWith("2.15/") && !isRefused(name))
                .toList();
    }

    /**
     * Recurrences have no counterpart; decomposed they are plain arithmetic. Neither have places of truth values and scattered elements.
     * What rounds to 16 bits is held to other bounds, by {@link ImportedNetworksTest}.
     */
    private static boolean isRefused(String name) {
        return name.matches(".*/(lstm|gru|lstm_state|projected|(masked|in_place|b?float16)(-decomposed)?)");
    }

    @ParameterizedTest
    @MethodSource("archives")
    void computesTheSameAfterThereAndBack(String name) throws IOException {
        Path onnx = folder.resolve("back.onnx");
        try (Arena arena = Arena.ofConfined()) {
            Model model = prepared(name, arena);
            Path archive = folder.resolve("written.pt2");
            TorchWriter.write(model, Map.of(), archive);
            Model back = TorchReader.read(archive, arena);
            assertThat(shapes(back.graph().inputs()))
                    .isEqualTo(shapes(model.graph().inputs()));
            // One result alone is given as it is, without a name.
            List<String> results = names(model.graph().outputs());
            assertThat(names(back.graph().outputs())).isEqualTo(results.size() == 1 ? List.of("output") : results);
            OnnxWriter.write(back, onnx);
        }
        Agreement.worst(name, onnx, Archives.runs(name), BOUND);
    }

    @Test
    void namesEveryLayerThatCannotBeSaid() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            Model model = prepared("2.15/gru", arena);
            Path archive = folder.resolve("written.pt2");

            assertThatThrownBy(() -> TorchWriter.write(model, Map.of(), archive))
                    .isInstanceOfSatisfying(EngineException.class, e -> {
                        assertThat(e.fault()).isEqualTo(Fault.MODEL_UNSUPPORTED);
                        assertThat(e.details())
                                .hasSize(2)
                                .allSatisfy(detail ->
                                        assertThat(detail.message()).startsWith("GRU '" + detail.path() + "'"));
                    });
            try (var files = Files.list(folder)) {
                assertThat(files.map(Path::getFileName).map(Path::toString))
                        .noneMatch(file -> file.contains("written"));
            }
        }
    }

    private Model prepared(String name, Arena arena) throws IOException {
        Path upload = Files.write(folder.resolve("model.pt2"), Archives.bytes(name));
        Model model = TorchReader.read(upload, arena);
        return Preparation.prepare(model, new OrtRunner(folder)).model();
    }

    private static List<String> names(List<Value> values) {
        return values.stream().map(Value::name).toList();
    }

    /** Types with free sizes told apart by nothing but their being free. */
    private static List<String> shapes(List<Value> values) {
        return values.stream()
                .map(value -> value.name() + " " + value.type().toString().replaceAll("(\\d+\\*)?s\\d+|\\?", "*"))
                .toList();
    }
}
