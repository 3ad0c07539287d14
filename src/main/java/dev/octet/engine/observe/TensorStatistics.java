package dev.octet.engine.observe;

import dev.octet.engine.observe.growth.RangeGrowth;
import dev.octet.engine.scheme.Range;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Mergeable statistics of one tensor over many samples.
 *
 * <p>Fed one sample at a time, so that nothing here knows of batches. Count, extremes, non-finite count and histogram
 * are exact and the same for every order and grouping of samples; the moving average hangs on their order. Values that
 * are NaN or infinite are counted and otherwise left out. Not safe for use by several threads at once.
 */
public final class TensorStatistics {

    private final StatisticsRequest request;
    private final @Nullable Histogram histogram;
    private final SampleAverage average;
    private final RangeGrowth growth;
    private @Nullable ChannelStatistics channels;
    private boolean noChannels;
    private long count;
    private long nonFinite;
    private float min = Float.POSITIVE_INFINITY;
    private float max = Float.NEGATIVE_INFINITY;

    /** Statistics with a histogram, for the whole tensor. */
    public TensorStatistics() {
        this(StatisticsRequest.HISTOGRAM);
    }

    public TensorStatistics(StatisticsRequest request) {
        this(request, request.needsHistogram() ? new Histogram() : null, new SampleAverage(), new RangeGrowth());
    }

    private TensorStatistics(
            StatisticsRequest request, @Nullable Histogram histogram, SampleAverage average, RangeGrowth growth) {
        this.request = request;
        this.histogram = histogram;
        this.average = average;
        this.growth = growth;
    }

    /** Takes in one sample: the values from the buffer's position to its limit, which stay as they are. */
    public void accept(FloatBuffer sample) {
        scan(sample, 1).run();
    }

    /**
     * Takes in one sample laid out as [outer, channels, inner], for the whole and, if that was asked for, for each channel.
     *
     * @param channelCount size along the channel axis; where it changes from sample to sample channels are given up
     * @param inner product of the sizes of all axes after it
     */
    public void accept(FloatBuffer sample, int channelCount, int inner) {
        scan(sample, 1, channelCount, inner).run();
    }

    private void add(long finite, long notFinite, float low, float high) {
        nonFinite += notFinite;
        if (finite > 0) {
            count += finite;
            min = Math.min(min, low);
            max = Math.max(max, high);
            average.accept(low, high);
            growth.accept(average.samples(), min, max);
        }
    }

    /**
     * Scans a batch of samples of the same size, several of which threads may scan at once, in any order.
     *
     * @param batch the samples one behind the other, from the buffer's position to its limit
     * @return what has to follow in the order of the samples, one batch at a time
     */
    public Runnable scan(FloatBuffer batch, int samples) {
        return scan(batch, samples, 0, 0);
    }

    /**
     * The same for samples laid out as [outer, channels, inner].
     *
     * @param channelCount size along the channel axis; 0 where there is none
     * @param inner product of the sizes of all axes after it
     */
    public Runnable scan(FloatBuffer batch, int samples, int channelCount, int inner) {
        int each = batch.remaining() / samples;
        List<FloatBuffer> apart = new ArrayList<>(samples);
        for (int i = 0; i < samples; i++) {
            apart.add(batch.slice(batch.position() + i * each, each));
        }
        return scan(apart, channelCount, inner);
    }

    /** The same for samples that may differ in size. */
    public Runnable scan(List<FloatBuffer> batch, int channelCount, int inner) {
        int samples = batch.size();
        long[] counts = new long[2 * samples];
        float[] extremes = new float[2 * samples];
        SampleScan scan = SampleScan.of(
                histogram, batch.stream().mapToLong(FloatBuffer::remaining).sum());
        for (int i = 0; i < samples; i++) {
            scan.sample(batch.get(i), batch.get(i).position(), batch.get(i).remaining());
            counts[2 * i] = scan.count;
            counts[2 * i + 1] = scan.nonFinite;
            extremes[2 * i] = scan.min;
            extremes[2 * i + 1] = scan.max;
        }
        scan.close();
        ChannelStatistics into = request.needsChannels() ? channelsOf(channelCount) : null;
        for (int i = 0; into != null && i < samples; i++) {
            if (counts[2 * i + 1] == 0) {
                into.accept(batch.get(i), batch.get(i).position(), batch.get(i).remaining(), inner);
            }
        }
        return () -> {
            for (int i = 0; i < 2 * samples; i += 2) {
                add(counts[i], counts[i + 1], extremes[i], extremes[i + 1]);
            }
        };
    }

