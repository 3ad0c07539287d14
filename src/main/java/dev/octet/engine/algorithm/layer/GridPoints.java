package dev.octet.engine.algorithm.layer;

import dev.octet.engine.rewrite.equalize.WeightLayout;
import dev.octet.engine.scheme.Encoding;

/** Weights as their encoding will give them back. */
final class GridPoints {

    private GridPoints() {}

    /** The nearest grid point of each weight. */
    static float[] of(float[] weights, WeightLayout layout, Encoding encoding) {
        float[] grid = new float[weights.length];
        for (int i = 0; i < grid.length; i++) {
            grid[i] = nearest(weights[i], layout.output(i), encoding);
        }
        return grid;
    }

    /** The nearest grid point of a weight of output channel {@code c}; as they are emitted, -128 is none where zero is the middle. */
    static float nearest(double weight, int c, Encoding encoding) {
        int q = encoding.quantize((float) weight, c);
        boolean symmetric = encoding.type().signed() && encoding.zeroPoint(c) == 0;
        return encoding.dequantize(symmetric ? Math.max(q, -encoding.type().max()) : q, c);
    }
}
