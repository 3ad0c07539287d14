package dev.octet.engine.search;

import static dev.octet.engine.plan.Network.network;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.octet.engine.data.Dataset;
import dev.octet.engine.data.InputSpec;
import dev.octet.engine.data.NpzFiles;
import dev.octet.engine.data.Preprocessing;
import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.ValueType.TensorType;
import dev.octet.engine.observe.ChannelStatistics;
import dev.octet.engine.observe.StatisticsFile;
import dev.octet.engine.observe.StatisticsRequest;
import dev.octet.engine.observe.TensorStatistics;
import dev.octet.engine.plan.Network;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.scheme.Range;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CalibrateTest {

    @TempDir
    Path folder;

    private final List<Long> progress = new ArrayList<>();

    private Map<String, TensorStatistics> calibrate(Network network, NpzFiles data, String... values) {
        return calibrate(network, data, StatisticsRequest.EXTREMES, 1, values);
    }

    private Map<String, TensorStatistics> calibrate(
            Network network, NpzFiles data, StatisticsRequest request, int threads, String... values) {
        Model model = network.model();
        List<InputSpec> inputs = model.graph().inputs().stream()
                .map(input -> {
                    TensorType type = (TensorType) input.type();
                    return new InputSpec(
                            input.name(),
                            type.element(),
                            type.shape().stream().map(Dim::size).toList());
                })
                .toList();
        try (Dataset dataset = Dataset.open(data.write(folder.resolve("data.npz")))) {
            return Calibrate.run(
                    model,
                    List.of(values),
                    new SampleSet(dataset, inputs, Preprocessing.NONE, 0, dataset.samples()),
                    request,
                    threads,
                    folder.resolve("scratch"),
                    progress::add);
        }
    }

    private static NpzFiles ramp(int samples, int each) {
        float[] values = new float[samples * each];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        return NpzFiles.npz().floats("x", values, samples, each);
    }

    @Test
    void seesEveryValueOfEverySampleOnce() {
        TensorStatistics seen = calibrate(
                        network().input("x", -1, 3).node("y = Neg(x)").output("y"), ramp(100, 3), "x", "y")
                .get("y");
        assertThat(seen.count()).isEqualTo(300);
        assertThat(seen.min()).isEqualTo(-299);
        assertThat(seen.max()).isZero();
        assertThat(progress).isSorted().endsWith(100L);
    }

    @Test
    void progressCountsSamplesAlsoWhereAValueDoesNotLeadWithThem() {
        calibrate(
                network()
                        .input("x", -1, 6)
                        .longs("shape", 0, 2, 3)
                        .node("r = Reshape(x, shape)")
                        .node("t = Transpose(r)", "perm", new long[] {1, 0, 2})
                        .node("y = Neg(t)")
                        .output("y"),
                ramp(10, 6),
                "x",
                "y");
        assertThat(progress)
                .isSorted()
                .endsWith(10L)
                .allSatisfy(done -> assertThat(done).isLessThanOrEqualTo(10));
    }

    @Test
    void averagesOverSamplesAlsoWhereAValueDoesNotLeadWithThem() {
        Network network = network()
                .input("x", -1, 6)
                .longs("shape", 0, 2, 3)
                .node("r = Reshape(x, shape)")
                .node("t = Transpose(r)", "perm", new long[] {1, 0, 2})
                .node("y = Neg(t)")
                .node("z = Neg(x)")
                .output("y", "z");
        Map<String, TensorStatistics> seen = calibrate(network, ramp(10, 6), "z", "y");
        assertThat(new dev.octet.engine.observe.MovingAverageObserver()
                        .range(seen.get("y"), dev.octet.engine.scheme.QuantType.UINT8))
                .isEqualTo(new dev.octet.engine.observe.MovingAverageObserver()
                        .range(seen.get("z"), dev.octet.engine.scheme.QuantType.UINT8));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 8})
    void givesTheSameBytesForAnyNumberOfThreads(int threads) throws Exception {
        Network network = network()
                .input("x", -1, 700)
                .node("y = Neg(x)")
                .node("z = Sin(x)")
                .output("y", "z");
        Path one = folder.resolve("one");
        Path many = folder.resolve("many");
        NpzFiles data = ramp(1_000, 700);
        StatisticsFile.write(calibrate(network, data, StatisticsRequest.HISTOGRAM, 1, "x", "y", "z"), one);
        progress.clear();
        StatisticsFile.write(calibrate(network, data, StatisticsRequest.HISTOGRAM, threads, "x", "y", "z"), many);
        assertThat(progress).hasSizeGreaterThan(10).isSorted().endsWith(1_000L);
        assertThat(many).hasSameBinaryContentAs(one);
    }

    @Test
    void channelsLieOnTheSecondAxisOfImagesAndOnTheLastOfVectors() {
        Network network = network()
                .input("x", -1, 12)
                .longs("shape", 0, 3, 2, 2)
                .node("i = Reshape(x, shape)")
                .node("y = Neg(i)")
                .node("z = Neg(x)")
                .output("y", "z");
        Map<String, TensorStatistics> seen = calibrate(network, ramp(2, 12), StatisticsRequest.EVERYTHING, 2, "y", "z");
        ChannelStatistics image = seen.get("y").channels().orElseThrow();
        assertThat(image.size()).isEqualTo(3);
        assertThat(image.range(1)).isEqualTo(new Range(-19, -4));
        ChannelStatistics vector = seen.get("z").channels().orElseThrow();
        assertThat(vector.size()).isEqualTo(12);
        assertThat(vector.range(11)).isEqualTo(new Range(-23, -11));
    }

    @Test
    void paddingIsNotObservedWhereTheMaskSaysSo() {
        Network network = network()
                .input("attention_mask", -1, 4)
                .input("x", -1, 4, 3)
                .node("y = Neg(x)")
                .node("s = Transpose(y)", "perm", new long[] {0, 2, 1})
                .node("m = Neg(attention_mask)")
                .output("s", "m");
        float[] values = new float[2 * 4 * 3];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        NpzFiles data = NpzFiles.npz()
                .floats("attention_mask", new float[] {1, 1, 0, 0, 1, 0, 1, 1}, 2, 4)
                .floats("x", values, 2, 4, 3);
        Map<String, TensorStatistics> seen = calibrate(network, data, StatisticsRequest.EVERYTHING, 2, "y", "s", "m");
        assertThat(seen.get("y").count()).isEqualTo(15);
        assertThat(seen.get("y").samples()).isEqualTo(2);
        assertThat(seen.get("y").max()).isZero();
        List<Double> magnitudes = new ArrayList<>();
        seen.get("y").histogram().visit(true, (low, _, _) -> magnitudes.add(low));
        assertThat(magnitudes)
                .containsExactly(1.0, 2.0, 3.0, 4.0, 5.0, 12.0, 13.0, 14.0, 18.0, 19.0, 20.0, 21.0, 22.0, 23.0);
        assertThat(seen.get("y").channels().orElseThrow().range(2)).isEqualTo(new Range(-23, -2));
        assertThat(seen.get("s").count()).isEqualTo(24);
        assertThat(seen.get("m").count()).isEqualTo(8);
    }

    @Test
    void aValueThatIsNotFiniteIsNamed() {
        EngineException e = catchThrowableOfType(
                EngineException.class,
                () -> calibrate(network().input("x", -1, 3).node("y = Log(x)").output("y"), ramp(10, 3), "x", "y"));
        assertThat(e.fault()).isEqualTo(Fault.MODEL_NOT_FINITE);
        assertThat(e).hasMessageContaining("'y'").hasMessageContaining("1 value");
    }

    @Test
    void noSamplesAreAMismatch() {
        assertThatThrownBy(() -> {
                    Network network =
                            network().input("x", -1, 3).node("y = Neg(x)").output("y");
                    try (Dataset dataset = Dataset.open(ramp(10, 3).write(folder.resolve("data.npz")))) {
                        InputSpec input =
                                new InputSpec("x", dev.octet.engine.scheme.ElementType.FLOAT, List.of(-1L, 3L));
                        SampleSet none = new SampleSet(dataset, List.of(input), Preprocessing.NONE, 0, 10).atMost(0);
                        Calibrate.run(
                                network.model(),
                                List.of("y"),
                                none,
                                StatisticsRequest.EXTREMES,
                                1,
                                folder.resolve("scratch"),
                                _ -> {});
                    }
                })
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.fault()).isEqualTo(Fault.DATASET_MISMATCH));
    }

    @Test
    void whereNothingIsObservedNothingRuns() {
        assertThat(calibrate(network().input("x", -1, 3).node("y = Neg(x)").output("y"), ramp(10, 3)))
                .isEmpty();
        assertThat(progress).isEmpty();
    }

    @Test
    void aModelOfFixedBatchIsFedInItsBatches() {
        TensorStatistics seen = calibrate(
                        network().input("x", 4, 3).node("y = Neg(x)").output("y"), ramp(12, 3), "y")
                .get("y");
        assertThat(seen.count()).isEqualTo(36);
        assertThat(progress).endsWith(12L);
    }
}
