package dev.octet.engine.observe;

import dev.octet.engine.scheme.QuantType;
import dev.octet.engine.scheme.Range;
import java.util.Arrays;

/**
 * Finds the clipping threshold of least Kullback-Leibler divergence.
 *
 * <p>Migacz 2017, "8-bit Inference with TensorRT" (GTC): for each threshold T, P is the distribution with what lies
 * beyond T added to its last bin, Q is the unclipped part with the mass of each quantized level spread over the level's
 * bins that are not empty; T is chosen for the least Σ p · ln(p / q).
 *
 * <p>Different from the talk, on purpose:
 * <ul>
 *   <li>The talk quantizes |x| into 128 levels whatever the signs are. On one-sided data, which gets all 256 levels,
 *       that overstates the loss of wide ranges and clips too much (a flaw that copies of the method share). Here
 *       values keep their signs, and the range [max(min, -T), min(max, T)] is cut into as many levels as the type
 *       really has.
 *   <li>Bins are linear near zero and logarithmic above, the same for every T, and a level's mass is spread by bin
 *       width; so one outlier doesn't blur the bulk of the values into one bin, where no threshold could be told from
 *       another.
 *   <li>Zeros are left out, since every encoding holds zero exactly; the talk drops the first bin for the same reason.
 * </ul>
 */
public final class EntropyObserver implements Observer {

    /** Thresholds tried to one power of two. */
    private static final int DENSITY = 32;

    private static final int LINEAR_BINS = 1024;

    @Override
    public StatisticsRequest needs() {
        return StatisticsRequest.HISTOGRAM;
    }

    @Override
    public Range range(TensorStatistics statistics, QuantType type) {
        Distribution distribution = Distribution.of(statistics);
        double largest = distribution.full.magnitude();
        double smallest = median(distribution, largest);
        Bins negative = new Bins(distribution.negative, smallest / LINEAR_BINS);
        Bins positive = new Bins(distribution.positive, smallest / LINEAR_BINS);
        long levels = Distribution.steps(type) + 1;
        double best = largest;
        double least = divergence(negative, positive, largest, levels);
        double within = distribution.countBeyond(largest);
        double ratio = Math.pow(2, -1.0 / DENSITY);
        for (double threshold = largest * ratio; threshold > smallest; threshold *= ratio) {
            double beyond = distribution.countBeyond(threshold);
            if (beyond == within) {
                continue;
            }
            within = beyond;
            double divergence = divergence(negative, positive, threshold, levels);
            if (divergence < least) {
                least = divergence;
                best = threshold;
            }
        }
        return new Range(
                (float) Math.max(distribution.full.min(), -best), (float) Math.min(distribution.full.max(), best));
    }

    /** The magnitude that half of the values other than zero lie beyond: thresholds below it are not tried. */
    private static double median(Distribution distribution, double largest) {
        double half = (distribution.negative.total() + distribution.positive.total()) / 2.0;
        double from = 0;
        double to = largest;
        for (int i = 0; i < 100; i++) {
            double middle = (from + to) / 2;
            if (distribution.countBeyond(middle) > half) {
                from = middle;
            } else {
                to = middle;
            }
        }
        return to;
    }

    private static double divergence(Bins negative, Bins positive, double threshold, long levels) {
        int below = negative.within(threshold);
        int above = positive.within(threshold);
        if ((below == 0 && negative.size > 0) || (above == 0 && positive.size > 0)) {
            return Double.POSITIVE_INFINITY;
        }
        double step = (negative.end(below) + positive.end(above)) / levels;
        double inside = negative.before(below) + positive.before(above);
        double all = negative.before(negative.size) + positive.before(positive.size);
        if (step == 0 || inside == 0) {
            return 0;
        }
        // Both sides cut their levels from zero, where an encoding has one of its levels.
        return negative.divergence(below, step, inside, all) + positive.divergence(above, step, inside, all);
    }

    /** The bins of one side that are not empty, none narrower than a given width, by magnitude. */
    private static final class Bins {
        private double[] high;
        private double[] width;
        private double[] count;
        private final double[] before;
        private final double[] information;
        private int size;

        Bins(Distribution.Side side, double narrowest) {
            high = new double[side.bins()];
            width = new double[side.bins()];
            count = new double[side.bins()];
            double cell = -1;
            for (int i = 0; i < side.bins(); i++) {
                double own = side.high(i) - side.low(i);
                double place = own < narrowest ? Math.floor(side.low(i) / narrowest) : -1;
                if (place < 0 || place != cell) {
                    size++;
                }
                cell = place;
                high[size - 1] = side.high(i);
                width[size - 1] = Math.max(own, narrowest);
                count[size - 1] += side.count(i);
            }
            high = Arrays.copyOf(high, size);
            width = Arrays.copyOf(width, size);
            count = Arrays.copyOf(count, size);
            before = new double[size + 1];
            information = new double[size + 1];
            for (int i = 0; i < size; i++) {
                before[i + 1] = before[i] + count[i];
                information[i + 1] = information[i] + count[i] * Math.log(count[i] / width[i]);
            }
        }

        /** Number of bins that end at or before {@code threshold}. */
        int within(double threshold) {
            int at = Arrays.binarySearch(high, threshold);
            return at >= 0 ? at + 1 : -at - 1;
        }

        double end(int bins) {
            return bins == 0 ? 0 : high[bins - 1];
        }

        double before(int bins) {
            return before[bins];
        }

        /**
         * This side's part of Σ p · log(p / q) over the first {@code bins} bins.
         *
         * <p>With c the count of a bin, w its width, m and r the count and width of its level: p = c / all and
         * q = m · w / r / inside, so c · log(c / w) adds up once for all thresholds and only m · log(m / r) is left for
         * each level.
         */
        double divergence(int bins, double step, double inside, double all) {
            if (bins == 0) {
                return 0;
            }
            double sum = before[bins] * Math.log(inside / all) + information[bins];
            double mass = 0;
            double room = 0;
            for (int from = 0, to; from < bins; from = to) {
                long level = level(from, step);
                mass = 0;
                room = 0;
                for (to = from; to < bins && level(to, step) == level; to++) {
                    mass += count[to];
                    room += width[to];
                }
                sum -= mass * Math.log(mass / room);
            }
            int last = bins - 1;
            double clipped = before[size] - before[bins];
            double q = mass * width[last] / room / inside;
            sum += timesLog(count[last] + clipped) - timesLog(count[last]) - clipped * Math.log(all * q);
            return sum / all;
        }

        private static double timesLog(double x) {
            return x * Math.log(x);
        }

        /** The level that the middle of a bin rounds to. */
        private long level(int bin, double step) {
            return Math.round((high[bin] - width[bin] / 2) / step);
        }
    }
}
