package dev.octet.engine.data.values;

import java.util.List;

/** The step {@code (value * scale - mean[c]) / std[c]}, with where the channels lie. */
public final class Normalization {

    private final double scale;
    private final double[] mean;
    private final double[] std;
    private final int channels;
    private final long inner;

    /**
     * @param scale factor on every value
     * @param mean taken off after scaling: as many values as channels, or one, or none
     * @param std divided by last: as many values as channels, or one, or none
     * @param channels number of channels
     * @param inner elements that follow each other in one channel: those of a plane, or 1 where channels are innermost
     */
    public Normalization(double scale, List<Double> mean, List<Double> std, int channels, long inner) {
        this.scale = scale;
        this.mean = spread(mean, channels, 0);
        this.std = spread(std, channels, 1);
        this.channels = channels;
        this.inner = inner;
    }

    private static double[] spread(List<Double> values, int channels, double absent) {
        double[] all = new double[channels];
        for (int c = 0; c < channels; c++) {
            all[c] = values.isEmpty() ? absent : values.get(values.size() == 1 ? 0 : c);
        }
        return all;
    }

    int channels() {
        return channels;
    }

    /** The channel of element {@code index} of a sample. */
    int channel(long index) {
        return (int) (index / inner % channels);
    }

    /** How many elements from {@code index} on are in the same channel, at most {@code most}. */
    int run(long index, int most) {
        return channels == 1 ? most : (int) Math.min(most, inner - index % inner);
    }

    double apply(double value, int channel) {
        return (value * scale - mean[channel]) / std[channel];
    }
}
