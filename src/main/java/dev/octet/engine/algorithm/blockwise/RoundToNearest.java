package dev.octet.engine.algorithm.blockwise;

import dev.octet.engine.rewrite.blockwise.BlockRow;

/** Rounds each weight to the nearest level of its block. */
public final class RoundToNearest implements BlockMethod {

    private final BlockFitter fitter;

    private RoundToNearest(BlockFitter fitter) {
        this.fitter = fitter;
    }

    /** With ranges clipped to the least squared error. */
    public static RoundToNearest clipped() {
        return new RoundToNearest(new ClippedRange());
    }

    /** With scales and zero points of half-quadratic quantization (Badri and Shaji 2023). */
    public static RoundToNearest halfQuadratic() {
        return new RoundToNearest(new HalfQuadratic());
    }

    @Override
    public void encode(float[][] rows, BlockRow[] out) {
        for (int r = 0; r < rows.length; r++) {
            fitter.fit(rows[r], null, out[r]);
            for (int c = 0; c < rows[r].length; c++) {
                out[r].round(c, rows[r][c]);
            }
        }
    }
}
