package dev.octet.engine.algorithm.equalize;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.rewrite.equalize.WeightLayout;
import java.util.Arrays;

/**
 * The noise that a layer's output gets from quantizing its input and its weights, as a function of scales of its input channels.
 *
 * <p>Rounding to steps of d makes noise of d² / 12. With x / s in place of x and W s in place of W, input steps
 * d = (max(x / s) - min(x / s)) / 255 and weight steps e[o] = max |W[o] s| / 127:
 *
 * <pre>
 * noise = sum over o, i of  W[o,i]² s[i]² d² / 12  +  e[o]² / 12 · E[x[i]²] / s[i]²
 * </pre>
 *
 * in units of the output's power, sum over o, i of W[o,i]² E[x[i]²]; channels taken as independent.
 */
final class ScaleNoise {

    private final WeightLayout layout;
    private final float[] weights;
    private final ChannelPeaks input;
    private final boolean perChannel;
    private final double inputSteps;
    private final double weightSteps;
    private final double[] columns;
    private final double power;

    /** @param perChannel whether weights have a scale for each output channel */
    ScaleNoise(Graph graph, Node layer, ChannelPeaks input, boolean perChannel, double inputSteps, double weightSteps) {
        this.layout = WeightLayout.of(graph, layer).orElseThrow();
        this.weights = graph.constant(layer.input(1)).orElseThrow().toFloats();
        this.input = input;
        this.perChannel = perChannel;
        this.inputSteps = inputSteps;
        this.weightSteps = weightSteps;
        this.columns = new double[layout.inputs()];
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            double square = (double) weights[i] * weights[i];
            columns[layout.input(i)] += square;
            sum += square * input.meanSquare(layout.input(i));
        }
        this.power = sum;
    }

    /** The largest weight that reads each input channel; all the same where each output channel reads one of its own. */
    double[] largestWeights() {
        double[] largest = new double[layout.inputs()];
        if (perChannel && layout.inputsPerGroup() == 1) {
            Arrays.fill(largest, 1);
            return largest;
        }
        for (int i = 0; i < weights.length; i++) {
            int in = layout.input(i);
            largest[in] = Math.max(largest[in], Math.abs(weights[i]));
        }
        return largest;
    }

    /** Noise over power; 0 where the layer gives nothing. */
    double of(double[] scales) {
        if (power == 0) {
            return 0;
        }
        double low = 0;
        double high = 0;
        for (int c = 0; c < scales.length; c++) {
            low = Math.min(low, input.low(c) / scales[c]);
            high = Math.max(high, input.high(c) / scales[c]);
        }
        double inputStep = (high - low) / inputSteps;
        double noise = 0;
        for (int c = 0; c < scales.length; c++) {
            noise += columns[c] * scales[c] * scales[c] * inputStep * inputStep;
        }
        double[] steps = weightSteps(scales);
        for (int out = 0; out < layout.outputs(); out++) {
            double step = steps[perChannel ? out : 0];
            for (int k = 0; k < layout.perOutput(); k++) {
                int in = layout.input(layout.index(out, k));
                noise += step * step * input.meanSquare(in) / (scales[in] * scales[in]);
            }
        }
        return noise / 12 / power;
    }

    private double[] weightSteps(double[] scales) {
        double[] steps = new double[perChannel ? layout.outputs() : 1];
        for (int i = 0; i < weights.length; i++) {
            int row = perChannel ? layout.output(i) : 0;
            steps[row] = Math.max(steps[row], Math.abs(weights[i]) * scales[layout.input(i)] / weightSteps);
        }
        return steps;
    }
}
