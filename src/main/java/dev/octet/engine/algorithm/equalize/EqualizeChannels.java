package dev.octet.engine.algorithm.equalize;

import dev.octet.engine.algorithm.Activations;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Rewrite;
import dev.octet.engine.plan.Placement;
import dev.octet.engine.scheme.QuantizationSettings;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Evens out the ranges of the channels between layers, so that one encoding suits them all.
 *
 * <pre>
 * before:  x ─ Conv(W, b) ─ Relu ─ y ─ Conv(V, c) ─ z
 * after:   x ─ Conv(W / s, b / s) ─ Relu ─ y / s ─ Conv(V s, c) ─ z
 * </pre>
 *
 * <p>Nagel, van Baalen, Blankevoort, Welling: Data-Free Quantization Through Weight Equalization and Bias Correction, 2019 (arXiv
 * 1906.04721), which evens out weights that have one scale a tensor, s = sqrt(r1 / r2). Where weights have a scale for each output
 * channel, W / s costs nothing, and V s nothing where V is depthwise: what is left to even out are the activations, whose ranges
 * calibration shows. So s is chosen as {@link ChooseScales} says, by the noise of the layers that read the values.
 *
 * <p>A bound of a Clip (ReLU6) does not scale: channels that come near it in calibration keep their scale of 1, others are held
 * below it.
 */
public final class EqualizeChannels {

    static final Set<String> LAYERS = Set.of("Conv", "Gemm", "MatMul");

    private EqualizeChannels() {}

    /** The equalized model, which computes the same, and what was done where. */
    public static Rewrite.Result perform(
            Model model, Placement placement, QuantizationSettings settings, Activations activations) {
        Set<String> layers = model.graph().nodes().stream()
                .filter(node -> LAYERS.contains(node.op()))
                .map(node -> node.id())
                .collect(Collectors.toSet());
        return new ScaleRegions(model, placement, settings)
                .perform(region -> layers.containsAll(region.sources()), false, activations);
    }
}
