package dev.octet.engine.observe.origin;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/**
 * What statistics were taken from: model, data and samples.
 *
 * @param source SHA-256, in 64 hexadecimal digits, over all that decides what a sample shows: the model as it was calibrated, the
 *     dataset, its preprocessing
 * @param parts the samples, in their order; parts that touch are one
 */
public record StatisticsOrigin(String source, List<Part> parts) {

    private static final int SOURCE_BYTES = 32;
    private static final int MOST_PARTS = 1 << 16;

    /** Statistics of nobody knows what: no later run may use them. */
    public static final StatisticsOrigin UNKNOWN = new StatisticsOrigin("00".repeat(SOURCE_BYTES), List.of());

    /**
     * A run of samples.
     *
     * @param first index of the first one
     * @param count how many, at least 1
     */
    public record Part(long first, long count) {
        public Part {
            if (first < 0 || count < 1 || first > Long.MAX_VALUE - count) {
                throw new IllegalArgumentException(count + " samples from " + first);
            }
        }

        long end() {
            return first + count;
        }
    }

    public StatisticsOrigin {
        if (HexFormat.of().parseHex(source).length != SOURCE_BYTES) {
            throw new IllegalArgumentException("source " + source);
        }
        parts = joined(parts);
    }

    /** Statistics of {@code count} samples from {@code first} on. */
    public static StatisticsOrigin of(String source, long first, long count) {
        return new StatisticsOrigin(source, List.of(new Part(first, count)));
    }

    private static List<Part> joined(List<Part> parts) {
        List<Part> joined = new ArrayList<>();
        for (Part part :
                parts.stream().sorted(Comparator.comparingLong(Part::first)).toList()) {
            Part last = joined.isEmpty() ? null : joined.getLast();
            if (last != null && last.end() > part.first()) {
                throw new IllegalArgumentException("samples from " + part.first() + " are there twice");
            }
            if (last != null && last.end() == part.first()) {
                joined.set(joined.size() - 1, new Part(last.first(), last.count() + part.count()));
            } else {
                joined.add(part);
            }
        }
        return List.copyOf(joined);
    }

    /** Index of the first sample; there must be one. */
    public long first() {
        return parts.getFirst().first();
    }

    /** Index behind the last sample; there must be one. */
    public long end() {
        return parts.getLast().end();
    }

    /** Number of samples. */
    public long samples() {
        return parts.stream().mapToLong(Part::count).sum();
    }

    /**
     * What both together come from.
     *
     * @throws IllegalArgumentException if the sources differ or a sample is in both
     */
    public StatisticsOrigin and(StatisticsOrigin other) {
        if (!source.equals(other.source)) {
            throw new IllegalArgumentException("another model, dataset or preprocessing");
        }
        List<Part> both = new ArrayList<>(parts);
        both.addAll(other.parts);
        return new StatisticsOrigin(source, both);
    }

    /** The source (32 bytes), the number of parts (4 bytes), first and count of each (8 bytes each). */
    public void write(DataOutput out) throws IOException {
        out.write(HexFormat.of().parseHex(source));
        out.writeInt(parts.size());
        for (Part part : parts) {
            out.writeLong(part.first());
            out.writeLong(part.count());
        }
    }

    /** Reads what {@link #write} wrote. */
    public static StatisticsOrigin read(DataInput in) throws IOException {
        byte[] source = new byte[SOURCE_BYTES];
        in.readFully(source);
        int size = in.readInt();
        if (size < 0 || size > MOST_PARTS) {
            throw new IOException("it claims " + size + " runs of samples");
        }
        List<Part> parts = new ArrayList<>();
        try {
            for (int i = 0; i < size; i++) {
                parts.add(new Part(in.readLong(), in.readLong()));
            }
            return new StatisticsOrigin(HexFormat.of().formatHex(source), parts);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
