package dev.octet.engine.observe;

import dev.octet.engine.scheme.ObserverKind;

/** The list of all observers, by their kind. */
public final class Observers {

    private Observers() {}

    /**
     * The observer of {@code kind}.
     *
     * @param percentile percent of values kept, in (50, 100]; read by {@link ObserverKind#PERCENTILE} only
     */
    public static Observer of(ObserverKind kind, double percentile) {
        return switch (kind) {
            case MIN_MAX -> new MinMaxObserver();
            case MOVING_AVERAGE -> new MovingAverageObserver();
            case HISTOGRAM -> new HistogramObserver();
            case PERCENTILE -> new PercentileObserver(percentile);
            case ENTROPY -> new EntropyObserver();
            case MSE -> new MseObserver();
        };
    }
}
