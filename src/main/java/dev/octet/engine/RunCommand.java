package dev.octet.engine;

import dev.octet.engine.recipe.Recipe;
import dev.octet.engine.report.Outcome;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.scheme.Progress;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs one recipe for a program: JSON lines on standard output, log text on standard error.
 *
 * <p>Lines are {@code {"event":"progress","phase":…,"done":…,"total":…,"message":…}}, then one of
 * {@code {"event":"finished","outcome":…}} and {@code {"event":"failed","fault":…,"usersFault":…,"message":…,"details":[…]}}.
 */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Runs a recipe, with JSON lines of progress on standard output.")
final class RunCommand implements Callable<Integer> {

    private static final JsonMapper JSON = JsonMapper.shared();

    @Option(names = "--recipe", required = true, description = "the recipe as a JSON file")
    private Path recipe = Path.of("");

    @Option(names = "--out", required = true, description = "folder for the results")
    private Path out = Path.of("");

    @Option(names = "--supervised", description = "end when standard input ends: the parent is gone")
    private boolean supervised;

    @Override
    public Integer call() {
        // Nothing but lines of the protocol may reach standard output, whatever a library prints.
        PrintStream lines = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        if (supervised) {
            endWithParent();
        }
        try {
            Outcome outcome = Quantizer.run(
                    read(),
                    out,
                    new Throttle((phase, done, total, message) ->
                            lines.println(JSON.writeValueAsString(progress(phase, done, total, message)))),
                    trial -> lines.println(JSON.writeValueAsString(trial(trial))),
                    InstantSource.system());
            lines.println(JSON.writeValueAsString(
                    event("finished", "outcome", outcome.verdict().name())));
            return ExitCode.FINISHED.number();
        } catch (EngineException e) {
            e.printStackTrace();
            lines.println(JSON.writeValueAsString(failure(e)));
            return ExitCode.of(e.fault()).number();
        } catch (RuntimeException e) {
            e.printStackTrace();
            lines.println(JSON.writeValueAsString(
                    failure(new EngineException(Fault.INTERNAL, "A defect of the engine: " + e, e))));
            return ExitCode.DEFECT.number();
        }
    }

    private Recipe read() {
        try {
            return Recipe.parse(Files.readString(recipe));
        } catch (CharacterCodingException e) {
            throw new EngineException(Fault.RECIPE_INVALID, "The recipe " + recipe + " is no UTF-8 text.", e);
        } catch (IOException e) {
            throw EngineException.ofIo("The recipe " + recipe + " can't be read", e);
        }
    }

    /** Ends this process when standard input ends, at once and whatever it is doing. */
    private static void endWithParent() {
        Thread.ofPlatform().daemon().name("parent-watch").start(() -> {
            try {
                while (System.in.read() >= 0) {
                    // The parent never writes; all that matters is that the pipe stays open.
                }
            } catch (IOException _) {
                // A broken pipe is an end as well.
            }
            Runtime.getRuntime().halt(ExitCode.PARENT_GONE.number());
        });
    }

    private static Map<String, Object> progress(Progress.Phase phase, long done, long total, String message) {
        Map<String, Object> line = event("progress", "phase", phase.name());
        line.put("done", done);
        line.put("total", total);
        line.put("message", message);
        return line;
    }

    private static Map<String, Object> trial(Outcome.Trial trial) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("event", "trial");
        line.put("trial", trial);
        return line;
    }

    private static Map<String, Object> failure(EngineException e) {
        Map<String, Object> line = event("failed", "fault", e.fault().name());
        line.put("usersFault", e.fault().isUsers());
        line.put("message", String.valueOf(e.getMessage()));
        line.put("details", e.details());
        return line;
    }

    private static Map<String, Object> event(String event, String key, String value) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("event", event);
        line.put(key, value);
        return line;
    }
}
