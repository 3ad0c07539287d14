package dev.octet.engine.observe;

import dev.octet.engine.scheme.QuantType;
import dev.octet.engine.scheme.Range;
import java.util.stream.IntStream;

/**
 * Searches both ends for the least squared error.
 *
 * <p>The error of a range is that of clipping plus that of rounding, both taken from the histogram
 * ({@code Distribution.expectedError}); ends lie on bin edges. All pairs of a coarse choice of edges are tried, then
 * the finer edges around the best pair, one end after the other.
 */
public final class HistogramObserver implements Observer {

    private static final int COARSE = 32;
    private static final int REFINEMENTS = 3;

    @Override
    public StatisticsRequest needs() {
        return StatisticsRequest.HISTOGRAM;
    }

    @Override
    public Range range(TensorStatistics statistics, QuantType type) {
        Distribution distribution = Distribution.of(statistics);
        long steps = Distribution.steps(type);
        End below = new End(distribution.negative);
        End above = new End(distribution.positive);
        Search search = new Search(distribution, steps, below.edge(below.last()), above.edge(above.last()));
        for (int i : below.coarse()) {
            for (int j : above.coarse()) {
                search.offer(below.edge(i), above.edge(j));
            }
        }
        double before = Double.POSITIVE_INFINITY;
        for (int round = 0; round < REFINEMENTS && search.error < before; round++) {
            before = search.error;
            for (int i : below.around(search.below)) {
                search.offer(below.edge(i), search.above);
            }
            for (int j : above.around(search.above)) {
                search.offer(search.below, above.edge(j));
            }
        }
        return distribution.ifBetter(search.below, search.above, type);
    }

    /** The best pair of ends so far. */
    private static final class Search {
        private final Distribution distribution;
        private final long steps;
        private double below;
        private double above;
        private double error;

        Search(Distribution distribution, long steps, double below, double above) {
            this.distribution = distribution;
            this.steps = steps;
            this.below = below;
            this.above = above;
            this.error = distribution.expectedError(below, above, steps);
        }

        void offer(double candidateBelow, double candidateAbove) {
            double candidate = distribution.expectedError(candidateBelow, candidateAbove, steps);
            if (candidate < error) {
                error = candidate;
                below = candidateBelow;
                above = candidateAbove;
            }
        }
    }

    /**
     * Where a range may end on one side: at zero, or at the edge of a bin beyond which less than half of the side lies.
     */
    private record End(Distribution.Side side, int first, int stride) {

        End(Distribution.Side side) {
            this(side, firstEdge(side));
        }

        private End(Distribution.Side side, int first) {
            this(side, first, Math.max(1, (side.bins() - first) / COARSE));
        }

        private static int firstEdge(Distribution.Side side) {
            double median = side.magnitudeBefore(side.total() / 2.0);
            return (int) IntStream.range(0, side.bins())
                    .takeWhile(i -> side.high(i) < median)
                    .count();
        }

        /** Edge 0 is zero; edge i is the upper edge of bin i-1. */
        double edge(int i) {
            return i == 0 ? 0 : side.high(i - 1);
        }

        int last() {
            return side.bins();
        }

        int[] coarse() {
            return IntStream.concat(
                            IntStream.of(0, last()),
                            IntStream.iterate(last() - stride, i -> i > first, i -> i - stride))
                    .distinct()
                    .toArray();
        }

        int[] around(double magnitude) {
            int at = (int) IntStream.rangeClosed(1, last())
                    .takeWhile(i -> edge(i) <= magnitude)
                    .count();
            return IntStream.rangeClosed(Math.max(0, at - stride), Math.min(last(), at + stride))
                    .toArray();
        }
    }
}
