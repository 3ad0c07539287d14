package dev.octet.worker.process;

import dev.octet.engine.scheme.Fault;
import dev.octet.platform.ProblemException.Entry;
import dev.octet.platform.api.model.JobOutcome;
import dev.octet.platform.api.model.JobPhase;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One line of an engine's standard output.
 *
 * <p>An engine has run native code over an upload, so what it prints is not trusted: a line that is not exactly as agreed is
 * {@link Other}.
 */
public sealed interface EngineLine {
    /** Most characters of a message that are kept. */
    int MESSAGE = 2_000;

    /** Most faults in detail that are kept. */
    int DETAILS = 100;

    /** So many steps of a phase are done; {@code total} is null while not known. */
    record Step(
            JobPhase phase,
            long done,
            @Nullable Long total,
            @Nullable String message) implements EngineLine {}

    /** A trial has finished; {@code trial} is a JSON object that nobody has checked. */
    record TrialDone(JsonNode trial) implements EngineLine {}

    /** The output is complete. */
    record Finished(JobOutcome outcome) implements EngineLine {}

    /** The engine gave up, and why. */
    record Failed(Fault fault, String message, List<Entry> details) implements EngineLine {}

    /** Anything else. */
    record Other(String text) implements EngineLine {}

    /** Reads one line. */
    static EngineLine parse(String line) {
        try {
            JsonNode tree = JsonMapper.shared().readTree(line);
            return switch (tree.path("event").asString("")) {
                case "progress" -> step(tree);
                case "finished" -> new Finished(JobOutcome.fromValue(text(tree, "outcome")));
                case "failed" -> failed(tree);
                case "trial" -> trial(tree, line);
                default -> new Other(line);
            };
        } catch (JacksonException | IllegalArgumentException e) {
            return new Other(line);
        }
    }

    private static Step step(JsonNode tree) {
        long done = tree.path("done").asLong(-1);
        long total = tree.path("total").asLong(0);
        if (done < 0 || total < 0 || (total > 0 && done > total)) {
            throw new IllegalArgumentException("done and total do not fit");
        }
        String message = tree.path("message").asString("");
        return new Step(
                JobPhase.fromValue(text(tree, "phase")),
                done,
                total == 0 ? null : total,
                message.isBlank() ? null : cut(message));
    }

    private static EngineLine trial(JsonNode tree, String line) {
        JsonNode trial = tree.path("trial");
        return trial.isObject() ? new TrialDone(trial) : new Other(line);
    }

    private static Failed failed(JsonNode tree) {
        List<Entry> details = new ArrayList<>();
        for (JsonNode detail : tree.path("details")) {
            if (details.size() < DETAILS) {
                details.add(new Entry(cut(detail.path("path").asString("")), cut(text(detail, "message"))));
            }
        }
        return new Failed(
                Fault.valueOf(text(tree, "fault").toUpperCase(Locale.ROOT)), cut(text(tree, "message")), details);
    }

    private static String text(JsonNode node, String member) {
        JsonNode value = node.path(member);
        if (!value.isString()) {
            throw new IllegalArgumentException(member + " is no text");
        }
        return value.asString();
    }

    /** The database takes no zero characters in texts. */
    private static String cut(String text) {
        String clean = text.replace("\0", "");
        return clean.length() <= MESSAGE ? clean : clean.substring(0, MESSAGE) + "…";
    }
}
