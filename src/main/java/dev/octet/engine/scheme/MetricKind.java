package dev.octet.engine.scheme;

/** What a model is scored by. */
public enum MetricKind {
    /** Share of samples whose largest output is the label's. */
    TOP1,
    /** Share of samples whose label is among the five largest outputs. */
    TOP5,
    /** Mean squared error between output and label; lower is better. */
    MSE,
    /** Pearson correlation of output and label. */
    PEARSON,
    /** Spearman rank correlation of output and label. */
    SPEARMAN,
    /** Closeness to the float model's own outputs, where there are no labels. */
    FIDELITY;

    /** Whether a larger value is a better one. */
    public boolean higherIsBetter() {
        return this != MSE;
    }

    public boolean needsLabels() {
        return this != FIDELITY;
    }
}
