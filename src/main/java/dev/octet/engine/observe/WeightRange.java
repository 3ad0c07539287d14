package dev.octet.engine.observe;

/** How the range of a weight is chosen. */
public enum WeightRange {
    /** The largest magnitude: nothing clipped. */
    MIN_MAX,
    /** The clipping of least squared error over the very weights, by search. */
    MSE
}
