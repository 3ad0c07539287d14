package dev.octet.engine.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Signal and noise of each channel of a model's outputs: what a few wide channels hide from a measure of the whole.
 *
 * <p>Boxes of hundreds and scores of ones in one tensor: the whole is close to the float model's though no score is left. Channels are
 * looked at along the first axis behind the batch and along the last, where there are two to {@value #MOST_CHANNELS} of them and an
 * output has both axes. Signal is what a channel moves around its mean: scores that all became one half are lost.
 */
public final class ChannelNoise {

    private static final int MOST_CHANNELS = 1024;

    /** A channel that moves by less of its size says nothing. */
    private static final double LEAST_MOVED = 1e-6;

    private final Map<String, Axis> axes = new LinkedHashMap<>();

    /**
     * The channel that lost most.
     *
     * @param output name of the output
     * @param axis 1, or that of the last dimension; the batch is axis 0
     * @param channel index along it
     * @param sqnrDb its signal to noise ratio
     */
    public record Worst(String output, int axis, int channel, double sqnrDb) {}

    private static final class Axis {
        private final String output;
        private final int index;
        private final double[] sum;
        private final double[] squares;
        private final double[] noise;
        private long values;

        Axis(String output, int index, int channels) {
            this.output = output;
            this.index = index;
            this.sum = new double[channels];
            this.squares = new double[channels];
            this.noise = new double[channels];
        }

        void add(float[] exact, float[] quantized, int inner) {
            for (int i = 0; i < exact.length; i++) {
                int c = i / inner % sum.length;
                double difference = exact[i] - (Float.isFinite(quantized[i]) ? quantized[i] : 0);
                sum[c] += exact[i];
                squares[c] += (double) exact[i] * exact[i];
                noise[c] += difference * difference;
            }
            values += exact.length / sum.length;
        }

        /** Squared distance of a channel from its mean; 0 where it hardly moves. */
        double signal(int c) {
            double moved = squares[c] - sum[c] * sum[c] / values;
            return moved > LEAST_MOVED * squares[c] ? moved : 0;
        }
    }

    /**
     * Takes in one sample's part of an output.
     *
     * @param shape dimensions without the batch
     * @param exact the float model's, finite
     * @param quantized the quantized model's, as many
     */
    public void add(String output, List<Long> shape, float[] exact, float[] quantized) {
        if (shape.size() < 2 || exact.length == 0 || exact.length != quantized.length) {
            return;
        }
        for (int axis : List.of(0, shape.size() - 1)) {
            long channels = shape.get(axis);
            if (channels >= 2 && channels <= MOST_CHANNELS) {
                Axis along = axes.computeIfAbsent(
                        output + "/" + axis + "/" + channels, _ -> new Axis(output, axis + 1, (int) channels));
                along.add(exact, quantized, axis == 0 ? exact.length / (int) channels : 1);
            }
        }
    }

    /** The channel of lowest ratio; empty where no output has channels. */
    public Optional<Worst> worst() {
        List<Worst> all = new ArrayList<>();
        for (Axis axis : axes.values()) {
            for (int c = 0; c < axis.sum.length; c++) {
                double signal = axis.signal(c);
                if (signal > 0) {
                    double ratio = axis.noise[c] == 0 ? SignalNoise.MOST_DB : 10 * Math.log10(signal / axis.noise[c]);
                    all.add(new Worst(axis.output, axis.index, c, Math.min(SignalNoise.MOST_DB, ratio)));
                }
            }
        }
        return all.stream().min((a, b) -> Double.compare(a.sqnrDb(), b.sqnrDb()));
    }
}
