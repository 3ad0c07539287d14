package dev.octet.engine.runtime.kernel;

/** The kind of numbers that a kernel works on. */
public enum Arithmetic {
    /** 8-bit (or packed 4-bit) integers, computed with or moved. */
    INTEGER,
    /** Floating-point numbers, computed with or moved. */
    FLOAT,
    /** From one to the other: QuantizeLinear, DequantizeLinear, DynamicQuantizeLinear. */
    CONVERSION,
    /** Shapes, indices, conditions. */
    INDEX
}
