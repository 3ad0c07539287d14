package dev.octet.engine.scheme;

/** How block-wise weights are rounded where only weights are quantized. */
public enum WeightMethod {
    /** Each weight to the nearest level of its block. */
    ROUND_TO_NEAREST,
    /** Half-quadratic quantization: zero points that make the error sparse (Badri and Shaji 2023). */
    HQQ,
    /** Errors of rounded columns are made up for by the columns still to come (Frantar et al. 2022, arXiv 2210.17323). */
    GPTQ
}
