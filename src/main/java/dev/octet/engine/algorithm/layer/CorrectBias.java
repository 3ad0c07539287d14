package dev.octet.engine.algorithm.layer;

import dev.octet.engine.algorithm.Activations;
import dev.octet.engine.algorithm.Corrected;
import dev.octet.engine.graph.Model;
import dev.octet.engine.plan.QuantizationPlan;
import java.util.Optional;

/**
 * Takes the mean error that quantization gives a layer's outputs back in its bias.
 *
 * <pre>
 * b'[o] = b[o] + W[o] E[x] - W'[o] E[x']
 * </pre>
 *
 * W, x: weights and input of the float model; W', x': of the quantized one, so that each layer also makes up for the shift that those
 * before it left. Means are over calibration samples and positions, on the very same positions in both models.
 *
 * <p>Nagel, van Baalen, Blankevoort, Welling: Data-Free Quantization Through Weight Equalization and Bias Correction, 2019 (arXiv
 * 1906.04721), section 4.2 and appendix D (empirical bias correction).
 */
public final class CorrectBias {

    private CorrectBias() {}

    /** The model with corrected biases: a Conv or Gemm without one gets one; of a MatMul that of the Add behind it. */
    public static Corrected perform(Model model, QuantizationPlan plan, Activations activations) {
        return CorrectLayers.perform(model, plan, activations, Optional.empty());
    }
}
