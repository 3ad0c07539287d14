package dev.octet.engine.observe;

import dev.octet.engine.scheme.QuantType;
import dev.octet.engine.scheme.Range;

/** Chooses the range of a tensor from its statistics. */
public interface Observer {

    /** What has to be collected for it. */
    StatisticsRequest needs();

    /**
     * The range to encode, a pure function of the statistics; never wider than what was observed, except to take in
     * zero.
     *
     * @param statistics with at least one finite value
     * @param type the integers that the tensor is to become
     */
    Range range(TensorStatistics statistics, QuantType type);
}
