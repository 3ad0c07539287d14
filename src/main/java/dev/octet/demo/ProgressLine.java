package dev.octet.demo;

import java.io.Console;
import java.io.PrintStream;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** Shows how far a job is: one line that changes where there is a terminal, one line a step elsewhere. */
final class ProgressLine {

    private static final int BAR = 30;

    private final PrintStream to;
    private final boolean terminal;
    private String last = "";

    /** Error Prone holds that there is always a console since JDK 22; without jdk.internal.le there is none. */
    @SuppressWarnings("SystemConsoleNull")
    ProgressLine(PrintStream to) {
        this.to = to;
        Console console = System.console();
        this.terminal = console != null && console.isTerminal();
    }

    /** Shows the state of {@code job}, if it has changed. */
    void show(JsonNode job) {
        String line = line(job);
        if (!line.equals(last)) {
            last = line;
            if (terminal) {
                to.print("\r\u001b[K  " + line);
            } else {
                to.println("  " + line);
            }
            to.flush();
        }
    }

    /** Leaves the line as it is and goes on below it. */
    void end() {
        if (terminal) {
            to.println();
        }
    }

    private static String line(JsonNode job) {
        JsonNode progress = job.path("progress");
        double fraction = Math.clamp(progress.path("fraction").asDouble(0), 0, 1);
        int full = (int) Math.round(BAR * fraction);
        String eta = progress.has("etaSeconds")
                ? String.format(
                        Locale.ROOT,
                        ", %.0f s left",
                        progress.path("etaSeconds").asDouble(0))
                : "";
        return String.format(
                Locale.ROOT,
                "[%s%s] %3.0f %%  %s %s %d/%d%s",
                "#".repeat(full),
                ".".repeat(BAR - full),
                100 * fraction,
                job.path("state").asString(""),
                job.path("phase").asString("").toLowerCase(Locale.ROOT),
                progress.path("done").asLong(0),
                progress.path("total").asLong(0),
                eta);
    }
}
