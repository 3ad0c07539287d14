package dev.octet.engine.observe.shape;

import dev.octet.engine.observe.ChannelStatistics;
import dev.octet.engine.observe.TensorStatistics;
import dev.octet.engine.scheme.Encoding;
import dev.octet.engine.scheme.Range;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One tensor's values in a few numbers, and what is wrong with them in words.
 *
 * @param count number of values seen
 * @param min the smallest
 * @param max the largest
 * @param bins counts in bins of the same width from {@code min} to {@code max}; empty where no histogram was collected
 * @param worst the channels that reach farthest, at most {@value #WORST}, farthest first; empty where none were told apart
 * @param saturated share of the values that the encoding clips; 0 without one
 * @param causes why its encoding may lose much, in sentences
 */
public record Portrait(
        long count, float min, float max, List<Long> bins, List<Channel> worst, double saturated, List<String> causes) {

    /** Bins at most. */
    public static final int BINS = 128;

    private static final int WORST = 5;
    private static final double OUTLIER = 8;
    private static final double SATURATED = 0.001;
    private static final double BULK = 0.99;
    private static final double FEW_LEVELS = 1 / 8.0;

    /**
     * One channel.
     *
     * @param index its place along the channel axis
     * @param magnitude its largest absolute value
     * @param timesMedian that, over the median channel's
     */
    public record Channel(int index, float magnitude, double timesMedian) {}

    public Portrait {
        bins = List.copyOf(bins);
        worst = List.copyOf(worst);
        causes = List.copyOf(causes);
    }

    /**
     * The portrait of what {@code statistics} saw.
     *
     * @param statistics of at least one finite value
     * @param encoding how the tensor is encoded, one scale for all of it; null where it stays in floating point
     */
    public static Portrait of(TensorStatistics statistics, @Nullable Encoding encoding) {
        Range range = statistics.range();
        List<String> causes = new ArrayList<>();
        List<Channel> worst = statistics.channels().map(Portrait::worst).orElse(List.of());
        if (!worst.isEmpty() && worst.getFirst().timesMedian > OUTLIER) {
            causes.add(outlier(worst));
        }
        if (!statistics.request().needsHistogram()) {
            return new Portrait(statistics.count(), range.min(), range.max(), List.of(), worst, 0, causes);
        }
        Counts counts = Counts.of(statistics);
        double saturated = 0;
        if (encoding != null && encoding.isPerTensor()) {
            saturated = counts.saturated(encoding);
            if (saturated > SATURATED) {
                causes.add(String.format(
                        Locale.ROOT, "Its encoding clips %.2f %% of the values: MIN_MAX clips none.", 100 * saturated));
            }
            skewed(counts, encoding.representable(0), causes);
        }
        int bins = range.min() == range.max() ? 1 : BINS;
        return new Portrait(
                statistics.count(), range.min(), range.max(), counts.over(range, bins), worst, saturated, causes);
    }

    private static String outlier(List<Channel> worst) {
        Channel first = worst.getFirst();
        return String.format(
                Locale.ROOT,
                "Outlier channels: channel %d reaches %.4g, %.0f times the median channel, and one scale serves them"
                        + " all. Equalization or smoothing evens them out; else leave the layer in floating point.",
                first.index,
                first.magnitude,
                first.timesMedian);
    }

    private static void skewed(Counts counts, Range representable, List<String> causes) {
        double bulk = counts.quantile((1 + BULK) / 2) - counts.quantile((1 - BULK) / 2);
        double share = bulk / ((double) representable.max() - representable.min());
        if (share < FEW_LEVELS) {
            causes.add(String.format(
                    Locale.ROOT,
                    "A few far values stretch the range: 99 %% of the values use %.1f %% of the levels. PERCENTILE,"
                            + " ENTROPY or MSE clip such tails.",
                    100 * share));
        }
    }

    private static List<Channel> worst(ChannelStatistics channels) {
        float[] magnitudes = new float[channels.size()];
        for (int c = 0; c < magnitudes.length; c++) {
            magnitudes[c] = channels.range(c).magnitude();
        }
        float[] sorted = magnitudes.clone();
        Arrays.sort(sorted);
        float median = sorted[sorted.length / 2];
        return IntStream.range(0, magnitudes.length)
                .mapToObj(c -> new Channel(c, magnitudes[c], median == 0 ? 0 : (double) magnitudes[c] / median))
                .sorted(Comparator.comparingDouble((Channel channel) -> -channel.magnitude))
                .limit(WORST)
                .toList();
    }
}
