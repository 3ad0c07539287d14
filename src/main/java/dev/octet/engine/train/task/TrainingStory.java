package dev.octet.engine.train.task;

import java.util.List;

/**
 * How a training went, and what was made of it.
 *
 * @param samples that were trained on
 * @param heldOut samples that told how far it had come, and decided in the end
 * @param labelled whether labels took part
 * @param origin what was trained on, in words
 * @param epochs what each brought, 0 the state before
 * @param best number of the best
 * @param resumed epochs that an earlier attempt had done
 * @param ending why it ended
 * @param kept whether the result is what was trained; else it is what training began with
 * @param before what training began with, as a file on the held-out samples
 * @param after what it ended with, likewise
 */
public record TrainingStory(
        long samples,
        long heldOut,
        boolean labelled,
        String origin,
        List<Epoch> epochs,
        int best,
        int resumed,
        String ending,
        boolean kept,
        Nearness before,
        Nearness after) {

    public TrainingStory {
        epochs = List.copyOf(epochs);
    }

    /**
     * How near a quantized file is to the float model.
     *
     * @param distance divergence of classes or error over power of numbers, mean of all outputs; what was decided by
     * @param cosine mean over samples
     * @param agreement share of samples with the same largest number in the first output
     */
    public record Nearness(double distance, double cosine, double agreement) {}
}
