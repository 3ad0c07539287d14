package dev.octet.engine.train.task;

/** Is told how a training goes; called from one thread. */
public interface TrainingListener {

    /** {@code done} of about {@code total} steps are over. */
    void step(long done, long total, String message);

    /** An epoch is over, and kept where a checkpoint is asked for. */
    void epoch(Epoch epoch);
}
