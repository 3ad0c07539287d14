import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Quantizes every fixture in every way asked for and prints what came out as a Markdown table.
 *
 * <p>Arguments: the folder of fixtures, then any of: {@code NAME=MODEL} where a fixture's model lies elsewhere, {@code only=NAME} for
 * that fixture alone, {@code samples=N} calibration samples, and ways such as {@code STATIC:ENTROPY} or {@code DYNAMIC} (else
 * STATIC:MIN_MAX and, where there are products to quantize, DYNAMIC). Each row is one engine process with its defaults.
 */
public final class Fixtures {

    private static final int HEAP_MEGABYTES = 512;

    private Fixtures() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Path folder = Path.of(args[0]);
        Map<String, String> options = new HashMap<>();
        List<String> ways = new ArrayList<>();
        List<String> only = new ArrayList<>();
        for (String arg : List.of(args).subList(1, args.length)) {
            int equals = arg.indexOf('=');
            if (equals < 0) {
                ways.add(arg);
            } else if (arg.startsWith("only=")) {
                only.add(arg.substring(equals + 1));
            } else {
                options.put(arg.substring(0, equals), arg.substring(equals + 1));
            }
        }
        if (ways.isEmpty()) {
            ways.addAll(List.of("STATIC:MIN_MAX", "DYNAMIC"));
        }
        System.out.println(
                "| fixture | way | metric FP32 → INT8 | drop [95 %] | n | agree | cosine | speed b1 | speed b32"
                        + " | size × | peak MB | INT8 MACs | seconds | outcome |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        try (Stream<Path> list = Files.list(folder)) {
            for (Path fixture : list.filter(Files::isDirectory).sorted().toList()) {
                String name = fixture.getFileName().toString();
                if (!only.isEmpty() && !only.contains(name)) {
                    continue;
                }
                Path model = options.containsKey(name) ? Path.of(options.get(name)) : fixture.resolve("model.onnx");
                if (!Files.exists(model)) {
                    System.out.println("| " + name + " | model not given: " + name + "=PATH | | | | | | | | | | | | |");
                    continue;
                }
                for (String way : ways) {
                    row(name, way, Bench.engine(recipe(fixture, model, way, options), HEAP_MEGABYTES));
                }
            }
        }
    }

    private static ObjectNode recipe(Path fixture, Path model, String way, Map<String, String> options) {
        String[] parts = way.split(":");
        ObjectNode recipe = Bench.request(fixture);
        recipe.put("model", model.toString()).put("technique", parts[0]);
        if (parts[0].equals("STATIC") || parts[0].equals("AUTO")) {
            ObjectNode calibration = recipe.withObjectProperty("calibration");
            calibration.put("dataset", Bench.data(fixture, "calibration").toString());
            if (options.containsKey("samples")) {
                calibration.put("samples", Integer.parseInt(options.get("samples")));
            }
        } else {
            recipe.remove("calibration");
        }
        if (parts.length > 1) {
            recipe.withObjectProperty("settings").put("observer", parts[1]);
        }
        recipe.withObjectProperty("evaluation")
                .put("dataset", Bench.data(fixture, "evaluation").toString());
        recipe.withObjectProperty("measure")
                .withArrayProperty("batchSizes")
                .add(1)
                .add(32);
        return recipe;
    }

    private static void row(String name, String way, Bench.Run run) {
        if (run.exitCode() != 0) {
            JsonNode line = run.lastLine().startsWith("{") ? Bench.JSON.readTree(run.lastLine()) : null;
            String why = line == null || !line.has("message")
                    ? ""
                    : line.get("message").stringValue();
            System.out.println(
                    "| " + name + " | " + way + " | exit " + run.exitCode() + ": " + why + " | | | | | | | | | | | |");
            return;
        }
        JsonNode result = run.result();
        JsonNode metric = result.get("metric");
        JsonNode drop = metric.get("interval").get("drop");
        JsonNode fidelity = result.get("fidelity");
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %s %.4f → %.4f | %.4f [%.4f, %.4f] | %d | %s | %.4f | %s | %s | %.2f | %.0f | %.1f %% |"
                        + " %.1f | %s |%n",
                name,
                way,
                metric.get("name").stringValue(),
                metric.get("fp32").doubleValue(),
                metric.get("int8").doubleValue(),
                metric.get("drop").doubleValue(),
                drop.get("low").doubleValue(),
                drop.get("high").doubleValue(),
                metric.get("samples").longValue(),
                fidelity.has("top1Agreement")
                        ? String.format(
                                Locale.ROOT,
                                "%.3f",
                                fidelity.get("top1Agreement").doubleValue())
                        : "",
                fidelity.get("cosine").doubleValue(),
                speed(result, 1),
                speed(result, 32),
                result.get("sizeBytes").get("fp32").doubleValue()
                        / result.get("sizeBytes").get("int8").doubleValue(),
                result.get("peakMemoryBytes").doubleValue() / 1e6,
                100 * result.get("int8MacShare").doubleValue(),
                run.seconds(),
                Bench.JSON.readTree(run.lastLine()).get("outcome").stringValue());
    }

    private static String speed(JsonNode result, int batchSize) {
        for (JsonNode times : result.get("latency")) {
            if (times.get("batchSize").intValue() == batchSize) {
                return String.format(
                        Locale.ROOT,
                        "%.2f [%.2f, %.2f]",
                        times.get("speedup").doubleValue(),
                        times.get("speedupInterval").get("low").doubleValue(),
                        times.get("speedupInterval").get("high").doubleValue());
            }
        }
        return "not measured";
    }
}
