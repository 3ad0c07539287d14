package dev.octet.engine.evaluate;

import org.jspecify.annotations.Nullable;

/**
 * How close quantized outputs are to the float model's.
 *
 * @param sqnrDb 10 log10(Σ y² / Σ (y - y')²) over all outputs of all samples, within ±{@value SignalNoise#MOST_DB} dB
 * @param cosine mean over the samples of the cosine between both outputs
 * @param top1Agreement share of samples whose largest output is the same one; null where outputs are not scores of
 *     classes
 * @param samples number of samples, each of a pair counted
 * @param worst the channel of any output that lost most; null where outputs have no channels
 */
public record Fidelity(
        double sqnrDb,
        double cosine,
        @Nullable Double top1Agreement,
        long samples,
        ChannelNoise.@Nullable Worst worst) {}
