package dev.octet.engine.scheme;

import java.util.Arrays;
import java.util.Optional;

/** The element types of tensors, with ONNX's numbers for them (TensorProto.DataType). */
public enum ElementType {
    FLOAT(1, 32),
    UINT8(2, 8),
    INT8(3, 8),
    UINT16(4, 16),
    INT16(5, 16),
    INT32(6, 32),
    INT64(7, 64),
    STRING(8, 0),
    BOOL(9, 8),
    FLOAT16(10, 16),
    DOUBLE(11, 64),
    UINT32(12, 32),
    UINT64(13, 64),
    COMPLEX64(14, 64),
    COMPLEX128(15, 128),
    BFLOAT16(16, 16),
    FLOAT8E4M3FN(17, 8),
    FLOAT8E4M3FNUZ(18, 8),
    FLOAT8E5M2(19, 8),
    FLOAT8E5M2FNUZ(20, 8),
    UINT4(21, 4),
    INT4(22, 4),
    FLOAT4E2M1(23, 4);

    private final int onnxCode;
    private final int bits;

    ElementType(int onnxCode, int bits) {
        this.onnxCode = onnxCode;
        this.bits = bits;
    }

    /** The number ONNX files use for it. */
    public int onnxCode() {
        return onnxCode;
    }

    /** Width of one element in bits; 0 for strings. */
    public int bits() {
        return bits;
    }

    /** Bytes that {@code elements} packed elements take; two 4-bit elements share a byte. */
    public long bytes(long elements) {
        return Math.ceilDiv(Math.multiplyExact(elements, bits), 8L);
    }

    public boolean isFloatingPoint() {
        return this == FLOAT || this == FLOAT16 || this == DOUBLE || this == BFLOAT16;
    }

    /** The type with ONNX's number {@code code}, if there is one. */
    public static Optional<ElementType> ofOnnxCode(int code) {
        return Arrays.stream(values()).filter(t -> t.onnxCode == code).findFirst();
    }
}
