package dev.octet.engine.observe.growth;

import dev.octet.engine.scheme.Range;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A tensor's extremes after 1, 2, 4, 8, … samples.
 *
 * <p>Tells how many samples would have been enough, at the cost of a few numbers a tensor. Joined to another one, its points are
 * those of the first and then, moved behind it, those of the other.
 */
public final class RangeGrowth {

    /** More than the doublings of any number of samples that a hundred shards may hold. */
    private static final int MOST_POINTS = 4096;

    /**
     * Extremes at one time.
     *
     * @param samples how many samples had come
     * @param range the smallest and the largest value until then
     */
    public record Point(long samples, Range range) {}

    private final List<Point> points = new ArrayList<>();

    /** Takes note of {@code range}, after {@code samples} samples, if it is time to. */
    public void accept(long samples, float min, float max) {
        if (Long.bitCount(samples) == 1) {
            points.add(new Point(samples, new Range(min, max)));
        }
    }

    /** Adds what followed {@code samples} samples with values from {@code min} to {@code max}; infinite ones where there were none. */
    public void merge(long samples, float min, float max, RangeGrowth later) {
        for (Point point : later.points) {
            if (points.size() < MOST_POINTS) {
                Range range = new Range(Math.min(min, point.range.min()), Math.max(max, point.range.max()));
                points.add(new Point(samples + point.samples, range));
            }
        }
    }

    /** The points, in the order of the samples. */
    public List<Point> points() {
        return List.copyOf(points);
    }

    /**
     * The smallest number of samples seen after which the range, zero included, was never narrower than the last one by more than
     * {@code share} of it.
     *
     * @param last the range after all samples
     * @param samples how many they were: the answer where it grew until the end
     */
    public long enough(Range last, long samples, double share) {
        double least = (1 - share) * width(last);
        long enough = samples;
        for (Point point : points.reversed()) {
            if (width(point.range) < least) {
                break;
            }
            enough = point.samples;
        }
        return enough;
    }

    private static double width(Range range) {
        Range whole = range.withZero();
        return (double) whole.max() - whole.min();
    }

    /** Whether this may have led to extremes {@code min} and {@code max} after {@code samples} samples. */
    public boolean fits(long samples, float min, float max) {
        if (points.isEmpty()) {
            return true;
        }
        Point last = points.getLast();
        return last.samples <= samples && last.range.min() >= min && last.range.max() <= max;
    }

    /** The number of points (4 bytes), then of each its samples (8 bytes) and extremes (4 bytes each). */
    public void write(DataOutput out) throws IOException {
        out.writeInt(points.size());
        for (Point point : points) {
            out.writeLong(point.samples);
            out.writeFloat(point.range.min());
            out.writeFloat(point.range.max());
        }
    }

    /** Reads what {@link #write} wrote; a range that shrinks is refused. */
    public static RangeGrowth read(DataInput in) throws IOException {
        int size = in.readInt();
        if (size < 0 || size > MOST_POINTS) {
            throw new IOException("it claims " + size + " ranges over time");
        }
        RangeGrowth growth = new RangeGrowth();
        Point last = null;
        for (int i = 0; i < size; i++) {
            long samples = in.readLong();
            float min = in.readFloat();
            float max = in.readFloat();
            boolean bounded = Float.isFinite(min) && Float.isFinite(max) && min <= max;
            boolean grows =
                    last == null || (samples > last.samples && min <= last.range.min() && max >= last.range.max());
            if (samples < 1 || !bounded || !grows) {
                throw new IOException("after " + samples + " samples it claims values from " + min + " to " + max);
            }
            last = new Point(samples, new Range(min, max));
            growth.points.add(last);
        }
        return growth;
    }
}
