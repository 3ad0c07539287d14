package dev.octet.engine.observe;

/**
 * What an observer needs collected during calibration.
 *
 * @param needsHistogram the distribution of the values, beside the extremes
 * @param needsChannels the extremes of each channel, beside those of the whole tensor
 */
public record StatisticsRequest(boolean needsHistogram, boolean needsChannels) {

    /** Extremes and the moving average only. */
    public static final StatisticsRequest EXTREMES = new StatisticsRequest(false, false);

    /** Those and the histogram. */
    public static final StatisticsRequest HISTOGRAM = new StatisticsRequest(true, false);

    /** All that there is: what serves every observer, and tells of channels. */
    public static final StatisticsRequest EVERYTHING = new StatisticsRequest(true, true);

    /** What serves both this request and {@code other} in one pass. */
    public StatisticsRequest and(StatisticsRequest other) {
        return new StatisticsRequest(needsHistogram || other.needsHistogram, needsChannels || other.needsChannels);
    }

    /** Whether statistics collected for this serve {@code asked} as well. */
    public boolean covers(StatisticsRequest asked) {
        return equals(and(asked));
    }
}
