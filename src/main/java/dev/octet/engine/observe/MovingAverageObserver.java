package dev.octet.engine.observe;

import dev.octet.engine.scheme.QuantType;
import dev.octet.engine.scheme.Range;

/**
 * Averages each sample's extremes, later samples weighing more.
 *
 * <p>Jacob et al. 2018, arXiv 1712.05877, with PyTorch's momentum of 0.01. The one observer whose range depends on the
 * order of the samples.
 */
public final class MovingAverageObserver implements Observer {

    @Override
    public StatisticsRequest needs() {
        return StatisticsRequest.EXTREMES;
    }

    @Override
    public Range range(TensorStatistics statistics, QuantType type) {
        return statistics.averageRange();
    }
}
