package dev.octet.engine.algorithm.layer;

import dev.octet.engine.algorithm.Activations;
import dev.octet.engine.algorithm.Corrected;
import dev.octet.engine.algorithm.solve.Cholesky;
import dev.octet.engine.algorithm.solve.Matrices;
import dev.octet.engine.graph.Model;
import dev.octet.engine.plan.QuantizationPlan;
import dev.octet.engine.rewrite.equalize.WeightLayout;
import dev.octet.engine.scheme.Encoding;
import java.util.Optional;

/**
 * Rounds the weights of each output channel one after the other, so that the errors of those before are made up for.
 *
 * <pre>
 * q[k] = round(w[k] - sum over j rounded before of (q[j] - w[j]) L[j,k] / L[k,k]),   E[(x - E x)(x - E x)ᵀ] = L Lᵀ
 * </pre>
 *
 * <p>x: what reaches the layer in the quantized model, patch by patch for a Conv. It lowers E[((q - w) (x - E x))²]; the mean that
 * is left is the bias' matter, which is corrected too. Frantar, Ashkboos, Hoefler, Alistarh: GPTQ, 2022 (arXiv 2210.17323), in the
 * form without an inverse (Chee et al., QuIP, 2023, arXiv 2307.13304, theorem 6), here on one grid an output channel. One percent of
 * the mean of the diagonal is added to it.
 *
 * <p>Preferred to AdaRound (Nagel et al. 2020, arXiv 2004.10568): the same objective in closed form, without gradient steps.
 */
public final class RoundWeights {

    private static final double DAMPING = 0.01;
    private static final double LEAST_DAMPING = 1e-12;

    private RoundWeights() {}

    /** The model with its weights moved to the grid points that they shall become, and corrected biases; encodings as they were. */
    public static Corrected perform(Model model, QuantizationPlan plan, Activations activations) {
        return CorrectLayers.perform(model, plan, activations, Optional.of(RoundWeights::rounded));
    }

    private static float[] rounded(float[] weights, WeightLayout layout, Encoding encoding, LayerRows reached) {
        int n = layout.perOutput();
        int perGroup = layout.outputs() / layout.groups();
        float[] rounded = weights.clone();
        double[] row = new double[n];
        for (int g = 0; g < layout.groups(); g++) {
            Optional<Cholesky> factor = Cholesky.of(covariance(reached, g * n, n), n);
            if (factor.isEmpty()) {
                continue;
            }
            for (int out = g * perGroup; out < (g + 1) * perGroup; out++) {
                int channel = out;
                for (int k = 0; k < n; k++) {
                    row[k] = weights[layout.index(out, k)];
                }
                double[] grid = factor.get().round(row, (_, w) -> GridPoints.nearest(w, channel, encoding));
                for (int k = 0; k < n; k++) {
                    rounded[layout.index(out, k)] = (float) grid[k];
                }
            }
        }
        return rounded;
    }

    private static double[] covariance(LayerRows rows, int from, int n) {
        double[] covariance = Matrices.squares(rows.centred(from, n, rows.means(from, n)), n);
        double trace = 0;
        for (int i = 0; i < n; i++) {
            trace += covariance[i * n + i];
        }
        for (int i = 0; i < n; i++) {
            covariance[i * n + i] += DAMPING * trace / n + LEAST_DAMPING;
        }
        return covariance;
    }
}
