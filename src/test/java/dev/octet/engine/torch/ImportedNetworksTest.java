package dev.octet.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.data.Column;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Value;
import dev.octet.engine.onnx.OnnxWriter;
import dev.octet.engine.runtime.OutputView;
import dev.octet.engine.runtime.RuntimeOptions;
import dev.octet.engine.runtime.RuntimeSession;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Networks as imported, written as ONNX and run by ONNX Runtime, against what PyTorch computes.
 *
 * <p>At two sizes of each dynamic dimension; the bound is 1e-4 of the largest number of an output.
 */
class ImportedNetworksTest {

    private static final double BOUND = 1e-4;

    @TempDir
    Path folder;

    static List<String> archives() {
        return Archives.names();
    }

    @ParameterizedTest
    @MethodSource("archives")
    void computesWhatPyTorchDoes(String name) throws IOException {
        Path archive = Files.write(folder.resolve("model.pt2"), Archives.bytes(name));
        Path onnx = folder.resolve("model.onnx");
        List<Archives.Run> runs = Archives.runs(name);
        assertThat(runs).hasSizeGreaterThanOrEqualTo(2);
        try (Arena arena = Arena.ofConfined()) {
            Model model = TorchReader.read(archive, arena);
            OnnxWriter.write(model, onnx);
            assertThat(model.graph().inputs().stream().map(Value::name))
                    .containsExactlyInAnyOrderElementsOf(
                            runs.getFirst().inputs().stream().map(Column::name).toList());
        }
        double worst = 0;
        try (RuntimeSession session = RuntimeSession.open(onnx, RuntimeOptions.optimized(1))) {
            List<String> names = session.outputs().stream().map(o -> o.name()).toList();
            for (Archives.Run run : runs) {
                List<OutputView> outputs = new ArrayList<>(session.run(run.inputs()));
                assertThat(outputs).as("outputs of %s", names).hasSameSizeAs(run.outputs());
                for (int i = 0; i < outputs.size(); i++) {
                    double error = error(
                            name + " " + outputs.get(i).name(),
                            outputs.get(i),
                            run.outputs().get(i));
                    worst = Math.max(worst, error);
                }
            }
        }
        if (Boolean.getBoolean("octet.torch.table")) {
            System.err.printf("%-40s %.1e%n", name, worst);
        }
    }

    private static double error(String what, OutputView actual, Column expected) {
        assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
        assertThat(actual.type()).as(what).isEqualTo(expected.type());
        FloatBuffer values = actual.floats();
        double largest = 0;
        double error = 0;
        for (int i = 0; i < values.remaining(); i++) {
            double wanted = number(expected, i);
            largest = Math.max(largest, Math.abs(wanted));
            double off = Math.abs(values.get(i) - wanted);
            assertThat(off)
                    .as("%s[%d]: %s for %s", what, i, values.get(i), wanted)
                    .isNotNaN();
            error = Math.max(error, off);
        }
        double relative = error / Math.max(largest, 1e-6);
        assertThat(relative).as(what).isLessThan(BOUND);
        return relative;
    }

    private static double number(Column column, int i) {
        ByteBuffer data = column.data();
        return switch (column.type()) {
            case FLOAT -> data.getFloat(4 * i);
            case DOUBLE -> data.getDouble(8 * i);
            case FLOAT16 -> Float.float16ToFloat(data.getShort(2 * i));
            case INT64 -> data.getLong(8 * i);
            case INT32 -> data.getInt(4 * i);
            default -> data.get(i);
        };
    }
}
