package dev.octet.engine.algorithm.layer;

import dev.octet.engine.rewrite.equalize.WeightLayout;

/** The mean error of a layer's output channels. */
final class MeanError {

    private MeanError() {}

    /**
     * The bias with which the quantized layer gives the float one's means: {@code b[o] + W[o] E[x] - W'[o] E[x']}.
     *
     * @param weights of the float layer, which reads {@code exact}
     * @param grid of the quantized layer, which reads {@code reached}
     */
    static float[] bias(
            float[] weights, float[] bias, LayerRows exact, float[] grid, LayerRows reached, WeightLayout layout) {
        double[] means = exact.means(0, exact.width());
        double[] reachedMeans = reached.means(0, reached.width());
        float[] corrected = new float[bias.length];
        int perGroup = layout.outputs() / layout.groups();
        for (int out = 0; out < bias.length; out++) {
            int from = out / perGroup * layout.perOutput();
            double sum = bias[out];
            for (int k = 0; k < layout.perOutput(); k++) {
                int i = layout.index(out, k);
                sum += weights[i] * means[from + k] - grid[i] * reachedMeans[from + k];
            }
            corrected[out] = (float) sum;
        }
        return corrected;
    }
}
