package dev.octet.engine.train.task;

/**
 * A value of the graph by which a student is held against its teacher.
 *
 * @param value its name
 * @param kind how distances are told
 */
public record Answer(String value, Kind kind) {

    /** What the numbers are. */
    public enum Kind {
        /** Logits of classes along the last axis. */
        CLASSES,
        /** Anything else. */
        NUMBERS
    }
}
