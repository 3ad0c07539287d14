package dev.octet.jobs;

import dev.octet.platform.api.model.JobState;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Where a job stands, with the transitions that are allowed. */
public enum State {
    /** Waits for a worker: new, handed back, or between attempts. */
    QUEUED,
    /** A worker runs its engine process. */
    RUNNING,
    /** Was told to stop while running; the engine may live for some seconds more. */
    CANCELLING,
    /** Has a proven artifact. */
    SUCCEEDED,
    /** Has an error that says why. */
    FAILED,
    /** Was told to stop, and did. */
    CANCELLED,
    /** A deadline passed. */
    EXPIRED;

    private static final Map<State, Set<State>> NEXT = Map.of(
            QUEUED, Set.of(RUNNING, CANCELLED, EXPIRED),
            // To itself: another worker takes over from a dead one.
            RUNNING, Set.of(RUNNING, QUEUED, CANCELLING, SUCCEEDED, FAILED, EXPIRED),
            CANCELLING, Set.of(CANCELLED),
            SUCCEEDED, Set.of(),
            FAILED, Set.of(),
            CANCELLED, Set.of(),
            EXPIRED, Set.of());

    /** Whether the step from this state to {@code next} is allowed. */
    public boolean leadsTo(State next) {
        return NEXT.getOrDefault(this, Set.of()).contains(next);
    }

    /** The states from which this one is reached, in the order of declaration. */
    public List<State> before() {
        return Arrays.stream(values()).filter(state -> state.leadsTo(this)).toList();
    }

    /** Whether nothing follows. */
    public boolean isLast() {
        return NEXT.getOrDefault(this, Set.of()).isEmpty();
    }

    /** The same state in the contract's words. */
    JobState contract() {
        return JobState.valueOf(name());
    }
}
