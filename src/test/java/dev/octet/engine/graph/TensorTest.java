package dev.octet.engine.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octet.engine.scheme.ElementType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class TensorTest {

    private static Tensor of(ElementType type, ByteBuffer bytes, long... dims) {
        byte[] content = new byte[bytes.capacity()];
        bytes.get(0, content);
        return Tensor.of(type, dims, MemorySegment.ofArray(content));
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void keepsFloatsBitForBit() {
        float[] values = {1.5f, -0f, Float.NaN, Float.POSITIVE_INFINITY, Float.MIN_VALUE};
        assertThat(Tensor.ofFloats(values, 5).toFloats()).isEqualTo(values);
    }

    @Test
    void widensOrRoundsOtherFloatingPointTypes() {
        assertThat(of(ElementType.FLOAT16, little(4).putShort((short) 0x3C00).putShort((short) 0xC000), 2)
                        .toFloats())
                .containsExactly(1f, -2f);
        assertThat(of(ElementType.BFLOAT16, little(4).putShort((short) 0x3F80).putShort((short) 0xFF80), 2)
                        .toFloats())
                .containsExactly(1f, Float.NEGATIVE_INFINITY);
        assertThat(of(ElementType.DOUBLE, little(8).putDouble(0.1), 1).toFloats())
                .containsExactly(0.1f);
    }

    @Test
    void readsIntegersOfEveryWidthWithTheirSign() {
        assertThat(of(ElementType.INT8, little(2).put((byte) -128).put((byte) 127), 2)
                        .toLongs())
                .containsExactly(-128, 127);
        assertThat(of(ElementType.UINT8, little(1).put((byte) -1), 1).toLongs()).containsExactly(255);
        assertThat(of(ElementType.INT16, little(2).putShort((short) -2), 1).toLongs())
                .containsExactly(-2);
        assertThat(of(ElementType.UINT16, little(2).putShort((short) -2), 1).toLongs())
                .containsExactly(65_534);
        assertThat(of(ElementType.INT32, little(4).putInt(-3), 1).toLongs()).containsExactly(-3);
        assertThat(of(ElementType.UINT32, little(4).putInt(-3), 1).toLongs()).containsExactly(4_294_967_293L);
        assertThat(of(ElementType.INT64, little(8).putLong(Long.MIN_VALUE), 1).toLongs())
                .containsExactly(Long.MIN_VALUE);
        assertThat(of(ElementType.BOOL, little(2).put((byte) 1), 2).toLongs()).containsExactly(1, 0);
    }

    @Test
    void readsTwoNibblesFromEachByteLowHalfFirst() {
        ByteBuffer bytes = little(2).put((byte) 0x8F).put((byte) 0x07);
        assertThat(of(ElementType.INT4, bytes, 3).toLongs()).containsExactly(-1, -8, 7);
        assertThat(of(ElementType.UINT4, bytes, 3).toLongs()).containsExactly(15, 8, 7);
    }

    @Test
    void allowsScalarsAndEmptyTensors() {
        assertThat(Tensor.ofLongs(new long[] {7}).rank()).isZero();
        assertThat(Tensor.ofFloats(new float[0], 0, 3).elements()).isZero();
        assertThat(Tensor.ofFloats(new float[0], 0, 3).toFloats()).isEmpty();
    }

    @Test
    void refusesDataThatDoesNotFitTheDimensions() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.ofFloats(new float[3], 2, 2))
                .withMessageContaining("FLOAT[2, 2] takes 16 bytes, given 12");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.ofStrings(new long[] {2}, List.of(Bytes.utf8("a"))));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.ofFloats(new float[4], 4).reshaped(3));
    }

    @Test
    void refusesNegativeAndOverflowingDimensions() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.bytes(ElementType.FLOAT, 2, -1))
                .withMessageContaining("negative dimension");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.bytes(ElementType.FLOAT, 1L << 32, 1L << 31))
                .withMessageContaining("too large");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.bytes(ElementType.FLOAT, Long.MAX_VALUE))
                .withMessageContaining("too large");
    }

    @Test
    void canNotBeWrittenToAndCanAlwaysBeHadAsBuffer() {
        Tensor tensor = Tensor.ofFloats(new float[] {1}, 1);
        assertThat(tensor.data().isReadOnly()).isTrue();
        assertThat(tensor.data().asByteBuffer().remaining()).isEqualTo(4);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.of(ElementType.FLOAT, new long[] {1}, MemorySegment.ofArray(new float[1])));
    }

    @Test
    void saysWhichTensorIsOfAnotherKindThanAskedFor() {
        assertThatThrownBy(() -> Tensor.ofLongs(new long[1], 1).toFloats()).hasMessageContaining("INT64[1]");
        assertThatThrownBy(() -> Tensor.ofFloats(new float[1], 1).toLongs()).hasMessageContaining("FLOAT[1]");
        assertThatThrownBy(() -> Tensor.ofFloats(new float[1], 1).strings()).hasMessageContaining("FLOAT[1]");
    }
}
