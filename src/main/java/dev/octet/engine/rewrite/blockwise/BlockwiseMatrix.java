package dev.octet.engine.rewrite.blockwise;

import dev.octet.engine.graph.Tensor;
import dev.octet.engine.scheme.BlockFormat;
import dev.octet.engine.scheme.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A matrix of weights in blocks, packed as ONNX Runtime's block-wise kernels read it.
 *
 * <p>A row is an output channel, or a row of a table. Integers are [rows, blocks, bytes a block], two 4-bit ones a byte, low half
 * first; scales [rows, blocks]; zero points [rows, bytes], packed in the same way, each row in bytes of its own (onnxruntime's
 * ContribOperators.md, com.microsoft.MatMulNBits).
 */
public final class BlockwiseMatrix {

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Above this the integers are kept outside of the heap. */
    private static final long HEAP_LIMIT_BYTES = 16L << 20;

    private final BlockFormat format;
    private final int rows;
    private final int columns;
    private final MemorySegment integers;
    private final MemorySegment scales;
    private final MemorySegment zeroPoints;

    /**
     * A matrix to be filled by {@link #set}, each row once.
     *
     * @param rows number of output channels
     * @param columns weights of each
     */
    public BlockwiseMatrix(BlockFormat format, int rows, int columns) {
        this.format = format;
        this.rows = rows;
        this.columns = columns;
        this.integers = allocate(Math.multiplyExact((long) rows * blocks(), format.blockBytes()));
        this.scales = allocate(4L * rows * blocks());
        this.zeroPoints = allocate((long) rows * format.zeroPointBytes(blocks()));
    }

    private static MemorySegment allocate(long bytes) {
        return bytes <= HEAP_LIMIT_BYTES
                ? MemorySegment.ofArray(new byte[(int) bytes])
                : Arena.ofAuto().allocate(bytes, Double.BYTES);
    }

    public BlockFormat format() {
        return format;
    }

    public int rows() {
        return rows;
    }

    public int columns() {
        return columns;
    }

    /** Blocks of one row. */
    public int blocks() {
        return format.blocks(columns);
    }

    /** Bytes of integers, scales and zero points. */
    public long bytes() {
        return format.bytes(rows, columns);
    }

    /** Packs {@code row} as the matrix's row {@code index}; safe from several threads for different rows. */
    public void set(int index, BlockRow row) {
        int blocks = blocks();
        int length = blocks * format.blockSize();
        put(integers, (long) index * blocks * format.blockBytes(), length, row::integer);
        put(zeroPoints, (long) index * format.zeroPointBytes(blocks), blocks, row::zeroPoint);
        for (int b = 0; b < blocks; b++) {
            scales.setAtIndex(FLOAT, (long) index * blocks + b, row.scale(b));
        }
    }

    private interface Source {
        int at(int i);
    }

    private void put(MemorySegment to, long offset, int count, Source source) {
        int perByte = 8 / format.bits();
        for (int i = 0; i < count; i += perByte) {
            int packed = 0;
            for (int j = 0; j < perByte && i + j < count; j++) {
                packed |= source.at(i + j) << (j * format.bits());
            }
            to.set(ValueLayout.JAVA_BYTE, offset + i / perByte, (byte) packed);
        }
    }

    /** The real values that row {@code index} stands for. */
    public float[] dequantized(int index) {
        int blocks = blocks();
        long first = (long) index * blocks * format.blockBytes();
        long zero = (long) index * format.zeroPointBytes(blocks);
        float[] values = new float[columns];
        for (int i = 0; i < columns; i++) {
            int block = i / format.blockSize();
            float scale = scales.getAtIndex(FLOAT, (long) index * blocks + block);
            values[i] = (at(integers, first, i) - at(zeroPoints, zero, block)) * scale;
        }
        return values;
    }

    private int at(MemorySegment packed, long offset, int i) {
        int perByte = 8 / format.bits();
        int shift = i % perByte * format.bits();
        return packed.get(ValueLayout.JAVA_BYTE, offset + i / perByte) >> shift & format.top();
    }

    /** The integers as UINT8 [rows, blocks, bytes a block], for MatMulNBits. */
    public Tensor integers() {
        return Tensor.of(ElementType.UINT8, new long[] {rows, blocks(), format.blockBytes()}, integers);
    }

    /** The scales as FLOAT [rows, blocks]. */
    public Tensor scales() {
        return Tensor.of(ElementType.FLOAT, new long[] {rows, blocks()}, scales);
    }

    /** The zero points as UINT8 [rows, bytes]. */
    public Tensor zeroPoints() {
        return Tensor.of(ElementType.UINT8, new long[] {rows, format.zeroPointBytes(blocks())}, zeroPoints);
    }

    @Override
    public String toString() {
        return rows + " x " + columns + " " + format;
    }
}
