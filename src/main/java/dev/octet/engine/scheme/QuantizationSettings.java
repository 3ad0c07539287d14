package dev.octet.engine.scheme;

import java.util.Set;

/**
 * The choices a user may make about encodings.
 *
 * @param observer how activation ranges are chosen
 * @param percentile for {@link ObserverKind#PERCENTILE}: percent of values kept, above 50, at most 100
 * @param perChannel one weight scale an output channel instead of one a tensor
 * @param activationType type of quantized activations
 * @param weightType type of quantized weights
 * @param reduceRange weights in 7 bits, so that u8·s8 sums of pairs stay within 16 bits
 * @param exclude node names, or names of their outputs, that stay in floating point
 */
public record QuantizationSettings(
        ObserverKind observer,
        double percentile,
        boolean perChannel,
        QuantType activationType,
        QuantType weightType,
        boolean reduceRange,
        Set<String> exclude) {

    public QuantizationSettings {
        exclude = Set.copyOf(exclude);
        if (!(percentile > 50) || percentile > 100) {
            throw new IllegalArgumentException("percentile " + percentile + " is not in (50, 100]");
        }
    }
}
