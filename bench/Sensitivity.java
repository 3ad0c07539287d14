import dev.octet.engine.data.Batch;
import dev.octet.engine.data.BatchReader;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.observe.Observer;
import dev.octet.engine.observe.Observers;
import dev.octet.engine.onnx.OnnxWriter;
import dev.octet.engine.plan.EncodedValues;
import dev.octet.engine.plan.IntegersFirst;
import dev.octet.engine.plan.PlaceByMinimumCut;
import dev.octet.engine.plan.Placement;
import dev.octet.engine.plan.QuantizationPlan;
import dev.octet.engine.plan.TargetCatalog;
import dev.octet.engine.recipe.Recipe;
import dev.octet.engine.rewrite.InsertQdq;
import dev.octet.engine.runtime.OrtRunner;
import dev.octet.engine.runtime.RuntimeOptions;
import dev.octet.engine.runtime.RuntimeSession;
import dev.octet.engine.scheme.QuantizationSettings;
import dev.octet.engine.search.Calibrate;
import dev.octet.engine.search.PreparedModel;
import dev.octet.engine.search.QuantizeStatically;
import dev.octet.engine.search.RunData;
import dev.octet.engine.search.SampleSet;
import dev.octet.engine.search.auto.MeasureSensitivity;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/**
 * Noise of each layer from one session with switches against the honest way: one model a layer, run over the evaluation samples.
 *
 * <p>Arguments: a folder with calibration and evaluation data and job.json, optionally the model and the number of evaluation samples.
 * Prints both times, their ratio, and the rank correlation of the layers' noise at the output.
 */
public final class Sensitivity {

    private static final int THREADS = Runtime.getRuntime().availableProcessors();

