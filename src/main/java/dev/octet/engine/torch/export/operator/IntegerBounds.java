package dev.octet.engine.torch.export.operator;

import dev.octet.engine.graph.Tensor;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.torch.export.Aten;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * The integers that a quantized value may take: {@code quant_min} and {@code quant_max}.
 *
 * @param least included
 * @param most included
 */
record IntegerBounds(long least, long most) {

    private static final IntegerBounds INT4 = new IntegerBounds(-8, 7);
    private static final IntegerBounds UINT4 = new IntegerBounds(0, 15);

    /** All that {@code type} holds; empty where PyTorch does not quantize to it. */
    static Optional<IntegerBounds> of(ElementType type) {
        return switch (type) {
            case INT8 -> Optional.of(new IntegerBounds(Byte.MIN_VALUE, Byte.MAX_VALUE));
            case UINT8 -> Optional.of(new IntegerBounds(0, 255));
            case INT16 -> Optional.of(new IntegerBounds(Short.MIN_VALUE, Short.MAX_VALUE));
            case UINT16 -> Optional.of(new IntegerBounds(0, 65535));
            case INT32 -> Optional.of(new IntegerBounds(Integer.MIN_VALUE, Integer.MAX_VALUE));
            default -> Optional.empty();
        };
    }

    /**
     * Those that {@code weights} lie in: 4 bits where they do, the symmetric ones where zero is their middle.
     *
     * @param symmetric whether their zero point is 0
     */
    static Optional<IntegerBounds> of(Tensor weights, boolean symmetric) {
        if (weights.type() != ElementType.INT8 && weights.type() != ElementType.UINT8) {
            return of(weights.type());
        }
        boolean signed = weights.type() == ElementType.INT8;
        int least = 255;
        int most = -128;
        MemorySegment data = weights.data();
        for (long i = 0; i < data.byteSize(); i++) {
            byte value = data.get(ValueLayout.JAVA_BYTE, i);
            int number = signed ? value : Byte.toUnsignedInt(value);
            least = Math.min(least, number);
            most = Math.max(most, number);
        }
        IntegerBounds few = signed ? INT4 : UINT4;
        if (few.least <= least && most <= few.most) {
            return Optional.of(few);
        }
        return signed && symmetric && least > Byte.MIN_VALUE
                ? Optional.of(new IntegerBounds(-127, 127))
                : of(weights.type());
    }

    /** Adds them, and the type that holds them, to the arguments of {@code aten}. */
    Aten give(Aten aten, ElementType type) {
        return aten.whole("quant_min", least).whole("quant_max", most).type("dtype", type);
    }
}
