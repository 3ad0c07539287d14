package dev.octet.engine.observe.shape;

import dev.octet.engine.observe.TensorStatistics;
import dev.octet.engine.scheme.Encoding;
import dev.octet.engine.scheme.Range;
import java.util.ArrayList;
import java.util.List;

/** The values of a tensor in ascending order, as bins of a histogram hold them. */
public final class Counts {

    /** {@code count} values from {@code low} to {@code high}. */
    private record Bin(double low, double high, long count) {
        double middle() {
            return (low + high) / 2;
        }
    }

    private final List<Bin> bins;
    private final long total;

    private Counts(List<Bin> bins, long total) {
        this.bins = bins;
        this.total = total;
    }

    /** The values of {@code statistics}, which must have a histogram. */
    public static Counts of(TensorStatistics statistics) {
        List<Bin> below = new ArrayList<>();
        statistics.histogram().visit(true, (low, high, count) -> below.add(new Bin(-high, -low, count)));
        List<Bin> bins = new ArrayList<>(below.reversed());
        if (statistics.histogram().zeros() > 0) {
            bins.add(new Bin(0, 0, statistics.histogram().zeros()));
        }
        statistics.histogram().visit(false, (low, high, count) -> bins.add(new Bin(low, high, count)));
        return new Counts(bins, statistics.histogram().total());
    }

    /** The share of values that {@code encoding} clips by more than half a step. */
    public double saturated(Encoding encoding) {
        Range representable = encoding.representable(0);
        double half = encoding.scale(0) / 2.0;
        long outside = 0;
        for (Bin bin : bins) {
            if (bin.middle() < representable.min() - half || bin.middle() > representable.max() + half) {
                outside += bin.count;
            }
        }
        return total == 0 ? 0 : (double) outside / total;
    }

    /** The value that a share of {@code share} of all values lie below, to a bin's width. */
    public double quantile(double share) {
        double left = share * total;
        for (Bin bin : bins) {
            left -= bin.count;
            if (left <= 0) {
                return bin.middle();
            }
        }
        return bins.isEmpty() ? 0 : bins.getLast().middle();
    }

    /** Counts in {@code n} bins of the same width over {@code range}. */
    public List<Long> over(Range range, int n) {
        long[] counts = new long[n];
        double width = ((double) range.max() - range.min()) / n;
        for (Bin bin : bins) {
            int at = width == 0 ? 0 : (int) ((bin.middle() - range.min()) / width);
            counts[Math.clamp(at, 0, n - 1)] += bin.count;
        }
        List<Long> list = new ArrayList<>(n);
        for (long count : counts) {
            list.add(count);
        }
        return List.copyOf(list);
    }
}
