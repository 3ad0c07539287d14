package dev.octet.engine.evaluate.statistic;

/** Labels by sample and place. */
@FunctionalInterface
public interface TrueAnswers {

    /** Number {@code k} of the label of sample {@code i}. */
    double get(long i, int k);
}
