package dev.octet.client;

import java.io.Console;
import java.io.PrintStream;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** Shows how far a job is: one line that changes where there is a terminal, one line a step elsewhere. */
public final class ProgressLine {

    private static final int BAR = 30;

    private final PrintStream to;
    private final boolean terminal;
    private String last = "";

    /** Error Prone holds that there is always a console since JDK 22; without jdk.internal.le there is none. */
    @SuppressWarnings("SystemConsoleNull")
    public ProgressLine(PrintStream to) {
        this.to = to;
        Console console = System.console();
        this.terminal = console != null && console.isTerminal();
    }

    /** Shows the state of {@code job}, if it has changed. */
    public void show(JsonNode job) {
        show(line(job));
    }

    /** Shows how far an upload is, in bytes. */
    void show(String what, long done, long total) {
        double fraction = total == 0 ? 1 : (double) done / total;
        show(String.format(
                Locale.ROOT,
                "%s %3.0f %%  %s, %d of %d MB",
                bar(fraction),
                100 * fraction,
                what,
                done >> 20,
                total >> 20));
    }

    private void show(String line) {
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
    public void end() {
        if (terminal && !last.isEmpty()) {
            to.println();
        }
    }

    private static String line(JsonNode job) {
        JsonNode progress = job.path("progress");
        double fraction = Math.clamp(progress.path("fraction").asDouble(0), 0, 1);
        String eta = progress.has("etaSeconds")
                ? String.format(
                        Locale.ROOT,
                        ", %.0f s left",
                        progress.path("etaSeconds").asDouble(0))
                : "";
        return String.format(
                Locale.ROOT,
                "%s %3.0f %%  %s %s %d/%d%s",
                bar(fraction),
                100 * fraction,
                job.path("state").asString(""),
                job.path("phase").asString("").toLowerCase(Locale.ROOT),
                progress.path("done").asLong(0),
                progress.path("total").asLong(0),
                eta);
    }

    private static String bar(double fraction) {
        int full = (int) Math.round(BAR * fraction);
        return "[" + "#".repeat(full) + ".".repeat(BAR - full) + "]";
    }
}
