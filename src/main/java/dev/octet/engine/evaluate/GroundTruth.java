package dev.octet.engine.evaluate;

/** The labels that model outputs are scored against. */
public interface GroundTruth {

    /** Number of labels: one a sample, or one a pair of samples. */
    long count();

    /** Numbers in one label; 1 for class indices and scores. */
    int width();

    /** Number {@code k} of label {@code i}, finite. */
    double get(long i, int k);
}
