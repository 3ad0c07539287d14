package dev.octet.engine.scheme;

/** How a calibrated range is chosen from a tensor's statistics. */
public enum ObserverKind {
    /** The smallest and largest value seen. */
    MIN_MAX,
    /** Exponential moving average of each sample's smallest and largest value (Jacob et al. 2018, arXiv 1712.05877). */
    MOVING_AVERAGE,
    /** The histogram's range that loses least in squared error, by search over its bins. */
    HISTOGRAM,
    /** The range that holds a given percentage of all values. */
    PERCENTILE,
    /** The clipping threshold of least Kullback-Leibler divergence (Migacz 2017). */
    ENTROPY,
    /** The clipping of least mean squared error, by Newton's iteration (Sakr et al. 2022, arXiv 2206.06501). */
    MSE
}
