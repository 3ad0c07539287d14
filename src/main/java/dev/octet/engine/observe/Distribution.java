package dev.octet.engine.observe;

import dev.octet.engine.scheme.Encoding;
import dev.octet.engine.scheme.QuantType;
import dev.octet.engine.scheme.Range;

/**
 * The distribution behind a histogram, as observers search it.
 *
 * <p>Zeros are a point mass that every encoding holds exactly; the rest is uniform inside each bin. Made of counts and extremes
 * only, so it is the same for every order of samples.
 */
final class Distribution {

    /** Values below zero, by magnitude. */
    final DistributionSide negative;

    /** Values above zero. */
    final DistributionSide positive;

    final long zeros;

    /** The smallest and the largest value and zero. */
    final Range full;

    private Distribution(Histogram histogram, Range observed) {
        full = observed.withZero();
        negative = new DistributionSide(histogram, true, -(double) full.min());
        positive = new DistributionSide(histogram, false, full.max());
        zeros = histogram.zeros();
    }

    static Distribution of(TensorStatistics statistics) {
        return new Distribution(statistics.histogram(), statistics.range());
    }

    long total() {
        return negative.total() + zeros + positive.total();
    }

    /** Number of values of a magnitude above {@code magnitude}. */
    double countBeyond(double magnitude) {
        return negative.countBeyond(magnitude) + positive.countBeyond(magnitude);
    }

    /**
     * Expected sum of squared errors of the range [-below, above] cut into {@code steps} steps of size s.
     *
     * <p>What is clipped counts with its distance to the end of the range, what rounds to zero with its own square, and the rest
     * with s²/12.
     */
    double expectedError(double below, double above, long steps) {
        double step = (below + above) / steps;
        return negative.clippingError(below)
                + positive.clippingError(above)
                + inside(negative, below, step)
                + inside(positive, above, step);
    }

    private static double inside(DistributionSide side, double end, double step) {
        double toZero = Math.min(step / 2, end);
        return side.squaresWithin(toZero) + step * step / 12 * (side.countBeyond(toZero) - side.countBeyond(end));
    }

    /** Sum of squared errors of {@code encoding}, integrated over each bin. */
    double error(Encoding encoding) {
        Range representable = encoding.representable(0);
        double scale = encoding.scale(0);
        return negative.error(-(double) representable.min(), scale) + positive.error(representable.max(), scale);
    }

    /**
     * The range [-below, above] if, encoded as {@code type}, it loses less than the full range does; else the full range.
     *
     * <p>The search works with the noise that is expected of smooth values; this comparison does not, so values that lie on a
     * few levels (pixels, for example) keep the range that holds them.
     */
    Range ifBetter(double below, double above, QuantType type) {
        Range range = new Range(
                (float) -Math.min(below, -(double) full.min()) + 0f, (float) Math.min(above, full.max()));
        double clipped = error(Encodings.asymmetric(range, type));
        return clipped < error(Encodings.asymmetric(full, type)) ? range : full;
    }

    /** Number of steps between the smallest and the largest value of {@code type}. */
    static long steps(QuantType type) {
        return (long) type.max() - type.min();
    }
}
