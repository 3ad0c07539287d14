package dev.octet.engine.runtime.kernel;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Reads the trace that ONNX Runtime's profiling writes.
 *
 * <p>It looks like JSON (Chrome's trace event format), one event a line, members always in the same order, but names of nodes are
 * written as they are, quotes, backslashes and line ends included. So it is read by its fixed parts:
 *
 * <pre>{"cat" : "Node","pid" :1,"tid" :1,"dur" :29,"ts" :10,"ph" : "X","name" :"conv1_kernel_time","args" : {…}},</pre>
 *
 * A name that holds these parts itself makes its own event unreadable, and that is left out.
 */
public final class TraceReader {

    private static final String START = "{\"cat\" : \"";
    private static final String DURATION = "\"dur\" :";
    private static final String NAME = "\"name\" :\"";
    private static final String END = "\",\"args\" : {";

    /**
     * One event.
     *
     * @param category such as Node or Session
     * @param name such as conv1_kernel_time
     * @param micros how long it took, in microseconds
     */
    public record Event(String category, String name, long micros) {}

    private TraceReader() {}

    /**
     * Hands each event of the trace in {@code file} to {@code sink}, in order.
     *
     * @throws IOException where the file can't be read
     */
    public static void read(Path file, Consumer<Event> sink) throws IOException {
        // Not Files.newBufferedReader, which throws on names that are no UTF-8.
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
            StringBuilder event = new StringBuilder();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith(START)) {
                    parse(event.toString(), sink);
                    event.setLength(0);
                } else {
                    event.append('\n');
                }
                event.append(line);
            }
            parse(event.toString(), sink);
        }
    }

    private static void parse(String event, Consumer<Event> sink) {
        int duration = event.indexOf(DURATION);
        int name = event.indexOf(NAME);
        int end = event.lastIndexOf(END);
        if (!event.startsWith(START) || duration < 0 || name < duration || end < name + NAME.length()) {
            return;
        }
        int comma = event.indexOf(',', duration);
        String micros = event.substring(duration + DURATION.length(), comma);
        if (micros.isEmpty() || micros.length() > 18 || !micros.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return;
        }
        int quote = event.indexOf('"', START.length());
        sink.accept(new Event(
                event.substring(START.length(), quote),
                event.substring(name + NAME.length(), end),
                Long.parseLong(micros)));
    }
}
