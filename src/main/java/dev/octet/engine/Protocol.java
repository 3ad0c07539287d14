package dev.octet.engine;

import dev.octet.engine.report.Outcome;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.scheme.Progress;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.databind.json.JsonMapper;

/**
 * What an engine tells the program that started it: JSON lines on standard output.
 *
 * <p>Lines are {@code {"event":"progress","phase":…,"done":…,"total":…,"message":…}} and {@code {"event":"trial","trial":{…}}}, then
 * one of {@code {"event":"finished","outcome":…}}, whose outcome is a job's, and
 * {@code {"event":"failed","fault":…,"usersFault":…,"message":…,"details":[…]}}.
 */
final class Protocol {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final PrintStream lines;

    private Protocol(PrintStream lines) {
        this.lines = lines;
    }

    /**
     * Takes standard output over: nothing but lines of the protocol may reach it from now on, whatever a library prints.
     *
     * @param supervised whether this process ends when its standard input does, at once and whatever it is doing
     */
    static Protocol begin(boolean supervised) {
        PrintStream lines = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        if (supervised) {
            Thread.ofPlatform().daemon().name("parent-watch").start(Protocol::endWithParent);
        }
        return new Protocol(lines);
    }

    private static void endWithParent() {
        try {
            while (System.in.read() >= 0) {
                // The parent never writes; all that matters is that the pipe stays open.
            }
        } catch (IOException _) {
            // A broken pipe is an end as well.
        }
        Runtime.getRuntime().halt(ExitCode.PARENT_GONE.number());
    }

    /** Does {@code work}, tells how it ended, and returns what the process is to end with. */
    ExitCode tell(Supplier<Map<String, Object>> work) {
        try {
            Map<String, Object> finished = event("finished");
            finished.putAll(work.get());
            print(finished);
            return ExitCode.FINISHED;
        } catch (EngineException e) {
            e.printStackTrace();
            failed(e);
            return ExitCode.of(e.fault());
        } catch (RuntimeException e) {
            e.printStackTrace();
            failed(new EngineException(Fault.INTERNAL, "A defect of the engine: " + e, e));
            return ExitCode.DEFECT;
        }
    }

    void progress(Progress.Phase phase, long done, long total, String message) {
        Map<String, Object> line = event("progress");
        line.put("phase", phase.name());
        line.put("done", done);
        line.put("total", total);
        line.put("message", message);
        print(line);
    }

    void trial(Outcome.Trial trial) {
        Map<String, Object> line = event("trial");
        line.put("trial", trial);
        print(line);
    }

    private void failed(EngineException e) {
        Map<String, Object> line = event("failed");
        line.put("fault", e.fault().name());
        line.put("usersFault", e.fault().isUsers());
        line.put("message", String.valueOf(e.getMessage()));
        line.put("details", e.details());
        print(line);
    }

    private static Map<String, Object> event(String event) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("event", event);
        return line;
    }

    private void print(Map<String, Object> line) {
        lines.println(JSON.writeValueAsString(line));
    }
}
