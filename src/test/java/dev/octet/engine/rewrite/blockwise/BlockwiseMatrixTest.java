package dev.octet.engine.rewrite.blockwise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octet.engine.scheme.BlockFormat;
import dev.octet.engine.scheme.QuantType;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

/** The packed bytes, worked out by hand from the operators' specification. */
class BlockwiseMatrixTest {

    private static byte[] bytes(dev.octet.engine.graph.Tensor tensor) {
        return tensor.data().toArray(ValueLayout.JAVA_BYTE);
    }

    /** Two rows of 18 weights in blocks of 16: integer c modulo 16, the row's number added. */
    private static BlockwiseMatrix matrix(QuantType type) {
        BlockFormat format = new BlockFormat(type, 16);
        BlockwiseMatrix matrix = new BlockwiseMatrix(format, 2, 18);
        for (int r = 0; r < 2; r++) {
            BlockRow row = new BlockRow(format, 18);
            row.setEncoding(0, 0.5f, 8);
            row.setEncoding(1, 2, 3 + r);
            for (int c = 0; c < 18; c++) {
                int q = (c + r) % 16;
                row.round(c, (q - (c < 16 ? 8 : 3 + r)) * (c < 16 ? 0.5f : 2));
            }
            matrix.set(r, row);
        }
        return matrix;
    }

    @Test
    void fourBitsGoLowHalfFirstAndEachRowBeginsAByteOfZeroPoints() {
        BlockwiseMatrix matrix = matrix(QuantType.UINT4);
        assertThat(matrix.integers().toString()).isEqualTo("UINT8[2,2,8]");
        assertThat(bytes(matrix.integers()))
                .containsExactly(
                        0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe, // row 0, block 0: 0 1 2 ... 15
                        0x10, 0x33, 0x33, 0x33, 0x33, 0x33, 0x33, 0x33, // row 0, block 1: 0 1, filled with zero point 3
                        0x21, 0x43, 0x65, 0x87, 0xa9, 0xcb, 0xed, 0x0f, // row 1, block 0: 1 2 3 ... 15 0
                        0x21, 0x44, 0x44, 0x44, 0x44, 0x44, 0x44, 0x44);
        assertThat(matrix.zeroPoints().toString()).isEqualTo("UINT8[2,1]");
        assertThat(bytes(matrix.zeroPoints())).containsExactly(0x38, 0x48);
        assertThat(matrix.scales().toFloats()).containsExactly(0.5f, 2, 0.5f, 2);
    }

    @Test
    void eightBitsGoAByteEach() {
        BlockwiseMatrix matrix = matrix(QuantType.UINT8);
        assertThat(matrix.integers().toString()).isEqualTo("UINT8[2,2,16]");
        assertThat(bytes(matrix.integers()))
                .startsWith(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 3, 3, 3)
                .endsWith(1, 2, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4);
        assertThat(bytes(matrix.zeroPoints())).containsExactly(8, 3, 8, 4);
    }

    @Test
    void anOddNumberOfBlocksLeavesTheLastHalfByteOfARowEmpty() {
        BlockFormat format = new BlockFormat(QuantType.UINT4, 16);
        BlockwiseMatrix matrix = new BlockwiseMatrix(format, 2, 48);
        for (int r = 0; r < 2; r++) {
            BlockRow row = new BlockRow(format, 48);
            for (int b = 0; b < 3; b++) {
                row.setEncoding(b, 1, 4 * r + b + 1);
            }
            matrix.set(r, row);
        }
        assertThat(bytes(matrix.zeroPoints())).containsExactly(0x21, 0x03, 0x65, 0x07);
    }

    @Test
    void rowsComeBackAsWhatTheirIntegersMean() {
        for (QuantType type : new QuantType[] {QuantType.UINT4, QuantType.UINT8}) {
            float[] row = matrix(type).dequantized(1);
            assertThat(row).hasSize(18);
            assertThat(row[0]).isEqualTo(-3.5f);
            assertThat(row[14]).isEqualTo(3.5f);
            assertThat(row[15]).isEqualTo(-4);
            assertThat(row[16]).isEqualTo(-6);
            assertThat(row[17]).isEqualTo(-4);
        }
    }

    @Test
    void itsSizeIsThatOfItsParts() {
        for (QuantType type : new QuantType[] {QuantType.UINT4, QuantType.UINT8}) {
            BlockwiseMatrix matrix = matrix(type);
            assertThat(matrix.bytes())
                    .isEqualTo(matrix.integers().data().byteSize()
                            + matrix.scales().data().byteSize()
                            + matrix.zeroPoints().data().byteSize());
        }
    }

    @Test
    void encodingsThatCannotBeStoredAreRefused() {
        BlockRow row = new BlockRow(new BlockFormat(QuantType.UINT4, 16), 16);
        assertThatThrownBy(() -> row.setEncoding(0, 0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> row.setEncoding(0, Float.NaN, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> row.setEncoding(0, 1, 16)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BlockFormat(QuantType.UINT4, 24)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BlockFormat(QuantType.INT4, 32)).isInstanceOf(IllegalArgumentException.class);
    }
}
