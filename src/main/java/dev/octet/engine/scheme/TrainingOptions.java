package dev.octet.engine.scheme;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a model is trained; what is null is chosen to suit model and samples.
 *
 * @param epochs passes over the training samples, 1 or more; null for as many as make some 2,000 steps
 * @param learningRate the peak of the schedule, above 0; with ADAMW a share of each parameter's own size; null by bit widths
 * @param optimizer what turns gradients into steps
 * @param batchSize samples a step, 1 or more
 * @param weightDecay share of a parameter taken off it each step, times the learning rate; 0 for none
 * @param patience epochs of the second half without a better result on held-out samples after which training ends
 * @param most time that training may take
 * @param loss what is made small
 */
public record TrainingOptions(
        @Nullable Integer epochs,
        @Nullable Double learningRate,
        Optimizer optimizer,
        int batchSize,
        double weightDecay,
        int patience,
        Duration most,
        Loss loss) {

    /** What a request gets that says nothing. */
    public static final TrainingOptions DEFAULTS =
            new TrainingOptions(null, null, Optimizer.ADAMW, 32, 0, 10, Duration.ofMinutes(30), new Loss(1, 0.1, 0));

    /** The same, in at most {@code time}. */
    public TrainingOptions within(Duration time) {
        return time.compareTo(most) >= 0
                ? this
                : new TrainingOptions(epochs, learningRate, optimizer, batchSize, weightDecay, patience, time, loss);
    }

    /** What turns gradients into steps. */
    public enum Optimizer {
        /** Adaptive moments with decoupled weight decay (Loshchilov and Hutter 2019, arXiv 1711.05101). */
        ADAMW,
        /** Stochastic gradient descent with momentum 0.9 and learning rates in the parameters' own units. */
        SGD
    }

    /**
     * Weights of the parts of the loss; a part of weight 0 is left out.
     *
     * @param distillation of the distance from the float model's outputs
     * @param task of the distance from the labels, where there are some
     * @param features of the distance from the float model's inner values
     */
    public record Loss(double distillation, double task, double features) {}
}
