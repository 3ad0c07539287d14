package dev.octet.worker.relay;

import dev.octet.jobs.Attempt;
import dev.octet.results.InvalidOutputException;
import dev.octet.results.Results;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;
import tools.jackson.databind.JsonNode;

/** Passes the trials of a running engine on to its job's results, each as it finishes. */
public final class TrialRelay {
    /** More that wait for the database are no trials: a search tries some dozens. */
    private static final int MAX_PENDING = 1_000;

    private final Attempt attempt;
    private final Results results;
    private final Consumer<String> log;
    private final Deque<JsonNode> pending = new ArrayDeque<>();

    /**
     * A relay with nothing to pass on yet.
     *
     * @param log takes a sentence about what is not believed
     */
    public TrialRelay(Attempt attempt, Results results, Consumer<String> log) {
        this.attempt = attempt;
        this.results = results;
        this.log = log;
    }

    /** Takes a trial from the engine; writes nothing yet. */
    public synchronized void take(JsonNode trial) {
        if (pending.size() < MAX_PENDING) {
            pending.add(trial);
        }
    }

    /** Writes what waits; called now and then by the one thread that watches over the engine. */
    public void flush() {
        for (JsonNode trial = first(); trial != null; trial = first()) {
            try {
                results.addTrial(attempt, trial);
            } catch (InvalidOutputException | DataIntegrityViolationException e) {
                log.accept("worker: a trial is not as agreed: " + e.getMessage());
            }
            synchronized (this) {
                pending.remove();
            }
        }
    }

    private synchronized @Nullable JsonNode first() {
        return pending.peek();
    }
}
