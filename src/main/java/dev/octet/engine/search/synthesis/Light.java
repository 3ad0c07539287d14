package dev.octet.engine.search.synthesis;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Mean and deviation, by channel, of the values that a model takes its pictures in. */
final class Light {

    private final double[] offsets;
    private final double[] logScales;

    private Light(double[] offsets, double[] logScales) {
        this.offsets = offsets;
        this.logScales = logScales;
    }

    /** The same mean and deviation for {@code channels} channels. */
    static Light of(int channels, double offset, double scale) {
        double[] offsets = new double[channels];
        double[] logScales = new double[channels];
        Arrays.fill(offsets, offset);
        Arrays.fill(logScales, Math.log(scale));
        return new Light(offsets, logScales);
    }

    double offset(int channel) {
        return offsets[channel];
    }

    double scale(int channel) {
        return Math.exp(logScales[channel]);
    }

    /** How far the channels' deviations are from each other: the variance of their logarithms. */
    double unevenness() {
        double mean = Arrays.stream(logScales).average().orElse(0);
        return Arrays.stream(logScales)
                .map(x -> (x - mean) * (x - mean))
                .average()
                .orElse(0);
    }

    /** A light nearby: all channels moved together by {@code step}, and each by half as much on its own. */
    Light moved(double step, SplittableRandom random) {
        double scale = step * random.nextGaussian();
        double offset = step * random.nextGaussian();
        double[] newOffsets = offsets.clone();
        double[] newScales = logScales.clone();
        for (int c = 0; c < offsets.length; c++) {
            newScales[c] += scale + step / 2 * random.nextGaussian();
            newOffsets[c] += scale(c) * (offset + step / 2 * random.nextGaussian());
        }
        return new Light(newOffsets, newScales);
    }

    @Override
    public String toString() {
        return "mean " + rounded(offsets) + ", deviation "
                + rounded(Arrays.stream(logScales).map(Math::exp).toArray());
    }

    private static String rounded(double[] values) {
        return Arrays.toString(
                Arrays.stream(values).map(x -> Math.round(1000 * x) / 1000.0).toArray());
    }
}
