package dev.octet.engine.scheme;

/** Receives how far a run has come; called from one thread at a time. */
@FunctionalInterface
public interface Progress {

    /** The parts of a run, in their usual order. */
    enum Phase {
        PREPARING,
        CALIBRATING,
        QUANTIZING,
        TRAINING,
        EVALUATING,
        BENCHMARKING,
        SEARCHING,
        PACKAGING
    }

    /**
     * Tells that {@code done} of {@code total} units of {@code phase} are finished.
     *
     * @param total 0 where it is not known
     * @param message what is being done, for people
     */
    void report(Phase phase, long done, long total, String message);
}
