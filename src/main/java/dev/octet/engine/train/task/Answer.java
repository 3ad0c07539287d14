package dev.octet.engine.train.task;

import org.jspecify.annotations.Nullable;

/**
 * A value of the graph by which a student is held against its teacher.
 *
 * @param value its name
 * @param kind how distances are told
 * @param scores of BOXES, and only of them: what says how much each counts
 */
public record Answer(String value, Kind kind, @Nullable Scores scores) {

    /** An answer that is no BOXES. */
    public Answer(String value, Kind kind) {
        this(value, kind, null);
    }

    /** What the numbers are. */
    public enum Kind {
        /** Logits of classes along the last axis. */
        CLASSES,
        /** Logits of shares that each stand by themselves, such as a detector's scores. */
        SHARES,
        /** Boxes that count by their scores. */
        BOXES,
        /** Anything else. */
        NUMBERS
    }

    /**
     * The scores of boxes, and the boxes' form.
     *
     * @param value logits of shares, of the boxes' shape but along {@code axis}
     * @param axis along which lie a box's four numbers, and a box's scores
     * @param corners whether boxes are x1, y1, x2, y2; else middle x, middle y, width, height
     */
    public record Scores(String value, int axis, boolean corners) {}
}
