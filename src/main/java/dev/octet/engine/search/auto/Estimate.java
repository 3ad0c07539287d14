package dev.octet.engine.search.auto;

import dev.octet.engine.evaluate.Fidelity;

/**
 * How good a candidate seems on the samples that choices are made on.
 *
 * @param fidelity closeness of its outputs to the float model's
 * @param drop what the metric is expected to lose, in its unit
 * @param dropError standard error of {@code drop}
 * @param expectedScore what the float model is expected to score: 1 where nothing tells
 */
public record Estimate(Fidelity fidelity, double drop, double dropError, double expectedScore) {

    /** The drop that is not exceeded as far as can be seen: one standard error above the expected one. */
    public double cautiousDrop() {
        return drop + dropError;
    }
}
