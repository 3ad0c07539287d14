package dev.octet.engine.observe;

import java.util.Arrays;

/**
 * One side of a distribution, by magnitude, with its running moments.
 *
 * <p>Running sums are kept from zero outwards and from the far end inwards, so that neither the bulk nor the tail is the
 * difference of two large numbers.
 */
final class DistributionSide {

    private double[] low = new double[64];
    private double[] high = new double[64];
    private double[] count = new double[64];
    private int bins;
    private long total;

    private final double[] squaresWithin;
    private final double[] countBeyond;
    private final double[] sumBeyond;
    private final double[] squaresBeyond;

    /**
     * One side of {@code histogram}.
     *
     * @param end the largest magnitude observed on that side, where the last bin ends
     */
    DistributionSide(Histogram histogram, boolean below, double end) {
        histogram.visit(below, (from, to, n) -> add(from, Math.min(to, end), n));
        squaresWithin = new double[bins + 1];
        countBeyond = new double[bins + 1];
        sumBeyond = new double[bins + 1];
        squaresBeyond = new double[bins + 1];
        for (int i = 0; i < bins; i++) {
            squaresWithin[i + 1] = squaresWithin[i] + count[i] * meanSquare(low[i], high[i]);
        }
        for (int i = bins - 1; i >= 0; i--) {
            countBeyond[i] = countBeyond[i + 1] + count[i];
            sumBeyond[i] = sumBeyond[i + 1] + count[i] * (low[i] + high[i]) / 2;
            squaresBeyond[i] = squaresBeyond[i + 1] + count[i] * meanSquare(low[i], high[i]);
        }
    }

    private void add(double from, double to, long n) {
        if (bins == low.length) {
            low = Arrays.copyOf(low, 2 * bins);
            high = Arrays.copyOf(high, 2 * bins);
            count = Arrays.copyOf(count, 2 * bins);
        }
        low[bins] = from;
        high[bins] = to;
        count[bins] = n;
        bins++;
        total += n;
    }

    /** Mean of x² for x uniform between {@code a} and {@code b}. */
    private static double meanSquare(double a, double b) {
        return (a * a + a * b + b * b) / 3;
    }

    int bins() {
        return bins;
    }

    double low(int bin) {
        return low[bin];
    }

    double high(int bin) {
        return high[bin];
    }

    double count(int bin) {
        return count[bin];
    }

    /** Number of values, zeros left out. */
    long total() {
        return total;
    }

    /** The largest magnitude, 0 where the side is empty. */
    double end() {
        return bins == 0 ? 0 : high[bins - 1];
    }

    /** Index of the first bin that ends above {@code magnitude}; the number of bins if none does. */
    private int binAbove(double magnitude) {
        int from = 0;
        int to = bins;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (high[middle] > magnitude) {
                to = middle;
            } else {
                from = middle + 1;
            }
        }
        return from;
    }

    /** Share of bin {@code i} that lies beyond {@code magnitude}, which is below its end. */
    private double shareBeyond(int i, double magnitude) {
        return magnitude <= low[i] ? 1 : (high[i] - magnitude) / (high[i] - low[i]);
    }

    /** Number of values beyond {@code magnitude}, interpolated. */
    double countBeyond(double magnitude) {
        int i = binAbove(magnitude);
        return i == bins ? 0 : countBeyond[i + 1] + count[i] * shareBeyond(i, magnitude);
    }

    /** Sum of the values beyond {@code magnitude}. */
    double sumBeyond(double magnitude) {
        int i = binAbove(magnitude);
        if (i == bins) {
            return 0;
        }
        double from = Math.max(low[i], magnitude);
        return sumBeyond[i + 1] + count[i] * shareBeyond(i, magnitude) * (from + high[i]) / 2;
    }

    /** Sum of (x - magnitude)² over the values beyond {@code magnitude}. */
    double clippingError(double magnitude) {
        int i = binAbove(magnitude);
        if (i == bins) {
            return 0;
        }
        double from = Math.max(low[i], magnitude);
        double whole = squaresBeyond[i + 1] - 2 * magnitude * sumBeyond[i + 1]
                + magnitude * magnitude * countBeyond[i + 1];
        double part = count[i] * shareBeyond(i, magnitude) * meanSquare(from - magnitude, high[i] - magnitude);
        return Math.max(0, whole) + part;
    }

    /** Sum of x² over the values up to {@code magnitude}. */
    double squaresWithin(double magnitude) {
        int i = binAbove(magnitude);
        if (i == bins) {
            return squaresWithin[bins];
        }
        return magnitude <= low[i]
                ? squaresWithin[i]
                : squaresWithin[i] + count[i] * (1 - shareBeyond(i, magnitude)) * meanSquare(low[i], magnitude);
    }

    /** The magnitude that {@code values} values lie beyond, interpolated; {@code values} at most {@link #total()}. */
    double magnitudeBefore(double values) {
        int from = 0;
        int to = bins;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (countBeyond[middle + 1] <= values) {
                to = middle;
            } else {
                from = middle + 1;
            }
        }
        if (from == bins) {
            return 0;
        }
        double share = Math.min(1, (values - countBeyond[from + 1]) / count[from]);
        return high[from] - share * (high[from] - low[from]);
    }

    /** Sum of squared errors with levels at the multiples of {@code scale} up to {@code top}. */
    double error(double top, double scale) {
        double error = 0;
        for (int i = 0; i < bins; i++) {
            if (low[i] >= top) {
                error += count[i] * meanSquare(low[i] - top, high[i] - top);
            } else if (high[i] <= top) {
                error += count[i] * rounding(low[i], high[i], scale);
            } else {
                double beyond = shareBeyond(i, top);
                error += count[i] * (beyond * meanSquare(0, high[i] - top) + (1 - beyond) * rounding(low[i], top, scale));
            }
        }
        return error;
    }

    /** Mean of (x - nearest multiple of scale)² for x uniform between {@code a} and {@code b}. */
    private static double rounding(double a, double b, double scale) {
        double from = a / scale;
        double to = b / scale;
        if (to - from < 1e-4) {
            double middle = (from + to) / 2;
            double rest = (middle - Math.rint(middle)) * scale;
            return rest * rest;
        }
        return (sawtoothIntegral(to) - sawtoothIntegral(from)) / (to - from) * scale * scale;
    }

    /** Integral of (u - rint(u))² from 0. */
    private static double sawtoothIntegral(double u) {
        double level = Math.rint(u);
        double rest = u - level;
        return level / 12 + rest * rest * rest / 3;
    }
}
