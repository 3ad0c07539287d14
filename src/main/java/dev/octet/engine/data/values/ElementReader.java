package dev.octet.engine.data.values;

import dev.octet.engine.scheme.ElementType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Decodes runs of stored elements to doubles or longs. */
public final class ElementReader {

    private final ElementType type;
    private final ByteOrder order;

    public ElementReader(ElementType type, ByteOrder order) {
        this.type = type;
        this.order = order;
    }

    public ElementType type() {
        return type;
    }

    public int elementBytes() {
        return type.bits() / 8;
    }

    /** Whether the stored bytes are in this machine's order. */
    boolean isNative() {
        return order == ByteOrder.nativeOrder();
    }

    /** Any type; 64-bit integers are rounded. */
    public void doubles(byte[] source, int count, double[] into) {
        ByteBuffer in = ByteBuffer.wrap(source).order(order);
        switch (type) {
            case FLOAT16 -> {
                for (int i = 0; i < count; i++) {
                    into[i] = Float.float16ToFloat(in.getShort(2 * i));
                }
            }
            case FLOAT -> {
                for (int i = 0; i < count; i++) {
                    into[i] = in.getFloat(4 * i);
                }
            }
            case DOUBLE -> {
                for (int i = 0; i < count; i++) {
                    into[i] = in.getDouble(8 * i);
                }
            }
            case UINT64 -> {
                for (int i = 0; i < count; i++) {
                    into[i] = unsigned(in.getLong(8 * i));
                }
            }
            default -> {
                for (int i = 0; i < count; i++) {
                    into[i] = whole(in, i);
                }
            }
        }
    }

    /** An integer type or BOOL; UINT64 by its bits. */
    public void longs(byte[] source, int count, long[] into) {
        ByteBuffer in = ByteBuffer.wrap(source).order(order);
        for (int i = 0; i < count; i++) {
            into[i] = whole(in, i);
        }
    }

    private long whole(ByteBuffer in, int i) {
        return switch (type) {
            case BOOL -> in.get(i) == 0 ? 0 : 1;
            case INT8 -> in.get(i);
            case UINT8 -> Byte.toUnsignedLong(in.get(i));
            case INT16 -> in.getShort(2 * i);
            case UINT16 -> Short.toUnsignedLong(in.getShort(2 * i));
            case INT32 -> in.getInt(4 * i);
            case UINT32 -> Integer.toUnsignedLong(in.getInt(4 * i));
            case INT64, UINT64 -> in.getLong(8 * i);
            default -> throw new IllegalStateException(type + " is not a whole number");
        };
    }

    private static double unsigned(long bits) {
        // Halved with the lowest bit kept sticky, so that the one rounding is the right one.
        return bits >= 0 ? bits : 2.0 * (bits >>> 1 | (bits & 1));
    }
}
