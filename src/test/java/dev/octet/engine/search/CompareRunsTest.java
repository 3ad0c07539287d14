package dev.octet.engine.search;

import static dev.octet.engine.plan.Network.network;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octet.engine.algorithm.Quantized;
import dev.octet.engine.data.Dataset;
import dev.octet.engine.data.InputSpec;
import dev.octet.engine.data.NpzFiles;
import dev.octet.engine.data.Preprocessing;
import dev.octet.engine.graph.Model;
import dev.octet.engine.onnx.OnnxWriter;
import dev.octet.engine.plan.Network;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareRunsTest {

    @TempDir
    Path folder;

    private Path write(Model model, String name) {
        Path file = folder.resolve(name);
        OnnxWriter.write(model.withoutTypes(), file);
        return file;
    }

    private void onSamples(Consumer<SampleSet> use) {
        Path file = NpzFiles.npz()
                .floats("x", Network.normal(1, 1, 16, 4, 8, 8).toFloats(), 16, 4, 8, 8)
                .write(folder.resolve("data.npz"));
        try (Dataset dataset = Dataset.open(file)) {
            InputSpec input = new InputSpec("x", ElementType.FLOAT, List.of(-1L, 4L, 8L, 8L));
            use.accept(new SampleSet(dataset, List.of(input), Preprocessing.NONE, 0, 16));
        }
    }

    private static Network scaled(float factor) {
        return network()
                .input("x", -1, 4, 8, 8)
                .scalar("k", factor)
                .node("y = Mul(x, k)")
                .output("y");
    }

    @Test
    void aFoldedModelThatComputesTheSameIsAccepted() {
        Path one = write(scaled(2).model(), "one.onnx");
        Path other = write(scaled(2.0001f).model(), "other.onnx");
        onSamples(samples -> {
            assertThat(CompareRuns.prepared(one, one, samples, 1)).isEqualTo(300);
            assertThat(CompareRuns.prepared(one, other, samples, 1)).isBetween(60.0, 100.0);
        });
    }

    @Test
    void aFoldedModelThatComputesSomethingElseIsADefect() {
        Path one = write(scaled(2).model(), "one.onnx");
        Path other = write(scaled(2.01f).model(), "other.onnx");
        onSamples(samples -> assertThatThrownBy(() -> CompareRuns.prepared(one, other, samples, 1))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.fault()).isEqualTo(Fault.INTERNAL))
                .hasMessageContaining("46 dB"));
    }

    @Test
    void kernelsThatComputeWhatTheFileSaysAreAccepted() {
        Network network = network()
                .input("x", -1, 4, 8, 8)
                .conv("c", "x", 4, 3)
                .node("r = Relu(c)")
                .conv("y", "r", 4, 3)
                .output("y");
        Path exact = write(network.model(), "exact.onnx");
        Path file = write(Quantized.calibrated(network, folder).model(), "q.onnx");
        onSamples(samples ->
                assertThat(CompareRuns.fused(exact, file, samples, 1)).isGreaterThan(30));
    }

    @Test
    void outputsOfOtherSizesAreRefused() {
        Path one = write(scaled(2).model(), "one.onnx");
        Path other = write(
                network()
                        .input("x", -1, 4, 8, 8)
                        .node("y = GlobalAveragePool(x)")
                        .output("y")
                        .model(),
                "other.onnx");
        onSamples(samples -> assertThatThrownBy(() -> CompareRuns.prepared(one, other, samples, 1))
                .isInstanceOf(RuntimeException.class));
    }
}
