package dev.octet.engine.algorithm.blockwise;

import dev.octet.engine.rewrite.blockwise.BlockRow;
import org.jspecify.annotations.Nullable;

/**
 * Half-quadratic quantization: scale and zero point by proximal iteration, without data.
 *
 * <p>H. Badri, A. Shaji, "Half-Quadratic Quantization of Large Machine Learning Models", 2023. With residuals
 * {@code r = w - s (q - z)} it minimizes their p-norm, p = 0.7, so that a few outliers do not pull all levels, by splitting off a
 * sparse part e:
 *
 * <pre>
 * q = clamp(round(w / s + z))         e = shrink(w - s (q - z)),  shrink(x) = sign(x) max(0, |x| - |x|^(p-1) / beta)
 * z = mean(q - (w - e) / s)           beta = kappa beta
 * </pre>
 *
 * <p>Three things differ from the paper. Residuals are taken in units of the scale, so that beta means the same for every block.
 * The scale moves too, to its least-squares value for the z and q at hand. ONNX Runtime's fast kernels read integer zero points
 * only, so after each iteration both integers beside z are tried with the scale that fits them best, and the encoding of least
 * squared error is kept. It starts at {@link ClippedRange}'s encoding and at scales a tenth wider and narrower, and never ends with
 * a larger error than the former.
 */
final class HalfQuadratic implements BlockFitter {

    private static final double NORM = 0.7;
    private static final double KAPPA = 1.01;
    private static final int MOST_ITERATIONS = 10;
    private static final double SETTLED = 1e-3;

    /** Where the scale starts, in clipped ones: descent ends in the nearest dip, and there are several. */
    private static final double[] STARTS = {1, 1.12, 0.9};

    private final BlockFitter start = new ClippedRange();

    @Override
    public BlockEncoding fit(float[] row, int from, int to, double @Nullable [] importance, int top) {
        BlockEncoding clipped = start.fit(row, from, to, importance, top);
        if (clipped.error() == 0) {
            return clipped;
        }
        Block block = new Block(row, from, to, importance, top);
        BlockEncoding best = clipped;
        for (double ratio : STARTS) {
            best = block.refined(best, ratio * clipped.scale(), clipped.zeroPoint());
        }
        return best;
    }

    /** One block with the sums that its updates need. */
    private static final class Block {
        private final float[] row;
        private final int from;
        private final int to;
        private final double @Nullable [] importance;
        private final int top;

        Block(float[] row, int from, int to, double @Nullable [] importance, int top) {
            this.row = row;
            this.from = from;
            this.to = to;
            this.importance = importance;
            this.top = top;
        }

        BlockEncoding refined(BlockEncoding first, double startScale, double startZero) {
            BlockEncoding best = first;
            double scale = startScale;
            double zero = startZero;
            double beta = 1;
            for (int i = 0; i < MOST_ITERATIONS; i++) {
                double newZero = zero(scale, zero, beta);
                double newScale = scale(scale, zero, newZero, beta);
                if (!(newScale >= Float.MIN_NORMAL) || !Double.isFinite(newScale)) {
                    break;
                }
                int below = (int) Math.floor(Math.clamp(newZero, 0, top));
                best = best.better(fitted(newScale, below)).better(fitted(newScale, Math.min(top, below + 1)));
                if (Math.abs(newZero - zero) < SETTLED && Math.abs(newScale - scale) < SETTLED * scale) {
                    break;
                }
                zero = newZero;
                scale = newScale;
                beta *= KAPPA;
            }
            return best;
        }

        /** The zero point that the residuals less their sparse part ask for. */
        private double zero(double scale, double zero, double beta) {
            double sum = 0;
            double weight = 0;
            for (int i = from; i < to; i++) {
                double level = row[i] / scale;
                int q = BlockRow.nearest(row[i], scale, zero, top);
                double a = importance(i);
                sum += a * (q - (level - shrink(level - (q - zero), beta)));
                weight += a;
            }
            return weight > 0 ? sum / weight : zero;
        }

        /** The scale of least squares for the integers at the old encoding, the new zero point and the same sparse part. */
        private double scale(double scale, double zero, double newZero, double beta) {
            double product = 0;
            double square = 0;
            for (int i = from; i < to; i++) {
                double level = row[i] / scale;
                int q = BlockRow.nearest(row[i], scale, zero, top);
                double a = importance(i);
                double d = q - newZero;
                product += a * (level - shrink(level - (q - zero), beta)) * d;
                square += a * d * d;
            }
            return square > 0 ? scale * product / square : scale;
        }

        /** The encoding with an integer zero point and the scale of least squares for the integers that it gives. */
        private BlockEncoding fitted(double scale, int zeroPoint) {
            double product = 0;
            double square = 0;
            for (int i = from; i < to; i++) {
                double d = BlockRow.nearest(row[i], scale, zeroPoint, top) - zeroPoint;
                double a = importance(i);
                product += a * row[i] * d;
                square += a * d * d;
            }
            double fitting = square > 0 ? product / square : scale;
            return BlockEncoding.of(fitting, zeroPoint, row, from, to, importance, top);
        }

        private double importance(int i) {
            return importance == null ? 1 : importance[i];
        }
    }

    private static double shrink(double x, double beta) {
        double size = Math.abs(x);
        if (size * beta <= 0.5) {
            return 0;
        }
        return Math.signum(x) * Math.max(0, size - Math.pow(size, NORM - 1) / beta);
    }
}
