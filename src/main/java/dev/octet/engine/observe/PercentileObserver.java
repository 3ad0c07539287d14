package dev.octet.engine.observe;

import dev.octet.engine.scheme.QuantType;
import dev.octet.engine.scheme.Range;

/**
 * Keeps a given percentage of all values, cutting the tails.
 *
 * <p>Values of both signs lose the same number at either end, (100 - p) / 2 percent each; values of one sign, zeros
 * included, lose (100 - p) percent at their open end only, because the range starts at zero anyway. Inside a bin the
 * cut is interpolated.
 */
public final class PercentileObserver implements Observer {

    private final double percentile;

    /** Keeps {@code percentile} percent, in (50, 100]. */
    public PercentileObserver(double percentile) {
        if (!(percentile > 50) || percentile > 100) {
            throw new IllegalArgumentException("percentile " + percentile + " is not in (50, 100]");
        }
        this.percentile = percentile;
    }

    @Override
    public StatisticsRequest needs() {
        return StatisticsRequest.HISTOGRAM;
    }

    @Override
    public Range range(TensorStatistics statistics, QuantType type) {
        Range observed = statistics.range();
        Distribution distribution = Distribution.of(statistics);
        double cut = distribution.total() * (100 - percentile) / 100;
        Distribution.Side negative = distribution.negative;
        Distribution.Side positive = distribution.positive;
        double min;
        double max;
        if (negative.total() == 0) {
            min = observed.min();
            max = value(positive, distribution.zeros, negative, cut);
        } else if (positive.total() == 0) {
            min = -value(negative, distribution.zeros, positive, cut);
            max = observed.max();
        } else {
            min = -value(negative, distribution.zeros, positive, cut / 2);
            max = value(positive, distribution.zeros, negative, cut / 2);
        }
        float low = Math.max(observed.min(), (float) min) + 0f;
        float high = Math.min(observed.max(), (float) max) + 0f;
        return new Range(Math.min(low, high), high);
    }

    /**
     * The value that {@code cut} values lie beyond in the direction of {@code side}, as a multiple of that direction.
     */
    private static double value(Distribution.Side side, long zeros, Distribution.Side opposite, double cut) {
        if (cut <= side.total()) {
            return side.magnitudeBefore(cut);
        }
        double rest = cut - side.total() - zeros;
        return rest <= 0 ? 0 : -opposite.magnitudeBefore(opposite.total() - rest);
    }
}
