package dev.octet.engine.observe;

import dev.octet.engine.scheme.QuantType;
import dev.octet.engine.scheme.Range;

/**
 * Finds the clipping of least squared error by Newton's iteration.
 *
 * <p>OCTAV: Sakr et al. 2022, "Optimal Clipping and Magnitude-aware Differentiation for Improved Quantization-aware
 * Training", arXiv 2206.06501. There, for n = 2^B levels over [0, s], the clipping scalar is iterated as
 * s' = E[x · 1(x > s)] / (E[1(0 &lt; x ≤ s)] / (12 n²) + E[1(x > s)]).
 * For a range [-a, b] cut into L steps, the squared error is (a + b)² / (12 L²) · P(inside, not zero) + E[(x - b)²; x >
 * b] + E[(x + a)²; x &lt; -a]; setting the derivative by b to zero with the indicators held fixed gives, with w =
 * P(inside) / (12 L²), b' = (E[x; x > b] - a · w) / (w + P(x > b)), and likewise a'. With a = 0 this is the paper's
 * step, and so it is, for both ends together, with a = b. The best iterate is kept, since convergence is not promised
 * for every distribution.
 */
public final class MseObserver implements Observer {

    private static final int MOST_STEPS = 100;
    private static final double SETTLED = 1e-6;

    @Override
    public StatisticsRequest needs() {
        return StatisticsRequest.HISTOGRAM;
    }

    @Override
    public Range range(TensorStatistics statistics, QuantType type) {
        Distribution distribution = Distribution.of(statistics);
        Distribution.Side negative = distribution.negative;
        Distribution.Side positive = distribution.positive;
        long steps = Distribution.steps(type);
        double bestBelow = negative.end();
        double bestAbove = positive.end();
        double bestError = distribution.expectedError(bestBelow, bestAbove, steps);
        double below = meanMagnitude(negative);
        double above = meanMagnitude(positive);
        for (int step = 0; step < MOST_STEPS; step++) {
            double nextAbove = next(positive, above, negative, below, steps);
            double nextBelow = next(negative, below, positive, nextAbove, steps);
            double moved = Math.abs(nextAbove - above) + Math.abs(nextBelow - below);
            above = nextAbove;
            below = nextBelow;
            double error = distribution.expectedError(below, above, steps);
            if (error < bestError) {
                bestError = error;
                bestAbove = above;
                bestBelow = below;
            }
            if (moved <= SETTLED * (above + below)) {
                break;
            }
        }
        return distribution.ifBetter(bestBelow, bestAbove, type);
    }

    private static double meanMagnitude(Distribution.Side side) {
        return side.total() == 0 ? 0 : side.sumBeyond(0) / side.total();
    }

    private static double next(
            Distribution.Side side, double end, Distribution.Side opposite, double oppositeEnd, long steps) {
        double beyond = side.countBeyond(end);
        double inside = side.total() - beyond + opposite.total() - opposite.countBeyond(oppositeEnd);
        double weight = inside / (12.0 * steps * steps);
        if (side.total() == 0 || weight + beyond == 0) {
            return 0;
        }
        double next = (side.sumBeyond(end) - oppositeEnd * weight) / (weight + beyond);
        return Math.max(0, Math.min(side.end(), next));
    }
}
