package dev.octet.engine.algorithm.blockwise;

import dev.octet.engine.rewrite.blockwise.BlockRow;
import org.jspecify.annotations.Nullable;

/**
 * Scale and zero point of one block, with what they lose.
 *
 * @param scale above 0
 * @param zeroPoint within the integer type
 * @param error sum of importance times squared error with every weight rounded to its nearest level
 */
record BlockEncoding(float scale, int zeroPoint, double error) {

    /** The encoding with its error; one of infinite error where it could not stand for the range of its levels. */
    static BlockEncoding of(
            double scale, int zeroPoint, float[] row, int from, int to, double @Nullable [] importance, int top) {
        float single = (float) scale;
        boolean usable = single >= Float.MIN_NORMAL
                && Float.isFinite(single)
                && zeroPoint >= 0
                && zeroPoint <= top
                && Float.isFinite(single * Math.max(zeroPoint, top - zeroPoint));
        return new BlockEncoding(
                single,
                zeroPoint,
                usable ? error(single, zeroPoint, row, from, to, importance, top) : Double.POSITIVE_INFINITY);
    }

    BlockEncoding better(BlockEncoding other) {
        return other.error < error ? other : this;
    }

    private static double error(
            float scale, int zeroPoint, float[] row, int from, int to, double @Nullable [] importance, int top) {
        double error = 0;
        for (int i = from; i < to; i++) {
            int q = BlockRow.nearest(row[i], scale, zeroPoint, top);
            double e = row[i] - (q - zeroPoint) * (double) scale;
            error += importance == null ? e * e : importance[i] * e * e;
        }
        return error;
    }
}
