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
 * output has both axes; a channel without any signal says nothing.
 */
public final class ChannelNoise {

    private static final int MOST_CHANNELS = 1024;

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
        private final double[] signal;
        private final double[] noise;

        Axis(String output, int index, int channels) {
            this.output = output;
            this.index = index;
            this.signal = new double[channels];
            this.noise = new double[channels];
        }

        void add(float[] exact, float[] quantized, int inner) {
            for (int i = 0; i < exact.length; i++) {
                int c = i / inner % signal.length;
                double difference = exact[i] - (Float.isFinite(quantized[i]) ? quantized[i] : 0);
                signal[c] += (double) exact[i] * exact[i];
                noise[c] += difference * difference;
            }
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
            for (int c = 0; c < axis.signal.length; c++) {
                if (axis.signal[c] > 0) {
                    double ratio =
                            axis.noise[c] == 0 ? SignalNoise.MOST_DB : 10 * Math.log10(axis.signal[c] / axis.noise[c]);
                    all.add(new Worst(axis.output, axis.index, c, Math.min(SignalNoise.MOST_DB, ratio)));
                }
            }
        }
        return all.stream().min((a, b) -> Double.compare(a.sqnrDb(), b.sqnrDb()));
    }
}
