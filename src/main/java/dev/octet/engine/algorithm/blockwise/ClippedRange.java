package dev.octet.engine.algorithm.blockwise;

import org.jspecify.annotations.Nullable;

/**
 * The block's range, from its smallest to its largest weight and including zero, shrunk to where the squared error is least.
 *
 * <p>With q in 0..top: {@code scale = r (max - min) / top} and {@code zeroPoint = round(-min top / (max - min))}, where r runs from
 * 1 down to {@value #LEAST_RATIO}. Shrinking clips the outermost weights and brings the levels of all others closer. A block whose
 * range is below what a float can divide into levels stands for zeros.
 */
final class ClippedRange implements BlockFitter {

    private static final int STEPS = 20;
    private static final double LEAST_RATIO = 0.6;

    @Override
    public BlockEncoding fit(float[] row, int from, int to, double @Nullable [] importance, int top) {
        double min = 0;
        double max = 0;
        for (int i = from; i < to; i++) {
            min = Math.min(min, row[i]);
            max = Math.max(max, row[i]);
        }
        double whole = (max - min) / top;
        if (whole < Float.MIN_NORMAL / LEAST_RATIO) {
            return BlockEncoding.of(1, 0, row, from, to, importance, top);
        }
        int zeroPoint = (int) Math.rint(-min / whole);
        BlockEncoding best = BlockEncoding.of(whole, zeroPoint, row, from, to, importance, top);
        for (int step = 1; step <= STEPS && best.error() > 0; step++) {
            double ratio = 1 - step * (1 - LEAST_RATIO) / STEPS;
            best = best.better(BlockEncoding.of(ratio * whole, zeroPoint, row, from, to, importance, top));
        }
        return best;
    }
}
