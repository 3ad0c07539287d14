package dev.octet.engine.data.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CastTest {

    private static final ByteOrder BIG = ByteOrder.BIG_ENDIAN;

    private static byte[] stored(ElementType type, ByteOrder order, String value) {
        byte[] bytes = new byte[type.bits() / 8];
        ByteBuffer out = ByteBuffer.wrap(bytes).order(order);
        switch (type) {
            case FLOAT -> out.putFloat(Float.parseFloat(value));
            case DOUBLE -> out.putDouble(Double.parseDouble(value));
            case FLOAT16 -> out.putShort(Float.floatToFloat16(Float.parseFloat(value)));
            case INT64 -> out.putLong(Long.parseLong(value));
            case UINT64 -> out.putLong(Long.parseUnsignedLong(value));
            case INT32, UINT32 -> out.putInt((int) Long.parseLong(value));
            case INT16, UINT16 -> out.putShort((short) Long.parseLong(value));
            default -> out.put((byte) Long.parseLong(value));
        }
        return bytes;
    }

    private static String loaded(ElementType type, ByteBuffer in) {
        return switch (type) {
            case FLOAT -> Float.toString(in.getFloat());
            case DOUBLE -> Double.toString(in.getDouble());
            case FLOAT16 -> Float.toString(Float.float16ToFloat(in.getShort()));
            case INT64 -> Long.toString(in.getLong());
            case UINT64 -> Long.toUnsignedString(in.getLong());
            case INT32 -> Integer.toString(in.getInt());
            case UINT32 -> Integer.toUnsignedString(in.getInt());
            case INT16 -> Short.toString(in.getShort());
            case UINT16 -> Integer.toString(Short.toUnsignedInt(in.getShort()));
            case UINT8 -> Integer.toString(Byte.toUnsignedInt(in.get()));
            default -> Byte.toString(in.get());
        };
    }

    private static String cast(ElementType from, String value, ElementType to, @Nullable Normalization step) {
        Cast cast = new Cast("x", List.of(2L, 4L), new ElementReader(from, BIG), to, step);
        ByteBuffer out = ByteBuffer.allocateDirect(to.bits() / 8).order(ByteOrder.nativeOrder());
        cast.convert(stored(from, BIG, value), 1, 7, 5, out);
        return loaded(to, out.flip());
    }

    private static EngineException refusal(ElementType from, String value, ElementType to) {
        EngineException e = catchThrowableOfType(EngineException.class, () -> cast(from, value, to, null));
        assertThat(e).as("%s %s as %s is refused", from, value, to).isNotNull();
        return e;
    }

    @ParameterizedTest
    @CsvSource({
        "UINT8,255,FLOAT,255.0",
        "UINT8,255,UINT8,255",
        "INT8,-128,FLOAT,-128.0",
        "FLOAT16,0.5,FLOAT,0.5",
        "FLOAT16,-65504,FLOAT,-65504.0",
        "DOUBLE,0.1,FLOAT,0.1",
        "FLOAT,0.1,FLOAT,0.1",
        "FLOAT,1.5,DOUBLE,1.5",
        "FLOAT,65504,FLOAT16,65504.0",
        "INT64,9223372036854775807,INT64,9223372036854775807",
        "INT64,-9223372036854775808,INT64,-9223372036854775808",
        "INT64,9007199254740993,INT64,9007199254740993",
        "UINT64,18446744073709551615,UINT64,18446744073709551615",
        "UINT64,18446744073709551615,FLOAT,1.8446744E19",
        "UINT64,9223372036854777856,DOUBLE,9.223372036854778E18",
        "INT64,-1,INT32,-1",
        "INT32,4,INT64,4",
        "UINT32,4294967295,INT64,4294967295",
        "UINT16,65535,UINT32,65535",
        "INT64,127,INT8,127",
        "INT64,1,BOOL,1",
        "BOOL,2,FLOAT,1.0",
        "BOOL,2,INT64,1",
        "FLOAT,3,INT64,3",
        "DOUBLE,-3,INT8,-3",
        "DOUBLE,9223372036854775808,UINT64,9223372036854775808",
        "DOUBLE,-9223372036854775808,INT64,-9223372036854775808",
        "FLOAT,-0.0,UINT8,0"
    })
    void valuesThatFitAreCast(ElementType from, String value, ElementType to, String expected) {
        assertThat(cast(from, value, to, null)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "INT64,2147483648,INT32",
        "INT64,-1,UINT8",
        "INT64,256,UINT8",
        "INT64,-129,INT8",
        "INT64,2,BOOL",
        "INT64,-1,UINT64",
        "UINT64,9223372036854775808,INT64",
        "INT32,65536,UINT16",
        "INT32,-1,UINT32",
        "FLOAT,0.5,INT64",
        "FLOAT,9223372036854775808,INT64",
        "DOUBLE,18446744073709551616,UINT64",
        "DOUBLE,-1,UINT64",
        "DOUBLE,1e300,FLOAT",
        "FLOAT,70000,FLOAT16",
        "INT32,70000,FLOAT16"
    })
    void valuesThatDoNotFitAreRefusedNamingWhere(ElementType from, String value, ElementType to) {
        EngineException e = refusal(from, value, to);
        assertThat(e.fault()).isEqualTo(Fault.DATASET_MISMATCH);
        assertThat(e.getMessage())
                .contains("'x' (" + from + ")")
                .contains("sample 7, index [1, 1]")
                .contains("type " + to);
    }

    @ParameterizedTest
    @CsvSource({"FLOAT,NaN", "FLOAT,Infinity", "DOUBLE,-Infinity", "FLOAT16,NaN", "FLOAT16,Infinity"})
    void nanAndInfinityAreRefusedWhateverTheInput(ElementType from, String value) {
        for (ElementType to : List.of(ElementType.FLOAT, ElementType.INT64, ElementType.FLOAT16, ElementType.BOOL)) {
            EngineException e = refusal(from, value, to);
            assertThat(e.fault()).isEqualTo(Fault.DATASET_NOT_FINITE);
            assertThat(e.getMessage()).contains("'x' holds " + value + " at sample 7, index [1, 1]");
        }
    }

    @Test
    void wholeNumbersOfTheSameTypeComeThroughInEitherByteOrder() {
        for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, BIG)) {
            Cast cast =
                    new Cast("x", List.of(2L), new ElementReader(ElementType.INT32, order), ElementType.INT32, null);
            byte[] stored = new byte[8];
            ByteBuffer.wrap(stored).order(order).putInt(Integer.MIN_VALUE).putInt(77);
            ByteBuffer out = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
            cast.convert(stored, 2, 0, 0, out);
            assertThat(out.getInt(0)).isEqualTo(Integer.MIN_VALUE);
            assertThat(out.getInt(4)).isEqualTo(77);
        }
    }

    @Test
    void bytesLookedUpEqualBytesComputed() {
        long seed = 20261124;
        Random random = new Random(seed);
        byte[] pixels = new byte[600];
        random.nextBytes(pixels);
        for (long inner : new long[] {1, 7, 100}) {
            Normalization step =
                    new Normalization(1 / 255.0, List.of(.485, .456, .406), List.of(.229, .224, .225), 3, inner);
            ByteBuffer looked = ByteBuffer.allocate(2400).order(ByteOrder.nativeOrder());
            new Cast("x", List.of(600L), new ElementReader(ElementType.UINT8, BIG), ElementType.FLOAT, step)
                    .convert(pixels, 600, 0, 11, looked);
            for (int i = 0; i < 600; i++) {
                int c = (int) ((i + 11) / inner % 3);
                float expected = (float) step.apply(Byte.toUnsignedInt(pixels[i]), c);
                assertThat(looked.getFloat(4 * i))
                        .as("seed %d, element %d", seed, i)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void aNormalizationThatOverflowsIsRefused() {
        Normalization step = new Normalization(1e300, List.of(), List.of(1e-300), 1, 1);
        for (ElementType from : List.of(ElementType.UINT8, ElementType.FLOAT)) {
            assertThat(cast(from, "0", ElementType.FLOAT, step)).isEqualTo("0.0");
            EngineException e =
                    catchThrowableOfType(EngineException.class, () -> cast(from, "3", ElementType.FLOAT, step));
            assertThat(e.getMessage()).contains("after preprocessing");
        }
    }

    @Test
    void oneMeanServesAllChannels() {
        Normalization step = new Normalization(2, List.of(1.0), List.of(), 3, 1);
        assertThat(cast(ElementType.INT32, "5", ElementType.FLOAT, step)).isEqualTo("9.0");
    }

    @ParameterizedTest
    @EnumSource(ElementType.class)
    void whatMayFailIsWhatSomeValueDoesNotFit(ElementType to) {
        if (!ElementWriter.writes(to)) {
            return;
        }
        assertThat(Cast.mayFail(ElementType.FLOAT, to)).isEqualTo(to != ElementType.FLOAT && to != ElementType.DOUBLE);
        assertThat(Cast.mayFail(to, to)).isFalse();
    }
}
