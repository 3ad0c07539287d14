package dev.octet.engine.evaluate.statistic;

/** A number over samples, of one model, for any resample of them. */
public interface SampleStatistic {

    /** Takes in what the model answered for the next sample. */
    void add(float[] answer);

    /** The number where sample i is taken {@code times[i]} times, at least one of them. */
    double value(int[] times);
}
