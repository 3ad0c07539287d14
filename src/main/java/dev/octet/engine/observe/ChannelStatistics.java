package dev.octet.engine.observe;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Statistics of one tensor, kept for each channel apart. */
public final class ChannelStatistics {

    /** More channels than any layer in use has; bounds what a damaged file can ask for. */
    private static final int MOST_CHANNELS = 1 << 20;

    private final List<TensorStatistics> channels;

    ChannelStatistics(int channelCount, boolean histograms) {
        if (channelCount < 1 || channelCount > MOST_CHANNELS) {
            throw new IllegalArgumentException(channelCount + " channels");
        }
        channels = new ArrayList<>(channelCount);
        for (int c = 0; c < channelCount; c++) {
            channels.add(new TensorStatistics(new StatisticsRequest(histograms, false)));
        }
    }

    private ChannelStatistics(List<TensorStatistics> channels) {
        this.channels = channels;
    }

    /** Takes in one sample laid out as [outer, channels, inner]. */
    void accept(FloatBuffer sample, int inner) {
        int values = sample.remaining();
        int period = Math.multiplyExact(size(), inner);
        if (values > 0 && (period < 1 || values % period != 0)) {
            throw new IllegalArgumentException(
                    values + " values are not a multiple of " + size() + " channels of " + inner + " values");
        }
        for (int c = 0; c < size() && values > 0; c++) {
            channels.get(c).accept(sample, sample.position() + c * inner, inner, values / period, period);
        }
    }

    void merge(ChannelStatistics later) {
        if (later.size() != size()) {
            throw new IllegalArgumentException(later.size() + " channels into " + size());
        }
        for (int c = 0; c < size(); c++) {
            channels.get(c).merge(later.channels.get(c));
        }
    }

    /** Number of channels. */
    public int size() {
        return channels.size();
    }

    /** The statistics of channel {@code c}. */
    public TensorStatistics channel(int c) {
        return channels.get(c);
    }

    void write(DataOutput out) throws IOException {
        for (TensorStatistics channel : channels) {
            channel.write(out);
        }
    }

    static @Nullable ChannelStatistics read(DataInput in, boolean histograms) throws IOException {
        int size = in.readInt();
        if (size < 0 || size > MOST_CHANNELS) {
            throw new IOException(size + " channels");
        }
        // Grows as the channels are read, so that a lying count meets the end of the file first.
        List<TensorStatistics> channels = new ArrayList<>();
        for (int c = 0; c < size; c++) {
            TensorStatistics channel = TensorStatistics.read(in);
            if (!channel.request().equals(new StatisticsRequest(histograms, false))) {
                throw new IOException("channel " + c + " holds " + channel.request());
            }
            channels.add(channel);
        }
        return size == 0 ? null : new ChannelStatistics(channels);
    }
}
