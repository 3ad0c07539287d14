package dev.octet.engine.scheme;

/**
 * How block-wise weights are stored: integer type and block length.
 *
 * <p>Weights of one output channel that follow each other share a scale and a zero point, {@code blockSize} of them; ONNX calls it
 * blocked quantization. A value is {@code (q - zeroPoint) * scale} with q and zero point in {@code type}. The last block of a
 * channel is filled up where the channel's length is no multiple of the block's.
 *
 * @param type UINT4 or UINT8: what ONNX Runtime's block-wise kernels read
 * @param blockSize weights a block, a power of two, 16 to 256
 */
public record BlockFormat(QuantType type, int blockSize) {

    public BlockFormat {
        if (type != QuantType.UINT4 && type != QuantType.UINT8) {
            throw new IllegalArgumentException("blocks of " + type);
        }
        if (blockSize < 16 || blockSize > 256 || Integer.bitCount(blockSize) != 1) {
            throw new IllegalArgumentException("blocks of " + blockSize + " weights");
        }
    }

    public int bits() {
        return type.bits();
    }

    /** The largest integer, 15 or 255; the smallest is 0. */
    public int top() {
        return type.max();
    }

    /** Number of blocks that {@code length} weights take. */
    public int blocks(int length) {
        return Math.ceilDiv(length, blockSize);
    }

    /** Bytes of one block's integers. */
    public int blockBytes() {
        return blockSize * bits() / 8;
    }

    /** Bytes of the zero points of one channel of {@code blocks} blocks; each channel starts a new byte. */
    public int zeroPointBytes(int blocks) {
        return Math.ceilDiv(blocks * bits(), 8);
    }

    /** Bytes of a matrix of {@code rows} channels of {@code columns} weights: integers, scales and zero points. */
    public long bytes(long rows, int columns) {
        int blocks = blocks(columns);
        return rows * (blocks * (blockBytes() + 4L) + zeroPointBytes(blocks));
    }

    /** Stable text, as plans and reports print it. */
    @Override
    public String toString() {
        return type + " in blocks of " + blockSize;
    }
}
