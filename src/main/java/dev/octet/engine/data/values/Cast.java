package dev.octet.engine.data.values;

import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns stored elements of one array into elements of a model's input.
 *
 * <p>Floats are checked to be finite, normalized in double precision where asked, and rounded once. A value that the input's
 * type can't hold is refused, never wrapped or clipped.
 */
public final class Cast {

    /** The most elements that are converted in one go. */
    public static final int MAX_RUN = 1 << 13;

    private final String array;
    private final List<Long> sampleShape;
    private final ElementReader reader;
    private final ElementType to;
    private final ElementWriter writer;
    private final @Nullable Normalization normalization;
    private final float @Nullable [] table;
    private final boolean sameBytes;
    private final double[] doubles = new double[MAX_RUN];
    private final long[] longs;

    /**
     * @param array name for messages
     * @param sampleShape dimensions of one sample, for messages
     * @param normalization null to leave values as they are; else {@code to} is a floating-point type
     */
    public Cast(
            String array,
            List<Long> sampleShape,
            ElementReader reader,
            ElementType to,
            @Nullable Normalization normalization) {
        this.array = array;
        this.sampleShape = sampleShape;
        this.reader = reader;
        this.to = to;
        this.writer = new ElementWriter(to);
        this.normalization = normalization;
        // A stored BOOL may be any byte, and floats have to be looked at.
        this.sameBytes = reader.type() == to && !to.isFloatingPoint() && to != ElementType.BOOL && reader.isNative();
        boolean whole = !reader.type().isFloatingPoint() && !to.isFloatingPoint();
        this.longs = new long[whole ? MAX_RUN : 0];
        this.table = reader.type() == ElementType.UINT8 && to == ElementType.FLOAT ? table(normalization) : null;
    }

    /** Whether some value of {@code from} does not fit {@code to}. */
    public static boolean mayFail(ElementType from, ElementType to) {
        return from != to && !(to == ElementType.FLOAT && from != ElementType.DOUBLE) && to != ElementType.DOUBLE;
    }

    /**
     * Converts elements {@code index} to {@code index + count} of sample {@code sample}, {@code count} at most
     * {@link #MAX_RUN}, from the start of {@code source}.
     */
    public void convert(byte[] source, int count, long sample, long index, ByteBuffer out) {
        if (sameBytes) {
            out.put(source, 0, count * reader.elementBytes());
            return;
        }
        if (table != null) {
            lookUp(table, source, count, index, out);
            return;
        }
        int bad;
        if (longs.length > 0) {
            reader.longs(source, count, longs);
            bad = writer.put(longs, count, reader.type() == ElementType.UINT64, out);
        } else {
            reader.doubles(source, count, doubles);
            checkFinite(count, sample, index);
            normalize(count, index);
            bad = writer.put(doubles, count, out);
        }
        if (bad >= 0) {
            reader.doubles(source, count, doubles);
            String where = where(sample, index + bad);
            throw new EngineException(
                    Fault.DATASET_MISMATCH,
                    "Array '" + array + "' (" + reader.type() + ") holds " + text(doubles[bad]) + " at " + where
                            + ", which the input's type " + to + " can't hold"
                            + (normalization == null ? "" : " after preprocessing"),
                    List.of(new EngineException.Detail(
                            array, text(doubles[bad]) + " at " + where + " does not fit " + to)));
        }
    }

    private void checkFinite(int count, long sample, long index) {
        if (!reader.type().isFloatingPoint()) {
            return;
        }
        for (int i = 0; i < count; i++) {
            if (!Double.isFinite(doubles[i])) {
                throw notFinite(array, doubles[i], where(sample, index + i));
            }
        }
    }

    /** The refusal of a NaN or an infinity. */
    public static EngineException notFinite(String array, double value, String where) {
        return new EngineException(
                Fault.DATASET_NOT_FINITE,
                "Array '" + array + "' holds " + value + " at " + where,
                List.of(new EngineException.Detail(array, value + " at " + where)));
    }

    private void normalize(int count, long index) {
        if (normalization == null) {
            return;
        }
        for (int i = 0; i < count; ) {
            int channel = normalization.channel(index + i);
            int end = i + normalization.run(index + i, count - i);
            for (; i < end; i++) {
                doubles[i] = normalization.apply(doubles[i], channel);
            }
        }
    }

    private void lookUp(float[] values, byte[] source, int count, long index, ByteBuffer out) {
        for (int i = 0; i < count; ) {
            int base = normalization == null ? 0 : 256 * normalization.channel(index + i);
            int end = i + (normalization == null ? count - i : normalization.run(index + i, count - i));
            for (; i < end; i++) {
                out.putFloat(values[base + Byte.toUnsignedInt(source[i])]);
            }
        }
    }

    /** What each byte becomes in each channel; null where one overflows, which is then found where it stands. */
    private static float @Nullable [] table(@Nullable Normalization normalization) {
        int channels = normalization == null ? 1 : normalization.channels();
        float[] values = new float[256 * channels];
        for (int i = 0; i < values.length; i++) {
            values[i] = normalization == null ? i : (float) normalization.apply(i % 256, i / 256);
            if (!Float.isFinite(values[i])) {
                return null;
            }
        }
        return values;
    }

    private static String text(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    private String where(long sample, long index) {
        List<Long> position = new ArrayList<>();
        long left = index;
        for (long d : sampleShape.reversed()) {
            position.addFirst(left % d);
            left /= d;
        }
        return "sample " + sample + (position.isEmpty() ? "" : ", index " + position);
    }
}
