package dev.octet.engine.search.calibration;

import static dev.octet.engine.plan.Network.network;
import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.data.Dataset;
import dev.octet.engine.data.InputSpec;
import dev.octet.engine.data.NpzFiles;
import dev.octet.engine.data.Preprocessing;
import dev.octet.engine.graph.Model;
import dev.octet.engine.observe.StatisticsFile;
import dev.octet.engine.observe.StatisticsRequest;
import dev.octet.engine.observe.origin.StatisticsOrigin;
import dev.octet.engine.plan.Network;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.search.SampleSet;
import dev.octet.engine.search.calibration.CalibrateOnce.Calibrated;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrateOnceTest {

    @TempDir
    Path folder;

    private final Model model = network()
            .input("x", -1, 3)
            .node("y = Neg(x)")
            .node("z = Relu(y)")
            .output("z")
            .model();

    private final List<Long> runs = new ArrayList<>();
    private Path upload = Path.of("");
    private Path data = Path.of("");
    private Path stored = Path.of("");

    @BeforeEach
    void files() throws IOException {
        upload = Files.writeString(folder.resolve("model.onnx"), "model");
        float[] values = new float[300];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        data = NpzFiles.npz().floats("x", values, 100, 3).write(folder.resolve("data.npz"));
        stored = folder.resolve("statistics.bin");
    }

    private Calibrated calibrate(
            long first, long count, double scale, StatisticsRequest request, boolean reuse, String... values) {
        runs.clear();
        Preprocessing none = Preprocessing.NONE;
        Preprocessing preprocessing =
                new Preprocessing(null, null, none.channels(), none.layout(), scale, none.mean(), none.std());
        try (Dataset dataset = Dataset.open(data)) {
            List<InputSpec> inputs = List.of(new InputSpec("x", ElementType.FLOAT, List.of(-1L, 3L)));
            SampleSet samples = new SampleSet(dataset, inputs, preprocessing, first, count);
            StatisticsOrigin origin = StatisticsKey.origin(upload, model, data, samples);
            return CalibrateOnce.run(
                    model,
                    List.of(values),
                    samples,
                    request,
                    origin,
                    reuse ? stored : null,
                    1,
                    folder.resolve("scratch"),
                    runs::add);
        }
    }

    private void store() {
        calibrate(0, 100, 1, StatisticsRequest.HISTOGRAM, false, "x", "y").write(stored);
        assertThat(runs).isNotEmpty();
    }

    @Test
    void whatIsThereIsNotRunAgain() {
        store();
        Calibrated again = calibrate(0, 100, 1, StatisticsRequest.EXTREMES, true, "y");
        assertThat(runs).isEmpty();
        assertThat(again.note()).contains("calibration skipped");
        assertThat(again.statistics()).containsOnlyKeys("x", "y");
        again.write(folder.resolve("again.bin"));
        assertThat(folder.resolve("again.bin")).hasSameBinaryContentAs(stored);
    }

    @Test
    void whatIsMissingAloneIsRun() {
        store();
        Calibrated more = calibrate(0, 100, 1, StatisticsRequest.HISTOGRAM, true, "y", "z");
        assertThat(runs).endsWith(100L);
        assertThat(more.note()).contains("1 of 2 values");
        assertThat(more.statistics()).containsOnlyKeys("x", "y", "z");
        assertThat(more.statistics().get("z").count()).isEqualTo(300);
    }

    @Test
    void extremesDoNotServeWhoNeedsAHistogram() {
        calibrate(0, 100, 1, StatisticsRequest.EXTREMES, false, "x", "y").write(stored);
        Calibrated more = calibrate(0, 100, 1, StatisticsRequest.HISTOGRAM, true, "x");
        assertThat(runs).isNotEmpty();
        assertThat(more.statistics().get("x").histogram().total()).isEqualTo(300);
    }

    @Test
    void statisticsOfSomethingElseAreNotUsed() throws IOException {
        store();
        assertThat(calibrate(0, 99, 1, StatisticsRequest.EXTREMES, true, "y").note())
                .contains("not used")
                .contains("other samples");
        assertThat(runs).endsWith(99L);
        assertThat(calibrate(0, 100, 2, StatisticsRequest.EXTREMES, true, "y").note())
                .contains("not used")
                .contains("preprocessing");
        assertThat(runs).endsWith(100L);
        Files.writeString(upload, "another model");
        assertThat(calibrate(0, 100, 1, StatisticsRequest.EXTREMES, true, "y").note())
                .contains("not used");
        assertThat(runs).endsWith(100L);
    }

    @Test
    void aDamagedFileIsNotUsedAndSaid() throws IOException {
        store();
        byte[] bytes = Files.readAllBytes(stored);
        bytes[bytes.length / 2] ^= 1;
        Files.write(stored, bytes);
        Calibrated fresh = calibrate(0, 100, 1, StatisticsRequest.EXTREMES, true, "y");
        assertThat(fresh.note()).contains("not used").contains("statistics.bin").contains("damaged");
        assertThat(runs).endsWith(100L);
    }

    @Test
    void theSameEverythingIsTheSameKeyAndOtherWeightsAreNot() {
        StatisticsFile.Content content;
        store();
        content = StatisticsFile.read(stored);
        assertThat(calibrate(0, 100, 1, StatisticsRequest.EXTREMES, false, "y").origin())
                .isEqualTo(content.origin());
        String one = StatisticsKey.of(upload, weighted(1), data, Preprocessing.NONE);
        assertThat(StatisticsKey.of(upload, weighted(1), data, Preprocessing.NONE))
                .isEqualTo(one);
        assertThat(StatisticsKey.of(upload, weighted(2), data, Preprocessing.NONE))
                .isNotEqualTo(one);
    }

    private static Model weighted(long seed) {
        return network()
                .input("x", -1, 3)
                .constant("w", Network.normal(seed, 1f, 3, 3))
                .node("y = MatMul(x, w)")
                .output("y")
                .model();
    }
}
