package dev.octet.engine.scheme;

/** An integer type that quantized values are stored in. */
public enum QuantType {
    INT4(4, true),
    UINT4(4, false),
    INT8(8, true),
    UINT8(8, false),
    INT16(16, true),
    UINT16(16, false),
    INT32(32, true);

    private final int bits;
    private final boolean signed;

    QuantType(int bits, boolean signed) {
        this.bits = bits;
        this.signed = signed;
    }

    /** Width of one value in bits. */
    public int bits() {
        return bits;
    }

    public boolean signed() {
        return signed;
    }

    /** The smallest value the type can hold, for example -128. */
    public int min() {
        return signed ? (int) -(1L << (bits - 1)) : 0;
    }

    /** The largest value the type can hold, for example 127 or 255. */
    public int max() {
        return (int) ((1L << (signed ? bits - 1 : bits)) - 1);
    }
}
