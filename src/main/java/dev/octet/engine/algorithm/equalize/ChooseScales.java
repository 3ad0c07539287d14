package dev.octet.engine.algorithm.equalize;

import java.util.Arrays;
import java.util.List;

/**
 * Chooses the scales of a region's channels: of a family with one parameter, those that make the least noise.
 *
 * <p>s[c] = peak[c]^a / weight[c]^(1 - a), a from 0.3 to 1 (Xiao et al., SmoothQuant, 2022, arXiv 2211.10438, equation 4): the more
 * of the channels' differences moves into the weights, the larger a.
 */
final class ChooseScales {

    private static final double[] STRENGTHS = {0.3, 0.4, 0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1.0};

    /** How far a channel must stay below a bound that scales do not move, as a factor. */
    private static final double HEADROOM = 2;

    /** Channels whose peaks are so much smaller than the largest are as good as dead. */
    private static final double LEAST_PEAK = 1e-5;

    private ChooseScales() {}

    /** Scales, and the noise over power with them and without. */
    static final class Chosen {
        private final double[] scales;
        private final double strength;
        private final double before;
        private final double after;

        private Chosen(double[] scales, double strength, double before, double after) {
            this.scales = scales;
            this.strength = strength;
            this.before = before;
            this.after = after;
        }

        /** One for each channel. */
        double[] scales() {
            return scales;
        }

        /** The exponent a. */
        double strength() {
            return strength;
        }

        double before() {
            return before;
        }

        double after() {
            return after;
        }
    }

    /**
     * The best scales.
     *
     * @param layers those that read the values
     * @param peaks the largest magnitude of each channel, over all values
     * @param bound where values are clipped above; infinity where they are not
     */
    static Chosen of(List<ScaleNoise> layers, double[] peaks, double bound) {
        double[] weights = new double[peaks.length];
        for (ScaleNoise layer : layers) {
            double[] largest = layer.largestWeights();
            double top = Arrays.stream(largest).max().orElse(0);
            for (int c = 0; c < weights.length && top > 0; c++) {
                weights[c] = Math.max(weights[c], largest[c] / top);
            }
        }
        double[] ones = new double[peaks.length];
        Arrays.fill(ones, 1);
        double before = noise(layers, ones);
        Chosen best = new Chosen(ones, 0, before, before);
        for (double strength : STRENGTHS) {
            double[] scales = scales(peaks, weights, strength, bound);
            double after = noise(layers, scales);
            if (after < best.after()) {
                best = new Chosen(scales, strength, before, after);
            }
        }
        return best;
    }

    private static double noise(List<ScaleNoise> layers, double[] scales) {
        return layers.stream().mapToDouble(layer -> layer.of(scales)).sum();
    }

    private static double[] scales(double[] peaks, double[] weights, double strength, double bound) {
        double top = Arrays.stream(peaks).max().orElse(0);
        double heaviest = Arrays.stream(weights).max().orElse(0);
        double[] scales = new double[peaks.length];
        for (int c = 0; c < scales.length; c++) {
            double peak = Math.max(peaks[c], LEAST_PEAK * top);
            double weight = Math.max(weights[c], LEAST_PEAK * heaviest);
            scales[c] = peak > 0 && weight > 0 ? Math.pow(peak, strength) / Math.pow(weight, 1 - strength) : 1;
        }
        double largest = Arrays.stream(scales).max().orElse(1);
        for (int c = 0; c < scales.length; c++) {
            scales[c] /= largest;
            if (peaks[c] * HEADROOM >= bound) {
                scales[c] = 1;
            } else if (bound < Double.POSITIVE_INFINITY) {
                scales[c] = Math.max(scales[c], peaks[c] * HEADROOM / bound);
            }
        }
        return scales;
    }
}
