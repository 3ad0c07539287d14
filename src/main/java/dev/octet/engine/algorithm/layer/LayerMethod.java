package dev.octet.engine.algorithm.layer;

import dev.octet.engine.rewrite.equalize.WeightLayout;
import dev.octet.engine.scheme.Encoding;
import java.util.Optional;

/** How the weights of one layer are rounded. */
@FunctionalInterface
interface LayerMethod {

    /** To the nearest, as plans are performed without further ado. */
    LayerMethod NEAREST = (_, _, _, _) -> Optional.empty();

    /**
     * The weights moved to the grid points that they shall become; empty for the nearest.
     *
     * @param reached what the layer reads in the quantized model
     */
    Optional<float[]> rounded(float[] weights, WeightLayout layout, Encoding encoding, LayerRows reached);
}
