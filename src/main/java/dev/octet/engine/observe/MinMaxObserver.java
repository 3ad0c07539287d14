package dev.octet.engine.observe;

import dev.octet.engine.scheme.QuantType;
import dev.octet.engine.scheme.Range;

/** Takes the smallest and largest value seen: nothing clipped. */
public final class MinMaxObserver implements Observer {

    @Override
    public StatisticsRequest needs() {
        return StatisticsRequest.EXTREMES;
    }

    @Override
    public Range range(TensorStatistics statistics, QuantType type) {
        return statistics.range();
    }
}
