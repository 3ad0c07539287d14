package dev.octet.engine.plan;

/**
 * What becomes of one node.
 *
 * @param choice how it will run
 * @param reason why, in a sentence for the report
 */
public record NodeDecision(Choice choice, String reason) {

    /** How a node will run. */
    public enum Choice {
        /** On integers. */
        QUANTIZED,
        /** In floating point. */
        FLOAT,
        /** Not at all: a neighbour's encoding does its work. */
        FUSED
    }

    public boolean isQuantized() {
        return choice != Choice.FLOAT;
    }
}
