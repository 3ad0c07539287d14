package dev.octet.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.data.Column;
import dev.octet.engine.graph.Value;
import dev.octet.engine.search.source.SourceModel;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Networks as imported, written as ONNX and run by ONNX Runtime, against what PyTorch computes.
 *
 * <p>At two sizes of each dynamic dimension; the bound is 1e-4 of the largest number of an output. Where PyTorch rounds to 16 bits
 * after each operator, and the runtime does not, it is a few of such roundings.
 */
class ImportedNetworksTest {

    private static final double BOUND = 1e-4;
    private static final double BOUND_OF_FLOAT16 = 4 * Math.pow(2, -11);
    private static final double BOUND_OF_BFLOAT16 = 4 * Math.pow(2, -8);

    @TempDir
    Path folder;

    static List<String> archives() {
        return Archives.names();
    }

    @ParameterizedTest
    @MethodSource("archives")
    void computesWhatPyTorchDoes(String name) throws IOException {
        Path archive = Files.write(folder.resolve("model.pt2"), Archives.bytes(name));
        List<Archives.Run> runs = Archives.runs(name);
        assertThat(runs).hasSizeGreaterThanOrEqualTo(2);
        Path onnx;
        try (Arena arena = Arena.ofConfined()) {
            SourceModel source = SourceModel.read(archive, folder.resolve("imported"), arena);
            onnx = source.file();
            assertThat(source.model().graph().inputs().stream().map(Value::name))
                    .containsExactlyInAnyOrderElementsOf(
                            runs.getFirst().inputs().stream().map(Column::name).toList());
        }
        double worst = Agreement.worst(name, onnx, runs, bound(name));
        if (Boolean.getBoolean("octet.torch.table")) {
            System.err.printf("%-40s %.1e%n", name, worst);
        }
    }

    private static double bound(String name) {
        return name.contains("bfloat16") ? BOUND_OF_BFLOAT16 : name.contains("float16") ? BOUND_OF_FLOAT16 : BOUND;
    }
}
