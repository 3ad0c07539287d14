package dev.octet.engine.torch.program;

import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;

/** The element types by the numbers that exported programs give them (ScalarType of the export schema). */
public final class TorchTypes {

    private TorchTypes() {}

    /**
     * The type with the number in {@code code}.
     *
     * @throws EngineException MODEL_UNSUPPORTED where there is no such type in ONNX
     */
    public static ElementType of(Json code) {
        long number = code.integer();
        return switch ((int) Math.min(number, 1000)) {
            case 1 -> ElementType.UINT8;
            case 2 -> ElementType.INT8;
            case 3 -> ElementType.INT16;
            case 4 -> ElementType.INT32;
            case 5 -> ElementType.INT64;
            case 6 -> ElementType.FLOAT16;
            case 7 -> ElementType.FLOAT;
            case 8 -> ElementType.DOUBLE;
            case 12 -> ElementType.BOOL;
            case 13 -> ElementType.BFLOAT16;
            case 28 -> ElementType.UINT16;
            case 9, 10, 11 -> throw unsupported(code, "complex numbers");
            default -> throw unsupported(code, "the element type with the number " + number);
        };
    }

    /**
     * The number of {@code type}.
     *
     * @throws IllegalArgumentException where exported programs have no such type
     */
    static int code(ElementType type) {
        return switch (type) {
            case UINT8 -> 1;
            case INT8 -> 2;
            case INT16 -> 3;
            case INT32 -> 4;
            case INT64 -> 5;
            case FLOAT16 -> 6;
            case FLOAT -> 7;
            case DOUBLE -> 8;
            case BOOL -> 12;
            case BFLOAT16 -> 13;
            case UINT16 -> 28;
            default -> throw new IllegalArgumentException("exported programs have no elements of " + type);
        };
    }

    private static EngineException unsupported(Json code, String what) {
        return new EngineException(Fault.MODEL_UNSUPPORTED, code.where() + ": " + what + " can't be imported");
    }
}
