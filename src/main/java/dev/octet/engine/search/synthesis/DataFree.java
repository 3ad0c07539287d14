package dev.octet.engine.search.synthesis;

/**
 * How well made-up samples resemble what a model was trained on.
 *
 * @param samples number of samples made
 * @param distance mean over the BatchNormalizations of the distance of what enters them to their running statistics: 0 the same, about
 *     0.02 to 0.05 for samples of the training data, about 1 for nothing at all
 * @param worst the same of the BatchNormalization that is farthest
 * @param worstValue what enters that one
 * @param norms number of BatchNormalizations held against
 */
public record DataFree(int samples, double distance, double worst, String worstValue, int norms) {}
