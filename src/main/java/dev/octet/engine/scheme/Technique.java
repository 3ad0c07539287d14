package dev.octet.engine.scheme;

/** The way a model is to be quantized. */
public enum Technique {
    /** The engine searches by itself for the best artifact. */
    AUTO,
    /** Activation encodings fixed by calibration. */
    STATIC,
    /** Activation encodings computed from each input at run time. */
    DYNAMIC,
    /** Only weights quantized. */
    WEIGHT_ONLY,
    /** Encodings learned in training. */
    QAT
}
