package dev.octet.client;

import java.io.PrintStream;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** Prints a finished job's figures, both models side by side. */
public final class ResultTable {

    private static final String ROW = "  %-26s %14s %14s   %s%n";

    private ResultTable() {}

    /** Prints the job, which has a result. */
    public static void print(JsonNode job, PrintStream to) {
        JsonNode result = job.path("result");
        to.println();
        to.printf(Locale.ROOT, ROW, job.path("outcome").asString(""), "FP32", "INT8", "");
        JsonNode metric = result.path("metric");
        JsonNode drop = metric.path("interval").path("drop");
        to.printf(
                Locale.ROOT,
                ROW,
                metric.path("name").asString(""),
                number("%.4f", metric.path("fp32")),
                number("%.4f", metric.path("int8")),
                "drop " + number("%.4f", metric.path("drop")) + ", 95 % interval " + number("%.4f", drop.path("low"))
                        + " to " + number("%.4f", drop.path("high")) + ", n = "
                        + metric.path("samples").asLong(0));
        JsonNode fidelity = result.path("fidelity");
        to.printf(
                Locale.ROOT,
                ROW,
                "fidelity",
                "",
                number("%.1f dB", fidelity.path("sqnrDb")),
                "same answer for " + percent(fidelity.path("top1Agreement")) + " of the samples");
        for (JsonNode latency : result.path("latency")) {
            JsonNode interval = latency.path("speedupInterval");
            to.printf(
                    Locale.ROOT,
                    ROW,
                    "batch " + latency.path("batchSize").asInt(0) + ", threads "
                            + latency.path("threads").asInt(0),
                    number("%.3f ms", latency.path("fp32").path("p50")),
                    number("%.3f ms", latency.path("int8").path("p50")),
                    number("%.2f", latency.path("speedup")) + " times as fast, " + number("%.2f", interval.path("low"))
                            + " to " + number("%.2f", interval.path("high")));
        }
        JsonNode size = result.path("sizeBytes");
        to.printf(
                Locale.ROOT,
                ROW,
                "file",
                size.path("fp32").asLong(0) + " B",
                size.path("int8").asLong(0) + " B",
                String.format(
                        Locale.ROOT,
                        "%.2f times smaller",
                        size.path("fp32").asDouble(0) / size.path("int8").asDouble(1)));
        JsonNode memory = result.path("memoryBytes");
        if (memory.isObject()) {
            to.printf(
                    Locale.ROOT,
                    ROW,
                    "memory of inference",
                    memory.path("fp32").asLong(0) / 1024 + " KiB",
                    memory.path("int8").asLong(0) / 1024 + " KiB",
                    "");
        }
        to.printf(Locale.ROOT, ROW, "on integers", "", percent(result.path("int8MacShare")), "of multiply-accumulates");
        if (result.has("peakMemoryBytes")) {
            to.printf(
                    Locale.ROOT,
                    ROW,
                    "the engine's peak memory",
                    "",
                    result.path("peakMemoryBytes").asLong(0) / (1 << 20) + " MiB",
                    "");
        }
    }

    private static String number(String format, JsonNode value) {
        return value.isNumber() ? String.format(Locale.ROOT, format, value.asDouble(0)) : "-";
    }

    private static String percent(JsonNode share) {
        return share.isNumber() ? String.format(Locale.ROOT, "%.1f %%", 100 * share.asDouble(0)) : "-";
    }
}
