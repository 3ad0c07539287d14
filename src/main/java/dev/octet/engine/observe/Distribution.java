package dev.octet.engine.observe;

import dev.octet.engine.scheme.Encoding;
import dev.octet.engine.scheme.QuantType;
import dev.octet.engine.scheme.Range;
import java.util.Arrays;

/**
 * The distribution behind a histogram, as observers search it.
 *
 * <p>Zeros are a point mass that every encoding holds exactly; the rest is uniform inside each bin. Made of counts and
 * extremes only, so it is the same for every order of samples.
 */
final class Distribution {

    private static final double CLEAR_GAIN = 0.005;

    /** Values below zero, by magnitude. */
    final Side negative;

    /** Values above zero. */
    final Side positive;

    final long zeros;

    /** The smallest and the largest value and zero. */
    final Range full;

    private final boolean constant;

    private Distribution(Histogram histogram, Range observed) {
        full = observed.withZero();
        constant = observed.min() == observed.max();
        negative = new Side(histogram, true, -(double) full.min());
        positive = new Side(histogram, false, full.max());
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
     * <p>What is clipped counts with its distance to the end of the range, what rounds to zero with its own square, and
     * the rest with s²/12.
     */
    double expectedError(double below, double above, long steps) {
        double step = (below + above) / steps;
        return negative.clippingError(below)
                + positive.clippingError(above)
                + inside(negative, below, step)
                + inside(positive, above, step);
    }

    private static double inside(Side side, double end, double step) {
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
     * The range [-below, above] if, encoded as {@code type}, it clearly loses less than the full range does; else the
     * full range.
     *
     * <p>The search works with the noise that is expected of smooth values; this comparison does not, so values that
     * lie on a few levels (pixels, for example) keep the range that holds them. A gain of less than
     * {@value #CLEAR_GAIN} of the error is beyond what bins can tell, and a constant is held exactly by the full range.
     */
    Range ifBetter(double below, double above, QuantType type) {
        if (constant) {
            return full;
        }
        Range range = new Range((float) -negative.whole(below) + 0f, (float) positive.whole(above));
        double clipped = error(Encodings.asymmetric(range, type));
        return clipped < (1 - CLEAR_GAIN) * error(Encodings.asymmetric(full, type)) ? range : full;
    }

    /** Number of steps between the smallest and the largest value of {@code type}. */
    static long steps(QuantType type) {
        return (long) type.max() - type.min();
    }

    /**
     * One side of a distribution, by magnitude, with its running moments.
     *
     * <p>Running sums are kept from zero outwards and from the far end inwards, so that neither the bulk nor the tail
     * is the difference of two large numbers.
     */
    static final class Side {

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
        Side(Histogram histogram, boolean below, double end) {
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

        /**
         * {@code magnitude}, or the far end if it lies in the last bin, where saturated values would gather at that
         * end.
         */
        double whole(double magnitude) {
            return bins > 0 && magnitude > low[bins - 1] ? end() : magnitude;
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
            double whole = squaresBeyond[i + 1]
                    - 2 * magnitude * sumBeyond[i + 1]
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

        /**
         * The magnitude that {@code values} values lie beyond, interpolated; {@code values} at most {@link #total()}.
         */
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
                    error += count[i]
                            * (beyond * meanSquare(0, high[i] - top) + (1 - beyond) * rounding(low[i], top, scale));
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
}
