package dev.octet.engine.search.correction;

import static dev.octet.engine.plan.Network.network;
import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.algorithm.Quantized;
import dev.octet.engine.data.Dataset;
import dev.octet.engine.data.InputSpec;
import dev.octet.engine.data.NpzFiles;
import dev.octet.engine.data.Preprocessing;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.search.Candidate;
import dev.octet.engine.search.QuantizeDynamically;
import dev.octet.engine.search.SampleSet;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SmoothDynamicallyTest {

    private static final int SAMPLES = 20;

    @TempDir
    Path folder;

    /** A normalization with {@code outlier} in one channel, read by a product and by the residual. */
    private Model model(float outlier) {
        float[] gains = new float[32];
        Arrays.fill(gains, 1);
        gains[5] = outlier;
        return network()
                .input("x", -1, 6, 32)
                .constant("g", Tensor.ofFloats(gains, 32))
                .weight("b", 32)
                .node("n = LayerNormalization(x, g, b)", "axis", -1)
                .matMul("q", "n", 32, 32)
                .node("y = Tanh(q)")
                .node("z = Add(y, n)")
                .output("y", "z")
                .typed(folder);
    }

    private SampleSet samples(Dataset dataset) {
        List<InputSpec> inputs = List.of(new InputSpec("x", ElementType.FLOAT, List.of(-1L, 6L, 32L)));
        return new SampleSet(dataset, inputs, Preprocessing.NONE, 0, SAMPLES);
    }

    private Path data() {
        float[] values = new float[SAMPLES * 6 * 32];
        Random random = new Random(5);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return NpzFiles.npz().floats("x", values, SAMPLES, 6, 32).write(folder.resolve("data.npz"));
    }

    @ParameterizedTest
    @CsvSource({"40, kept, 6", "1, nothing, 0"})
    void outlyingChannelsAreSmoothedWhereThatHelps(float outlier, String what, double leastGain) {
        Model model = model(outlier);
        try (Dataset dataset = Dataset.open(data())) {
            SampleSet samples = samples(dataset);
            Candidate smoothed = SmoothDynamically.quantize(model, samples, Quantized.SETTINGS, Set.of(), 1, folder);
            assertThat(smoothed.notes())
                    .anyMatch(note -> note.startsWith("SMOOTH_QUANT")
                            && (note.contains(what) || note.contains("left out") || note.contains("even enough")));
            Candidate plain = QuantizeDynamically.quantize(model, Quantized.SETTINGS, Set.of());
            OutputError errors = new OutputError(model, new TapActivations(samples, SAMPLES, 1, folder));
            double gain =
                    OutputError.decibels(errors.of(smoothed.model())) - OutputError.decibels(errors.of(plain.model()));
            assertThat(gain).isGreaterThanOrEqualTo(leastGain);
            assertThat(OutputError.decibels(errors.of(smoothed.base()))).isGreaterThan(90);
        }
    }

    @Test
    void theSameSamplesGiveTheSame() {
        Model model = model(40);
        try (Dataset dataset = Dataset.open(data())) {
            List<String> first = SmoothDynamically.quantize(
                            model, samples(dataset), Quantized.SETTINGS, Set.of(), 1, folder)
                    .notes();
            assertThat(SmoothDynamically.quantize(model, samples(dataset), Quantized.SETTINGS, Set.of(), 1, folder)
                            .notes())
                    .isEqualTo(first);
        }
    }
}
