package dev.octet.engine.rewrite.blockwise;

import dev.octet.engine.scheme.BlockFormat;

/**
 * One output channel's weights in blocks, while they are chosen: integers, scales, zero points.
 *
 * <p>Mutable and reused from channel to channel.
 */
public final class BlockRow {

    private final BlockFormat format;
    private final int columns;
    private final int[] integers;
    private final float[] scales;
    private final int[] zeroPoints;

    /** An empty row of {@code columns} weights. */
    public BlockRow(BlockFormat format, int columns) {
        this.format = format;
        this.columns = columns;
        int blocks = format.blocks(columns);
        this.integers = new int[blocks * format.blockSize()];
        this.scales = new float[blocks];
        this.zeroPoints = new int[blocks];
    }

    public BlockFormat format() {
        return format;
    }

    /** Number of weights, without what fills up the last block. */
    public int columns() {
        return columns;
    }

    public int blocks() {
        return scales.length;
    }

    /** The block that weight {@code column} belongs to. */
    public int blockOf(int column) {
        return column / format.blockSize();
    }

    /** The end of the weights of {@code block}, exclusive. */
    public int end(int block) {
        return Math.min(columns, (block + 1) * format.blockSize());
    }

    public float scale(int block) {
        return scales[block];
    }

    public int zeroPoint(int block) {
        return zeroPoints[block];
    }

    public int integer(int column) {
        return integers[column];
    }

    /**
     * Sets what {@code block} is encoded with, and its filling to zeros.
     *
     * @throws IllegalArgumentException where the scale is not a positive finite number or the zero point not in the type
     */
    public void setEncoding(int block, float scale, int zeroPoint) {
        if (!(scale > 0) || !Float.isFinite(scale) || zeroPoint < 0 || zeroPoint > format.top()) {
            throw new IllegalArgumentException("scale " + scale + ", zero point " + zeroPoint + " of block " + block);
        }
        scales[block] = scale;
        zeroPoints[block] = zeroPoint;
        for (int i = end(block); i < (block + 1) * format.blockSize(); i++) {
            integers[i] = zeroPoint;
        }
    }

    /** Rounds {@code value} to the nearest level of its block, keeps that and returns what it stands for. */
    public float round(int column, double value) {
        int block = blockOf(column);
        integers[column] = nearest(value, scales[block], zeroPoints[block], format.top());
        return dequantized(column);
    }

    /** The real value that the integer at {@code column} stands for. */
    public float dequantized(int column) {
        int block = blockOf(column);
        return (integers[column] - zeroPoints[block]) * scales[block];
    }

    /** {@code clamp(round_half_even(value / scale) + zeroPoint, 0, top)}. */
    public static int nearest(double value, double scale, double zeroPoint, int top) {
        double level = Math.rint(value / scale + zeroPoint);
        return level <= 0 ? 0 : level >= top ? top : (int) level;
    }
}