    /** Where the extremes of {@code size} channels go; null where channels can't be told apart. */
    private synchronized @Nullable ChannelStatistics channelsOf(int size) {
        if (size < 1 || size > ChannelStatistics.MOST_CHANNELS || (channels != null && channels.size() != size)) {
            noChannels = true;
            channels = null;
        } else if (channels == null && !noChannels) {
            channels = new ChannelStatistics(size);
        }
        return channels;
    }

    /** Adds what {@code later} saw, as if its samples had followed those of this one; both answer the same request. */
    public void merge(TensorStatistics later) {
        if (!request.equals(later.request)) {
            throw new IllegalArgumentException("statistics of " + later.request + " into those of " + request);
        }
        growth.merge(average.samples(), min, max, later.growth);
        count = Math.addExact(count, later.count);
        nonFinite = Math.addExact(nonFinite, later.nonFinite);
        min = Math.min(min, later.min);
        max = Math.max(max, later.max);
        average.merge(later.average);
        if (histogram != null && later.histogram != null) {
            histogram.merge(later.histogram);
        }
        if (request.needsChannels() && later.average.samples() > 0) {
            ChannelStatistics into = channelsOf(later.channels == null ? 0 : later.channels.size());
            if (into != null && later.channels != null) {
                into.merge(later.channels);
            }
        }
    }

    /** What is collected here. */
    public StatisticsRequest request() {
        return request;
    }

    /** Number of finite values. */
    public long count() {
        return count;
    }

    /** Number of values that were NaN or infinite. */
    public long nonFinite() {
        return nonFinite;
    }

    /** Number of samples that had a finite value. */
    public long samples() {
        return average.samples();
    }

    /** The smallest finite value. */
    public float min() {
        return range().min();
    }

    /** The largest finite value. */
    public float max() {
        return range().max();
    }

    /** The smallest and the largest finite value; there must be one. */
    public Range range() {
        if (count == 0) {
            throw new IllegalStateException("no finite value observed, " + nonFinite + " that are not finite");
        }
        return new Range(min, max);
    }

    /** The moving average of each sample's extremes, with momentum 0.01. */
    public Range averageRange() {
        return average.range();
    }

    /** How the extremes grew. */
    public RangeGrowth growth() {
        return growth;
    }

    /** The histogram, which must have been asked for. */
    public Histogram histogram() {
        if (histogram == null) {
            throw new IllegalStateException("no histogram was collected");
        }
        return histogram;
    }

    /** The extremes by channel, if they were asked for, a sample has come, and all samples had the same channels. */
    public Optional<ChannelStatistics> channels() {
        return Optional.ofNullable(channels);
    }

    void write(DataOutput out) throws IOException {
        out.writeByte((request.needsHistogram() ? 1 : 0) | (request.needsChannels() ? 2 : 0));
        out.writeLong(count);
        out.writeLong(nonFinite);
        out.writeFloat(min);
        out.writeFloat(max);
        average.write(out);
        growth.write(out);
        if (histogram != null) {
            histogram.write(out);
        }
        if (request.needsChannels()) {
            out.writeInt(channels == null ? 0 : channels.size());
            if (channels != null) {
                channels.write(out);
            }
        }
    }

    static TensorStatistics read(DataInput in) throws IOException {
        int flags = in.readUnsignedByte();
        if (flags > 3) {
            throw new IOException("statistics with unknown parts: " + flags);
        }
        StatisticsRequest request = new StatisticsRequest((flags & 1) != 0, (flags & 2) != 0);
        long count = in.readLong();
        long nonFinite = in.readLong();
        float min = in.readFloat();
        float max = in.readFloat();
        SampleAverage average = SampleAverage.read(in);
        RangeGrowth growth = RangeGrowth.read(in);
        Histogram histogram = request.needsHistogram() ? Histogram.read(in) : null;
        boolean empty = count == 0 && min == Float.POSITIVE_INFINITY && max == Float.NEGATIVE_INFINITY;
        boolean bounded = count > 0 && Float.isFinite(min) && Float.isFinite(max) && min <= max;
        if (!(empty || bounded)
                || nonFinite < 0
                || average.samples() > count
                || !growth.fits(average.samples(), min, max)
                || (count > 0) != (average.samples() > 0)
                || (histogram != null && histogram.total() != count)) {
            throw new IOException(
                    "statistics of " + count + " values from " + min + " to " + max + " contradict themselves");
        }
        TensorStatistics statistics = new TensorStatistics(request, histogram, average, growth);
        statistics.count = count;
        statistics.nonFinite = nonFinite;
        statistics.min = min;
        statistics.max = max;
        if (request.needsChannels()) {
            statistics.channels = ChannelStatistics.read(in, min, max);
            statistics.noChannels = count > 0 && statistics.channels == null;
        }
        return statistics;
    }
}
