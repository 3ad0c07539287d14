package dev.octet.engine.algorithm.blockwise;

import dev.octet.engine.rewrite.blockwise.BlockRow;
import java.util.Arrays;

/**
 * GPTQ: the error of each rounded weight is made up for by the weights still to be rounded.
 *
 * <p>E. Frantar, S. Ashkboos, T. Hoefler, D. Alistarh, "GPTQ: Accurate Post-Training Quantization for Generative Pre-trained
 * Transformers", 2022, arXiv 2210.17323. It lowers {@code ||W X - Q X||²} for the layer's own inputs X: column k of W is rounded as
 *
 * <pre>
 * q[k] = round(w[k] - sum over j before k of (q[j] - w[j]) U[j,k]),   X Xᵀ = (I + U) D (I + U)ᵀ
 * </pre>
 *
 * <p>Columns go in order of falling input energy. Scales and zero points are set before the first column is rounded (static groups), so
 * blocks stay as they lie: those of half-quadratic quantization, errors weighed by input energy.
 */
public final class Gptq implements BlockMethod {

    private final BlockFitter fitter = new HalfQuadratic();
    private final FeedbackFactor factor;

    private Gptq(FeedbackFactor factor) {
        this.factor = factor;
    }

    /** For a layer whose inputs have the Gram matrix {@code gram}. */
    public static Gptq of(GramMatrix gram, Workers workers) {
        return new Gptq(FeedbackFactor.of(gram, workers));
    }

    @Override
    public void encode(float[][] rows, BlockRow[] out) {
        int count = rows.length;
        for (int r = 0; r < count; r++) {
            fitter.fit(rows[r], factor.energy(), out[r]);
        }
        double[][] errors = new double[factor.columns()][count];
        double[] carried = new double[count];
        for (int k = 0; k < factor.columns(); k++) {
            carry(errors, factor.feedback(k), k, carried);
            int column = factor.column(k);
            for (int r = 0; r < count; r++) {
                double rounded = out[r].round(column, rows[r][column] - carried[r]);
                errors[k][r] = rounded - rows[r][column];
            }
        }
    }

    /** {@code carried[r] = sum over j < k of errors[j][r] feedback[j]}. */
    private static void carry(double[][] errors, double[] feedback, int k, double[] carried) {
        Arrays.fill(carried, 0);
        int j = 0;
        for (; j + 4 <= k; j += 4) {
            GramMatrix.addScaled(
                    carried,
                    carried.length,
                    feedback[j],
                    errors[j],
                    feedback[j + 1],
                    errors[j + 1],
                    feedback[j + 2],
                    errors[j + 2],
                    feedback[j + 3],
                    errors[j + 3]);
        }
        for (; j < k; j++) {
            for (int r = 0; r < carried.length; r++) {
                carried[r] += feedback[j] * errors[j][r];
            }
        }
    }
}
