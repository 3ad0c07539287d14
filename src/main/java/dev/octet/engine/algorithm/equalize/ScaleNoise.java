package dev.octet.engine.algorithm.equalize;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.rewrite.equalize.WeightLayout;
import java.util.Arrays;

/**
 * The noise that a layer's output gets from quantizing its input and its weights, as a function of scales of its input channels.
 *
 * <p>With x / s in place of x and W s in place of W:
 *
 * <pre>
 * noise = sum over o, i of  W[o,i]² s[i]² E[(q(x[i] / s[i]) - x[i] / s[i])²]  +  e[o]² / 12 · E[x[i]²] / s[i]²
 * </pre>
 *
 * in units of the output's power, sum over o, i of W[o,i]² E[x[i]²]; channels taken as independent. What rounding does to the input
 * is measured on the positions that were kept, since it is not what its step says: most values behind a Gelu are smaller than half a
 * step and become 0. The range is all that calibration saw, or the part of it with the least error, as a range chooser would take.
 * Weights fill their steps e[o] = max |W[o] s| / 127: there the step says it.
 */
final class ScaleNoise {

    /** Parts of the whole range that are tried. */
    private static final double[] PARTS = {1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3};

    private final WeightLayout layout;
    private final float[] weights;
    private final ChannelValues input;
    private final boolean perChannel;
    private final double inputSteps;
    private final double weightSteps;
    private final double[] columns;
    private final double[] squares;
    private final double power;

    /** @param perChannel whether weights have a scale for each output channel */
    ScaleNoise(
            Graph graph, Node layer, ChannelValues input, boolean perChannel, double inputSteps, double weightSteps) {
        this.layout = WeightLayout.of(graph, layer).orElseThrow();
        this.weights = graph.constant(layer.input(1)).orElseThrow().toFloats();
        this.input = input;
        this.perChannel = perChannel;
        this.inputSteps = inputSteps;
        this.weightSteps = weightSteps;
        this.columns = new double[layout.inputs()];
        this.squares = new double[layout.inputs()];
        Arrays.setAll(squares, input::meanSquare);
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            double square = (double) weights[i] * weights[i];
            columns[layout.input(i)] += square;
            sum += square * squares[layout.input(i)];
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
        double least = Double.POSITIVE_INFINITY;
        for (double part : PARTS) {
            least = Math.min(least, inputNoise(scales, low * part, high * part, least));
        }
        return (least + weightNoise(scales)) / power;
    }

    /** The input's part where its encoding reaches from {@code low} to {@code high}; anything larger than {@code enough} once it is. */
    private double inputNoise(double[] scales, double low, double high, double enough) {
        double step = (high - low) / inputSteps;
        if (step == 0 || input.rows() == 0) {
            return 0;
        }
        double lowest = Math.rint(low / step);
        double highest = lowest + inputSteps;
        double noise = 0;
        for (int r = 0; r < input.rows() && noise < enough * input.rows(); r++) {
            for (int c = 0; c < scales.length; c++) {
                double x = input.at(r, c);
                double unit = step * scales[c];
                double error = Math.clamp(Math.rint(x / unit), lowest, highest) * unit - x;
                noise += columns[c] * error * error;
            }
        }
        return noise / input.rows();
    }

    private double weightNoise(double[] scales) {
        double[] steps = weightSteps(scales);
        double noise = 0;
        for (int out = 0; out < layout.outputs(); out++) {
            double step = steps[perChannel ? out : 0];
            for (int k = 0; k < layout.perOutput(); k++) {
                int in = layout.input(layout.index(out, k));
                noise += step * step * squares[in] / (scales[in] * scales[in]);
            }
        }
        return noise / 12;
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
