package dev.octet.engine.evaluate;

import org.jspecify.annotations.Nullable;

/** Scores two models' outputs for the same samples. */
sealed interface Metric permits TopK, SquaredError, Correlation, MeanCosine, Resampled {

    /**
     * Takes in the outputs for the next sample, or pair of samples.
     *
     * @param fp32 the float model's, finite
     * @param int8 the quantized model's, as many; null where it was not finite
     */
    void add(float[] fp32, float @Nullable [] int8);

    /** The score of all samples so far, of which there is at least one. */
    Score score();
}
