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
    /** F1 of class indices: of class 1 where there are two classes, else the mean over classes; labels are class indices. */
    F1,
    /**
     * Perplexity of a language model whose first output is logits [batch, tokens, vocabulary], of the tokens of its input
     * {@code input_ids}, or of labels [samples, tokens] where negative ones don't count; lower is better.
     */
    PERPLEXITY,
    /**
     * Mean average precision of boxes at overlaps of .50 to .95; labels are [samples, objects, 5] of class (or -1 for none), x1, y1,
     * x2, y2.
     */
    MEAN_AVERAGE_PRECISION,
    /** Closeness to the float model's own outputs, where there are no labels. */
    FIDELITY;

    /** Whether a larger value is a better one. */
    public boolean higherIsBetter() {
        return this != MSE && this != PERPLEXITY;
    }

    public boolean needsLabels() {
        return this != FIDELITY && this != PERPLEXITY;
    }
}
