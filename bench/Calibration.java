import com.sun.management.OperatingSystemMXBean;
import dev.octet.engine.data.Batch;
import dev.octet.engine.data.BatchReader;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.observe.Observer;
import dev.octet.engine.observe.Observers;
import dev.octet.engine.onnx.OnnxWriter;
import dev.octet.engine.plan.EncodedValues;
import dev.octet.engine.plan.Placement;
import dev.octet.engine.plan.TargetCatalog;
import dev.octet.engine.recipe.Recipe;
import dev.octet.engine.runtime.OrtRunner;
import dev.octet.engine.runtime.RuntimeOptions;
import dev.octet.engine.runtime.RuntimeSession;
import dev.octet.engine.scheme.ObserverKind;
import dev.octet.engine.scheme.QuantizationSettings;
import dev.octet.engine.search.PreparedModel;
import dev.octet.engine.search.QuantizeStatically;
import dev.octet.engine.search.RunData;
import dev.octet.engine.search.SampleSet;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * Wall time of calibration over plain inference of the same samples by the float model.
 *
 * <p>Arguments: a folder with calibration data and job.json, optionally the model (else model.onnx in the folder), the number of
 * samples and of rounds. Both sides read the same file, open their session and use all processors; they take turns, and a ratio is the
 * median of the rounds' ratios after one round of warming up. The ratio of the processors' time beside it tells how much work there is,
 * whoever else uses the machine.
 */
public final class Calibration {

    private static final int BATCH = 32;

    private Calibration() {}

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        Path model = args.length > 1 ? Path.of(args[1]) : folder.resolve("model.onnx");
        int samples = args.length > 2 ? Integer.parseInt(args[2]) : 512;
        int rounds = args.length > 3 ? Integer.parseInt(args[3]) : 7;
        ObjectNode json = Bench.request(folder);
        json.put("model", model.toString()).put("technique", "STATIC");
        json.remove("evaluation");
        json.withObjectProperty("calibration")
                .put("dataset", Bench.data(folder, "calibration").toString())
                .put("samples", samples);
        Path scratch = Files.createTempDirectory("octet-bench");
        try {
            measure(Recipe.parse(json.toString()), scratch, rounds);
        } finally {
            Bench.delete(scratch);
        }
    }

    private static void measure(Recipe recipe, Path scratch, int rounds) {
        int processors = Runtime.getRuntime().availableProcessors();
        OrtRunner runner = new OrtRunner(scratch);
        QuantizationSettings settings = recipe.settings().resolve(TargetCatalog.X64_VNNI);
        try (Arena arena = Arena.ofShared()) {
            PreparedModel read = PreparedModel.read(recipe.model(), scratch, runner, arena);
            try (RunData data = RunData.open(recipe, read, scratch)) {
                PreparedModel prepared = read.withShapes(data.sampleShapes(), runner);
                Path file = scratch.resolve("float.onnx");
                OnnxWriter.write(prepared.model().withoutTypes(), file);
                Placement placement = QuantizeStatically.place(prepared.model(), settings, Set.of());
                int observed = EncodedValues.of(
                                prepared.model().graph(),
                                Uses.of(prepared.model().graph()),
                                placement)
                        .observed()
                        .size();
                SampleSet samples = data.calibration();
                Map<ObserverKind, double[]> ratios = new EnumMap<>(ObserverKind.class);
                Map<ObserverKind, double[]> work = new EnumMap<>(ObserverKind.class);
                double[] plain = new double[rounds];
                for (int round = -1; round < rounds; round++) {
                    for (ObserverKind kind : ObserverKind.values()) {
                        Time inference = time(() -> infer(file, samples, processors));
                        Observer observer = Observers.of(kind, 99.99);
                        Time calibration = time(() -> QuantizeStatically.calibrate(
                                prepared.model(), placement, samples, observer, processors, scratch, _ -> {}));
                        if (round >= 0) {
                            ratios.computeIfAbsent(kind, _ -> new double[rounds])[round] =
                                    calibration.wall() / inference.wall();
                            work.computeIfAbsent(kind, _ -> new double[rounds])[round] =
                                    calibration.processors() / inference.processors();
                            plain[round] = inference.wall();
                        }
                    }
                }
                System.out.printf(
                        "%s: %d samples, %d observed values, plain inference %.3f s (median of %d rounds, %d"
                                + " processors)%n%n",
                        recipe.model(), samples.count(), observed, Bench.median(plain), rounds, processors);
                System.out.println("| observer | calibration / inference, wall | least | most | processor time |");
                System.out.println("|---|---|---|---|---|");
                ratios.forEach((kind, all) -> System.out.printf(
                        "| %s | %.2f | %.2f | %.2f | %.2f |%n",
                        kind,
                        Bench.median(all),
                        java.util.Arrays.stream(all).min().orElse(0),
                        java.util.Arrays.stream(all).max().orElse(0),
                        Bench.median(work.get(kind))));
            }
        }
    }

    private static void infer(Path file, SampleSet samples, int threads) {
        try (RuntimeSession session = RuntimeSession.open(file, RuntimeOptions.deployed(threads));
                BatchReader reader = samples.read(BATCH)) {
            for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
                session.run(batch);
            }
        }
    }

    /** Seconds on the clock and of all processors. */
    private record Time(double wall, double processors) {}

    private static Time time(Runnable work) {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long busy = system.getProcessCpuTime();
        long start = System.nanoTime();
        work.run();
        return new Time((System.nanoTime() - start) / 1e9, (system.getProcessCpuTime() - busy) / 1e9);
    }
}
