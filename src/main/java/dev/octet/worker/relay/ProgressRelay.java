package dev.octet.worker.relay;

import dev.octet.jobs.Attempt;
import dev.octet.jobs.Attempts;
import dev.octet.jobs.Attempts.Claim;
import dev.octet.jobs.Progress;
import dev.octet.platform.api.model.JobPhase;
import dev.octet.worker.process.EngineLine.Step;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Passes an engine's progress on to its job, a few times a second at most.
 *
 * <p>Each phase that is entered is told; of the steps within it the latest at the time.
 */
public final class ProgressRelay {
    private static final Duration BETWEEN = Duration.ofMillis(500);

    /** More changes of phase than this between two looks are no progress. */
    private static final int MAX_PENDING = 50;

    private record Entry(
            Progress progress, boolean entered, @Nullable String message) {}

    private final Attempt attempt;
    private final Attempts attempts;
    private final MeterRegistry meters;
    private final long startNanos = System.nanoTime();
    private final ProgressEstimate estimate;
    private final Deque<Entry> pending = new ArrayDeque<>();
    private @Nullable JobPhase phase;
    private long phaseNanos = startNanos;
    private long writtenNanos = startNanos - BETWEEN.toNanos();

    public ProgressRelay(Claim claim, Attempts attempts, MeterRegistry meters) {
        this.attempt = claim.attempt();
        this.estimate = new ProgressEstimate(claim.technique());
        this.attempts = attempts;
        this.meters = meters;
    }

    /** Takes a step from the engine; writes nothing yet. */
    public synchronized void take(Step step) {
        Duration elapsed = Duration.ofNanos(System.nanoTime() - startNanos);
        boolean entered = step.phase() != phase;
        if (entered) {
            measurePhase();
            phase = step.phase();
        }
        Entry entry = new Entry(estimate.after(step, elapsed), entered, step.message());
        if (!entered && !pending.isEmpty() && !pending.getLast().entered()) {
            pending.removeLast();
        }
        if (pending.size() < MAX_PENDING) {
            pending.add(entry);
        }
    }

    /**
     * Writes what is due; called now and then by the one thread that watches over the engine.
     *
     * @param all whether what could wait for later steps is due as well
     */
    public void flush(boolean all) {
        for (Entry entry = due(all); entry != null; entry = due(all)) {
            attempts.progress(attempt, entry.progress(), entry.entered(), entry.message());
            synchronized (this) {
                pending.remove(entry);
                writtenNanos = System.nanoTime();
            }
        }
    }

    private synchronized @Nullable Entry due(boolean all) {
        Entry first = pending.peekFirst();
        boolean mayWait = first != null && !first.entered() && pending.size() == 1 && !all;
        return mayWait && System.nanoTime() - writtenNanos < BETWEEN.toNanos() ? null : first;
    }

    /** Closes the last phase's time. */
    public synchronized void end() {
        measurePhase();
        phase = null;
    }

    private void measurePhase() {
        long now = System.nanoTime();
        if (phase != null) {
            meters.timer("octet.phase.duration", "phase", phase.getValue()).record(Duration.ofNanos(now - phaseNanos));
        }
        phaseNanos = now;
    }
}
