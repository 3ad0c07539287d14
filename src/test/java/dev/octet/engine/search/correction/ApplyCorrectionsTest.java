package dev.octet.engine.search.correction;

import static dev.octet.engine.plan.Network.network;
import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.algorithm.Quantized;
import dev.octet.engine.data.Dataset;
import dev.octet.engine.data.InputSpec;
import dev.octet.engine.data.NpzFiles;
import dev.octet.engine.data.Preprocessing;
import dev.octet.engine.graph.Model;
import dev.octet.engine.observe.MinMaxObserver;
import dev.octet.engine.observe.TensorStatistics;
import dev.octet.engine.plan.Network;
import dev.octet.engine.plan.Placement;
import dev.octet.engine.scheme.AlgorithmKind;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.search.Candidate;
import dev.octet.engine.search.QuantizeStatically;
import dev.octet.engine.search.SampleSet;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApplyCorrectionsTest {

    @TempDir
    Path folder;

    private Candidate corrected(EnumSet<AlgorithmKind> algorithms, int samples) {
        Network network = network()
                .input("x", -1, 3, 8, 8)
                .conv("c1", "x", 8, 3, 3, 1)
                .node("r1 = Relu(c1)")
                .conv("c2", "r1", 8, 8, 3, 8)
                .node("r2 = Relu(c2)")
                .conv("y", "r2", 4, 8, 1, 1)
                .output("y");
        Model prepared = network.typed(folder);
        Placement placement = Quantized.calibrated(network, folder).plan().placement();
        float[] values = new float[samples * 192];
        Random random = new Random(5);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        Path file = NpzFiles.npz().floats("x", values, samples, 3, 8, 8).write(folder.resolve("data.npz"));
        List<InputSpec> inputs = List.of(new InputSpec("x", ElementType.FLOAT, List.of(-1L, 3L, 8L, 8L)));
        try (Dataset dataset = Dataset.open(file)) {
            SampleSet set = new SampleSet(dataset, inputs, Preprocessing.NONE, 0, samples);
            Map<String, TensorStatistics> statistics =
                    QuantizeStatically.calibrate(prepared, placement, set, new MinMaxObserver(), 1, folder, _ -> {});
            return ApplyCorrections.quantize(
                    prepared,
                    placement,
                    statistics,
                    set,
                    Quantized.SETTINGS,
                    new MinMaxObserver(),
                    algorithms,
                    1,
                    folder,
                    _ -> {});
        }
    }

    @Test
    void everyCorrectionSaysWhatItBroughtOrWhyItWasLeftOut() {
        Candidate candidate = corrected(EnumSet.allOf(AlgorithmKind.class), 20);
        for (AlgorithmKind kind : AlgorithmKind.values()) {
            assertThat(candidate.notes()).anyMatch(note -> note.startsWith(kind.name()) && !note.contains("skipped"));
        }
        assertThat(candidate.plan().weights()).isNotEmpty();
    }

    @Test
    void theSameSamplesGiveTheSameCorrections() {
        EnumSet<AlgorithmKind> algorithms = EnumSet.of(AlgorithmKind.BIAS_CORRECTION, AlgorithmKind.GPTQ);
        assertThat(corrected(algorithms, 20).notes())
                .isEqualTo(corrected(algorithms, 20).notes());
    }

    @Test
    void fewSamplesAreJudgedOnThemselvesAndItIsSaid() {
        assertThat(corrected(EnumSet.of(AlgorithmKind.BIAS_CORRECTION), 3).notes())
                .anyMatch(note -> note.contains("judged on the samples they learned from"));
    }
}
