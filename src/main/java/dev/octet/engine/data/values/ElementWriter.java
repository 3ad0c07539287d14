package dev.octet.engine.data.values;

import dev.octet.engine.scheme.ElementType;
import java.nio.ByteBuffer;

/** Encodes runs of values as elements of one type, refusing what does not fit. */
public final class ElementWriter {

    private static final double TWO_TO_63 = 0x1p63;

    private final ElementType type;

    public ElementWriter(ElementType type) {
        this.type = type;
    }

    /** Whether values can be written as {@code type} at all. */
    public static boolean writes(ElementType type) {
        return switch (type) {
            case FLOAT, DOUBLE, FLOAT16, BOOL, INT8, UINT8, INT16, UINT16, INT32, UINT32, INT64, UINT64 -> true;
            case STRING, COMPLEX64, COMPLEX128, BFLOAT16 -> false;
            case FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2, FLOAT8E5M2FNUZ, UINT4, INT4, FLOAT4E2M1 -> false;
        };
    }

    /**
     * Puts finite {@code values}; floating-point types round to nearest.
     *
     * @return index of the first that the type can't hold (a fraction, or out of range), or -1
     */
    public int put(double[] values, int count, ByteBuffer out) {
        for (int i = 0; i < count; i++) {
            double v = values[i];
            switch (type) {
                case FLOAT -> {
                    float f = (float) v;
                    if (Float.isInfinite(f)) {
                        return i;
                    }
                    out.putFloat(f);
                }
                case DOUBLE -> out.putDouble(v);
                case FLOAT16 -> {
                    short half = Float.floatToFloat16((float) v);
                    if ((half & 0x7fff) == 0x7c00) {
                        return i;
                    }
                    out.putShort(half);
                }
                default -> {
                    if (v != Math.rint(v) || v < -TWO_TO_63 || v >= (type == ElementType.UINT64 ? 0x1p64 : TWO_TO_63)) {
                        return i;
                    }
                    boolean high = v >= TWO_TO_63;
                    long whole = high ? (long) (v - TWO_TO_63) ^ Long.MIN_VALUE : (long) v;
                    if (!put(whole, high, out)) {
                        return i;
                    }
                }
            }
        }
        return -1;
    }

    /**
     * Puts whole numbers, as an integer type or BOOL.
     *
     * @param unsigned whether negative longs stand for numbers above 2^63
     * @return index of the first that is out of the type's range, or -1
     */
    public int put(long[] values, int count, boolean unsigned, ByteBuffer out) {
        for (int i = 0; i < count; i++) {
            if (!put(values[i], unsigned && values[i] < 0, out)) {
                return i;
            }
        }
        return -1;
    }

    private boolean put(long v, boolean high, ByteBuffer out) {
        if (high && type != ElementType.UINT64) {
            return false;
        }
        boolean fits = switch (type) {
            case BOOL -> v == 0 || v == 1;
            case INT8 -> v == (byte) v;
            case UINT8 -> v == (v & 0xff);
            case INT16 -> v == (short) v;
            case UINT16 -> v == (v & 0xffff);
            case INT32 -> v == (int) v;
            case UINT32 -> v == (v & 0xffffffffL);
            case INT64 -> true;
            case UINT64 -> high || v >= 0;
            default -> throw new IllegalStateException(type + " is no integer type");
        };
        if (fits) {
            switch (type.bits()) {
                case 8 -> out.put((byte) v);
                case 16 -> out.putShort((short) v);
                case 32 -> out.putInt((int) v);
                default -> out.putLong(v);
            }
        }
        return fits;
    }
}
