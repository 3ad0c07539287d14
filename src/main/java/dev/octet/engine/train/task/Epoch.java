package dev.octet.engine.train.task;

/**
 * What one pass over the training samples brought.
 *
 * @param number from 1; 0 is the state before training
 * @param loss mean over its steps; NaN for epoch 0
 * @param heldOutLoss distance from the float model on samples that are not trained on
 * @param agreement share of those samples on which the largest output is the float model's; NaN where outputs are no classes
 * @param learningRate at its end
 * @param seconds that it took, with its evaluation
 */
public record Epoch(
        int number, double loss, double heldOutLoss, double agreement, double learningRate, double seconds) {}
