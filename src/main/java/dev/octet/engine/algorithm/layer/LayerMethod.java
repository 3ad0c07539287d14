package dev.octet.engine.algorithm.layer;

import dev.octet.engine.rewrite.equalize.WeightLayout;
import dev.octet.engine.scheme.Encoding;

/** How the weights of one layer are rounded, where not to the nearest. */
@FunctionalInterface
interface LayerMethod {

    /**
     * The weights moved to the grid points that they shall become.
     *
     * @param reached what the layer reads in the quantized model, with its rows
     */
    float[] rounded(float[] weights, WeightLayout layout, Encoding encoding, LayerRows reached);
}
