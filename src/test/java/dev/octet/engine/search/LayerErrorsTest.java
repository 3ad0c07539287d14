package dev.octet.engine.search;

import static dev.octet.engine.plan.Network.network;
import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.algorithm.Quantized;
import dev.octet.engine.data.Dataset;
import dev.octet.engine.data.InputSpec;
import dev.octet.engine.data.NpzFiles;
import dev.octet.engine.data.Preprocessing;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.plan.Network;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.QuantType;
import dev.octet.engine.scheme.Range;
import dev.octet.engine.search.LayerErrors.LayerError;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerErrorsTest {

    @TempDir
    Path folder;

    private Map<String, LayerError> measure(Quantized quantized) {
        Path file = NpzFiles.npz()
                .floats("x", Network.normal(1, 1, 16, 4, 8, 8).toFloats(), 16, 4, 8, 8)
                .write(folder.resolve("data.npz"));
        try (Dataset dataset = Dataset.open(file)) {
            InputSpec input = new InputSpec("x", ElementType.FLOAT, List.of(-1L, 4L, 8L, 8L));
            SampleSet samples = new SampleSet(dataset, List.of(input), Preprocessing.NONE, 0, 16);
            return LayerErrors.measure(quantized.prepared(), quantized.plan(), samples, 1, folder);
        }
    }

    private static Network chain() {
        return network()
                .input("x", -1, 4, 8, 8)
                .conv("c1", "x", 4, 3)
                .node("r1 = Relu(c1)")
                .conv("c2", "r1", 4, 3)
                .node("r2 = Relu(c2)")
                .conv("c3", "r2", 4, 3)
                .output("c3");
    }

    @Test
    void errorsGrowAlongTheWayAndAreThoseOfEightBitsAlone() {
        Map<String, LayerError> errors = measure(Quantized.calibrated(chain(), folder));
        assertThat(errors).containsOnlyKeys("r1", "r2", "c3");
        assertThat(errors.values()).allSatisfy(error -> {
            assertThat(error.aloneDb()).isBetween(25.0, 60.0);
            assertThat(error.accumulatedDb()).isLessThan(error.aloneDb() + 1);
            assertThat(error.saturation()).isBetween(0.0, 0.01);
        });
        assertThat(errors.get("c3").accumulatedDb()).isLessThan(errors.get("r1").accumulatedDb());
        assertThat(errors.get("r1").accumulatedDb())
                .as("nothing came before the first")
                .isCloseTo(errors.get("r1").aloneDb(), org.assertj.core.data.Offset.offset(0.5));
    }

    @Test
    void aRangeThatCutsHalfOfTheValuesShowsAsSaturationOfThatLayer() {
        Quantized narrow = Quantized.withRanges(
                chain(),
                folder,
                Quantized.settings(true, QuantType.UINT8, Quantized.SETTINGS.reduceRange()),
                Map.of(
                        "x",
                        new Range(-5, 5),
                        "r1",
                        new Range(0, 0.01f),
                        "r2",
                        new Range(0, 10),
                        "c3",
                        new Range(-10, 10)));
        Map<String, LayerError> errors = measure(narrow);
        assertThat(errors.get("r1").saturation()).isBetween(0.3, 0.7);
        assertThat(errors.get("r1").aloneDb()).isLessThan(5);
        assertThat(errors.get("r2").saturation()).isZero();
        assertThat(errors.get("r2").aloneDb()).isLessThan(5);
    }

    @Test
    void aLayerOfZerosHasNoNoise() {
        Network network = network()
                .input("x", -1, 4, 8, 8)
                .constant("w", Tensor.ofFloats(new float[16], 4, 4, 1, 1))
                .node("c = Conv(x, w)")
                .output("c");
        assertThat(measure(Quantized.calibrated(network, folder)).get("c").aloneDb())
                .isEqualTo(200);
    }
}
