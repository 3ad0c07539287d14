package dev.octet.engine.search.auto;

import static dev.octet.engine.plan.Network.network;
import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.algorithm.Quantized;
import dev.octet.engine.data.Dataset;
import dev.octet.engine.data.InputSpec;
import dev.octet.engine.data.NpzFiles;
import dev.octet.engine.data.Preprocessing;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.observe.MinMaxObserver;
import dev.octet.engine.observe.TensorStatistics;
import dev.octet.engine.plan.Network;
import dev.octet.engine.plan.Placement;
import dev.octet.engine.runtime.OrtRunner;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.search.Candidate;
import dev.octet.engine.search.QuantizeStatically;
import dev.octet.engine.search.SampleSet;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AddDynamicTest {

    private static final int SAMPLES = 24;
    private static final int WIDTH = 64;

    @TempDir
    Path folder;

    /** What {@code a} reads is a hundred times as large in one input as in another; what {@code b} reads is not. */
    private static Network network64() {
        float[] ones = new float[WIDTH];
        Arrays.fill(ones, 1);
        return network()
                .input("x", -1, 4, WIDTH)
                .constant("g", Tensor.ofFloats(ones, WIDTH))
                .constant("o", Tensor.ofFloats(new float[WIDTH], WIDTH))
                .matMul("a", "x", WIDTH, WIDTH)
                .node("n = LayerNormalization(x, g, o)", "axis", -1)
                .matMul("b", "n", WIDTH, WIDTH)
                .output("a", "b");
    }

    private static float[] values() {
        float[] values = new float[SAMPLES * 4 * WIDTH];
        Random random = new Random(3);
        for (int i = 0; i < values.length; i++) {
            int sample = i / (4 * WIDTH);
            values[i] = (float) (random.nextGaussian() * Math.pow(10, 2.0 * sample / SAMPLES - 1));
        }
        return values;
    }

    @Test
    void aLayerWhoseInputsVaryIsDynamicAndTheOthersStayStatic() {
        Network network = network64();
        Model model = network.typed(folder);
        Placement everything = Quantized.calibrated(network, folder).plan().placement();
        Placement part = everything.withFloat("a", "varies");
        assertThat(AddDynamic.applies(model.graph(), everything)).isFalse();
        assertThat(AddDynamic.applies(model.graph(), part)).isTrue();
        Path data = NpzFiles.npz().floats("x", values(), SAMPLES, 4, WIDTH).write(folder.resolve("data.npz"));
        List<InputSpec> inputs = List.of(new InputSpec("x", ElementType.FLOAT, List.of(-1L, 4L, (long) WIDTH)));
        try (Dataset dataset = Dataset.open(data)) {
            SampleSet samples = new SampleSet(dataset, inputs, Preprocessing.NONE, 0, SAMPLES);
            Map<String, TensorStatistics> statistics = QuantizeStatically.calibrate(
                    model, everything, samples, new MinMaxObserver(), 1, folder.resolve("scratch"), _ -> {});
            Candidate fixed = QuantizeStatically.quantize(
                    model, everything, statistics, Quantized.SETTINGS, new MinMaxObserver());
            Candidate adaptive = AddDynamic.to(
                    QuantizeStatically.quantize(model, part, statistics, Quantized.SETTINGS, new MinMaxObserver()),
                    Quantized.SETTINGS);
            assertThat(adaptive.plan().placement().decisions().get("a").isQuantized())
                    .isTrue();
            assertThat(adaptive.plan().placement().decisions().get("a").reason())
                    .contains("as it comes");
            assertThat(noise(model, adaptive.model(), "a")).isLessThan(0.05 * noise(model, fixed.model(), "a"));
            assertThat(noise(model, adaptive.model(), "b")).isEqualTo(noise(model, fixed.model(), "b"));
            assertThat(noise(model, fixed.model(), "b")).isLessThan(1e-3);
        }
    }

    /** Noise over signal of {@code value}, the mean over samples. */
    private double noise(Model exact, Model quantized, String value) {
        OrtRunner runner = new OrtRunner(folder);
        float[] all = values();
        int each = 4 * WIDTH;
        double sum = 0;
        for (int sample = 0; sample < SAMPLES; sample++) {
            Map<String, Tensor> input = Map.of(
                    "x", Tensor.ofFloats(Arrays.copyOfRange(all, sample * each, (sample + 1) * each), 1, 4, WIDTH));
            float[] before = runner.run(exact.withoutTypes(), input, Set.of(value))
                    .get(value)
                    .toFloats();
            float[] after = runner.run(quantized.withoutTypes(), input, Set.of(value))
                    .get(value)
                    .toFloats();
            double error = 0;
            double power = 0;
            for (int i = 0; i < before.length; i++) {
                error += Math.pow(before[i] - after[i], 2);
                power += Math.pow(before[i], 2);
            }
            sum += error / power;
        }
        return sum / SAMPLES;
    }
}
