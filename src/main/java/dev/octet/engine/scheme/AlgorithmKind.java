package dev.octet.engine.scheme;

/** A correction that may be applied beside choosing encodings. */
public enum AlgorithmKind {
    /** Evens out the weight ranges of consecutive layers' channels (Nagel et al. 2019, arXiv 1906.04721). */
    CROSS_LAYER_EQUALIZATION,
    /** Moves outlying activation channels into the weights that follow (Xiao et al. 2022, arXiv 2211.10438). */
    SMOOTH_QUANT,
    /** Takes the mean error of quantized weights back in the bias (Nagel et al. 2019, arXiv 1906.04721). */
    BIAS_CORRECTION,
    /** Rounds weights one after the other, errors made up for by those to come (Frantar et al. 2022, arXiv 2210.17323). */
    GPTQ
}
