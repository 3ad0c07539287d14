package dev.octet.engine;

import dev.octet.engine.evaluate.Score;
import dev.octet.engine.recipe.Recipe;
import dev.octet.engine.report.Outcome;
import dev.octet.engine.report.Outcome.Metric;
import dev.octet.engine.report.Outcome.Result;
import dev.octet.engine.report.Outcome.Times;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Quantizes a model for a person: options in, a table out. */
@Command(
        name = "quantize",
        mixinStandardHelpOptions = true,
        description = "Quantizes a model and prints what it cost and gained.")
final class QuantizeCommand implements Callable<Integer> {

    private static final JsonMapper JSON = JsonMapper.shared();

    @Option(
            names = "--model",
            required = true,
            description = "ONNX file, a zip of one with its external data, or a torch.export archive")
    private Path model = Path.of("");

    @Option(
            names = "--technique",
            description =
                    "AUTO, STATIC, DYNAMIC, WEIGHT_ONLY or QAT (default: STATIC with --calibration, else DYNAMIC)")
    private @Nullable String technique;

    @Option(names = "--target", description = "target to make the artifact for (default: this machine)")
    private @Nullable String target;

    @Option(names = "--calibration", description = "dataset that activation ranges are learned from")
    private @Nullable Path calibration;

    @Option(names = "--samples", description = "calibration samples to use (default: 256)")
    private @Nullable Integer samples;

    @Option(names = "--evaluation", description = "dataset that the result is scored on")
    private @Nullable Path evaluation;

    @Option(
            names = "--training",
            description = "dataset that QAT, or AUTO, trains on (default for QAT: the calibration set)")
    private @Nullable Path training;

    @Option(
            names = "--metric",
            description = "TOP1, TOP5, F1, MSE, PEARSON, SPEARMAN, PERPLEXITY, MEAN_AVERAGE_PRECISION or FIDELITY")
    private @Nullable String metric;

    @Option(
            names = "--observer",
            description =
                    "MIN_MAX, MOVING_AVERAGE, HISTOGRAM, PERCENTILE, ENTROPY or MSE, or PyTorch's name for one of them")
    private @Nullable String observer;

    @Option(names = "--batch", split = ",", description = "batch sizes to time (default: 1)")
    private List<Integer> batchSizes = List.of();

    @Option(names = "--threads", description = "threads to time with (default: 1)")
    private @Nullable Integer threads;

    @Option(
            names = "--request",
            description = "JSON file with further fields of a job request: preprocessing, settings, objective")
    private @Nullable Path request;

    @Option(
            names = "--format",
            split = ",",
            description = "formats of the result: ONNX, PT2 for a torch.export archive beside it (default: ONNX)")
    private List<String> formats = List.of();

    @Option(names = "--out", required = true, description = "folder for the results")
    private Path out = Path.of("");

    @Override
    public Integer call() {
        PrintStream err = System.err;
        try {
            Recipe recipe = Recipe.parse(JSON.writeValueAsString(recipe()));
            Outcome outcome = Quantizer.run(
                    recipe,
                    out,
                    new Throttle((phase, done, total, message) ->
                            err.printf("%-13s %6d/%-6d %s%n", phase, done, total, message)),
                    InstantSource.system());
            print(outcome);
            return ExitCode.FINISHED.number();
        } catch (EngineException e) {
            return ExitCode.told(e).number();
        }
    }

    private ObjectNode recipe() {
        ObjectNode recipe = request == null ? JSON.createObjectNode() : read(request);
        recipe.put("model", model.toString());
        recipe.put("technique", technique != null ? technique : calibration == null ? "DYNAMIC" : "STATIC");
        if (target != null) {
            recipe.put("target", target);
        }
        if (calibration == null) {
            recipe.remove("calibration");
        } else {
            ObjectNode section = recipe.withObjectProperty("calibration");
            section.put("dataset", calibration.toString());
            if (samples != null) {
                section.put("samples", samples);
            }
        }
        if (evaluation == null) {
            recipe.remove("evaluation");
        } else {
            ObjectNode section = recipe.withObjectProperty("evaluation");
            section.put("dataset", evaluation.toString());
            if (metric != null) {
                section.put("metric", metric);
            }
        }
        if (training != null) {
            recipe.withObjectProperty("training").put("dataset", training.toString());
        }
        if (observer != null) {
            recipe.withObjectProperty("settings").put("observer", observer);
        }
        if (!batchSizes.isEmpty()) {
            batchSizes.forEach(recipe.withObjectProperty("measure").putArray("batchSizes")::add);
        }
        if (!formats.isEmpty()) {
            formats.forEach(recipe.putArray("formats")::add);
        }
        if (threads != null) {
            recipe.withObjectProperty("measure").put("threads", threads);
        }
        return recipe;
    }

    private static ObjectNode read(Path file) {
        try {
            if (JSON.readTree(Files.readString(file)) instanceof ObjectNode object) {
                return object;
            }
            throw new EngineException(Fault.RECIPE_INVALID, file + " holds no JSON object");
        } catch (CharacterCodingException | JacksonException e) {
            throw new EngineException(Fault.RECIPE_INVALID, file + " is no JSON: " + e.getMessage(), e);
        } catch (IOException e) {
            throw EngineException.ofIo(file + " can't be read", e);
        }
    }

    private void print(Outcome outcome) {
        PrintStream to = System.out;
        Result result = outcome.result();
        Metric score = result.metric();
        to.printf(Locale.ROOT, "%-28s %14s %14s %14s%n", outcome.verdict(), "FP32", "INT8", "");
        if (score != null) {
            to.printf(
                    Locale.ROOT,
                    "%-28s %14.4f %14.4f   drop %.4f [%.4f, %.4f], n = %d%n",
                    score.name(),
                    score.fp32(),
                    score.int8(),
                    score.drop(),
                    score.interval().drop().low(),
                    score.interval().drop().high(),
                    score.samples());
            Score.Ap50 ap50 = score.ap50();
            if (ap50 != null) {
                to.printf(Locale.ROOT, "%-28s %14.4f %14.4f%n", "AP50", ap50.fp32(), ap50.int8());
            }
        }
        to.printf(
                Locale.ROOT,
                "%-28s %14s %14s   %.1f dB, cosine %.4f, agreement %s%n",
                "fidelity",
                "",
                "",
                result.fidelity().sqnrDb(),
                result.fidelity().cosine(),
                result.fidelity().top1Agreement());
        for (Times times : result.latency()) {
            to.printf(
                    Locale.ROOT,
                    "%-28s %11.3f ms %11.3f ms   %.2f times as fast [%.2f, %.2f]%n",
                    "batch " + times.batchSize() + ", threads " + times.threads(),
                    times.fp32().p50(),
                    times.int8().p50(),
                    times.speedup(),
                    times.speedupInterval().low(),
                    times.speedupInterval().high());
        }
        to.printf(
                Locale.ROOT,
                "%-28s %14d %14d   %.2f times smaller%n",
                "bytes",
                result.sizeBytes().fp32(),
                result.sizeBytes().int8(),
                (double) result.sizeBytes().fp32() / result.sizeBytes().int8());
        to.printf(Locale.ROOT, "%-28s %14s %13.1f%%%n", "MACs on integers", "", 100 * result.int8MacShare());
        to.println("Results are in " + out.toAbsolutePath().normalize());
    }
}