    private Sensitivity() {}

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        Path model = args.length > 1 ? Path.of(args[1]) : folder.resolve("model.onnx");
        long samples = args.length > 2 ? Long.parseLong(args[2]) : 512;
        ObjectNode json = Bench.request(folder);
        json.put("model", model.toString()).put("technique", "STATIC");
        json.withObjectProperty("calibration")
                .put("dataset", Bench.data(folder, "calibration").toString());
        json.withObjectProperty("evaluation")
                .put("dataset", Bench.data(folder, "evaluation").toString());
        Path scratch = Files.createTempDirectory("octet-bench");
        try (Arena arena = Arena.ofShared()) {
            measure(Recipe.parse(json.toString()), samples, scratch, arena);
        } finally {
            Bench.delete(scratch);
        }
    }

    private static void measure(Recipe recipe, long count, Path scratch, Arena arena) {
        OrtRunner runner = new OrtRunner(scratch);
        PreparedModel read = PreparedModel.read(recipe.model(), scratch, runner, arena);
        try (RunData data = RunData.open(recipe, read, scratch)) {
            Model model = read.withShapes(data.sampleShapes(), runner).model();
            QuantizationSettings settings = recipe.settings().resolve(TargetCatalog.X64_VNNI);
            Uses uses = Uses.of(model.graph());
            Placement everything = PlaceByMinimumCut.place(
                    model.graph(), uses, new IntegersFirst(), settings.exclude(), java.util.Set.of());
            Observer observer = Observers.of(settings.observer(), settings.percentile());
            QuantizationPlan plan = QuantizeStatically.quantize(
                            model,
                            everything,
                            Calibrate.run(
                                    model,
                                    EncodedValues.of(model.graph(), uses, everything)
                                            .observed(),
                                    data.calibration(),
                                    observer.needs(),
                                    THREADS,
                                    scratch,
                                    _ -> {}),
                            settings,
                            observer)
                    .plan();
            long start = System.nanoTime();
            Map<String, Double> switched =
                    MeasureSensitivity.measure(model, plan, data.calibration(), THREADS, scratch, _ -> {});
            double passSeconds = (System.nanoTime() - start) / 1e9;
            start = System.nanoTime();
            Map<String, Double> honest =
                    honest(model, plan, switched, data.evaluation().atMost(count), scratch);
            double honestSeconds = (System.nanoTime() - start) / 1e9;
            print(
                    model,
                    switched,
                    honest,
                    passSeconds,
                    honestSeconds,
                    data.evaluation().atMost(count).count());
        }
    }

    /** One model a layer, each run over all samples. */
    private static Map<String, Double> honest(
            Model model, QuantizationPlan plan, Map<String, Double> layers, SampleSet samples, Path scratch) {
        Path exact = scratch.resolve("exact.onnx");
        OnnxWriter.write(model.withoutTypes(), exact);
        Map<String, Double> noise = new LinkedHashMap<>();
        for (String layer : layers.keySet()) {
            Placement placement = plan.placement();
            Map<String, String> groups = new LinkedHashMap<>();
            for (Node node : model.graph().nodes()) {
                if (!node.id().equals(layer)) {
                    placement = placement.withFloat(node.id(), "another is looked at");
                } else {
                    node.inputs().stream()
                            .filter(plan.groups()::containsKey)
                            .forEach(value -> groups.put(value, plan.groups().get(value)));
                }
            }
            Path alone = scratch.resolve("alone.onnx");
            QuantizationPlan only = new QuantizationPlan(placement, groups, plan.activations(), plan.weights());
            OnnxWriter.write(InsertQdq.perform(model, only).withoutTypes(), alone);
            noise.put(layer, noise(exact, alone, samples));
        }
        return noise;
    }

    private static double noise(Path exact, Path alone, SampleSet samples) {
        double signal = 0;
        double noise = 0;
        try (RuntimeSession one = RuntimeSession.open(exact, RuntimeOptions.optimized(THREADS));
                RuntimeSession other = RuntimeSession.open(alone, RuntimeOptions.literal(THREADS));
                BatchReader reader = samples.read()) {
            for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
                FloatBuffer expected = one.run(batch).getFirst().floats();
                FloatBuffer actual = other.run(batch).getFirst().floats();
                for (int i = 0; i < expected.remaining(); i++) {
                    signal += (double) expected.get(i) * expected.get(i);
                    noise += Math.pow((double) expected.get(i) - actual.get(i), 2);
                }
            }
        }
        return noise / signal;
    }

    private static void print(
            Model model,
            Map<String, Double> switched,
            Map<String, Double> honest,
            double passSeconds,
            double honestSeconds,
            long samples) {
        System.out.println("| layer | operator | one session, dB | one model a layer, dB |\n|---|---|---|---|");
        for (Node node : model.graph().nodes()) {
            if (switched.containsKey(node.id())) {
                System.out.printf(
                        Locale.ROOT,
                        "| %s | %s | %.1f | %.1f |%n",
                        node.label(),
                        node.op(),
                        -10 * Math.log10(switched.get(node.id())),
                        -10 * Math.log10(honest.get(node.id())));
            }
        }
        List<Double> one = List.copyOf(switched.values());
        List<Double> other = switched.keySet().stream().map(honest::get).toList();
        System.out.printf(
                Locale.ROOT,
                "%d layers: %.2f s in one session of %d samples, %.2f s with one model a layer over %d samples (%.0f"
                        + " times as long); rank correlation %.3f%n",
                switched.size(),
                passSeconds,
                MeasureSensitivity.SAMPLES,
                honestSeconds,
                samples,
                honestSeconds / passSeconds,
                correlation(ranks(one), ranks(other)));
    }

    private static double[] ranks(List<Double> values) {
        return values.stream()
                .mapToDouble(value -> values.stream().filter(v -> v < value).count()
                        + (values.stream().filter(v -> v.equals(value)).count() - 1) / 2.0)
                .toArray();
    }

    private static double correlation(double[] one, double[] other) {
        double mean = (one.length - 1) / 2.0;
        double product = 0;
        double squaresOne = 0;
        double squaresOther = 0;
        for (int i = 0; i < one.length; i++) {
            product += (one[i] - mean) * (other[i] - mean);
            squaresOne += (one[i] - mean) * (one[i] - mean);
            squaresOther += (other[i] - mean) * (other[i] - mean);
        }
        return product / Math.sqrt(squaresOne * squaresOther);
    }
}
