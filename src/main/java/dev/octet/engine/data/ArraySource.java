package dev.octet.engine.data;

import dev.octet.engine.data.npz.NpyArray;
import dev.octet.engine.data.values.Cast;
import dev.octet.engine.data.values.Normalization;
import dev.octet.engine.data.zip.Archive;
import dev.octet.engine.data.zip.EntryStream;
import dev.octet.engine.scheme.ElementType;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Batches out of npz arrays, each array at its own place in its own stream.
 *
 * <p>An array with one dimension more than its input holds a whole tensor a sample, such as a recurrent state whose batch axis does not
 * lead, or a single number: then samples come one by one, or as long as that number stays the same.
 */
final class ArraySource implements BatchSource {

    /**
     * One array on its way into one input.
     *
     * @param ahead single numbers read before it was known whether they belong to this batch
     */
    private record Feed(InputSpec input, NpyArray array, EntryStream in, Cast cast, Deque<byte[]> ahead) {

        /** Whether a batch has one number for all its samples. */
        boolean isScalar() {
            return input.shape().isEmpty();
        }

        /** How many of the next {@code most} samples can be fed at once. */
        int together(int most) {
            if (!isScalar()) {
                return SampleShape.isWhole(input.shape(), array.header().shape()) ? 1 : most;
            }
            while (ahead.size() < most) {
                byte[] number = new byte[array.header().type().bits() / 8];
                in.read(number, 0, number.length);
                ahead.add(number);
            }
            byte[] first = ahead.element();
            int alike = 0;
            for (byte[] number : ahead) {
                if (alike == most || !Arrays.equals(number, first)) {
                    break;
                }
                alike++;
            }
            return alike;
        }
    }

    private final List<Feed> feeds = new ArrayList<>();
    private final int batchSize;
    private final byte[] run = new byte[Cast.MAX_RUN * 8];
    private final long end;
    private long next;

    ArraySource(
            Archive archive,
            Map<String, NpyArray> arrays,
            List<InputSpec> inputs,
            Preprocessing preprocessing,
            long first,
            long count,
            int batchSize) {
        this.batchSize = batchSize;
        this.next = first;
        this.end = first + count;
        try {
            for (InputSpec input : inputs) {
                NpyArray array = Objects.requireNonNull(arrays.get(input.name()), input.name());
                Cast cast = new Cast(
                        array.name(),
                        sampleShape(array),
                        NpzDataset.reader(array),
                        input.type(),
                        normalization(array, input.type(), preprocessing));
                feeds.add(new Feed(input, array, array.open(archive, first), cast, new ArrayDeque<>()));
            }
        } catch (Throwable e) {
            feeds.forEach(f -> f.in.close());
            throw e;
        }
    }

    private static List<Long> sampleShape(NpyArray array) {
        return array.header().shape().subList(1, array.header().shape().size());
    }

    private static @Nullable Normalization normalization(NpyArray array, ElementType to, Preprocessing preprocessing) {
        if (!to.isFloatingPoint()) {
            return null;
        }
        if (preprocessing.mean().size() <= 1 && preprocessing.std().size() <= 1) {
            return preprocessing.normalization(1, 1);
        }
        int channels = Math.toIntExact(array.header().shape().get(1));
        return preprocessing.normalization(channels, array.sampleElements() / channels);
    }

    @Override
    public @Nullable Batch fill(BatchSlot slot) {
        if (next == end) {
            return null;
        }
        int size = (int) Math.min(batchSize, end - next);
        for (Feed feed : feeds) {
            size = feed.together(size);
        }
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < feeds.size(); i++) {
            Feed feed = feeds.get(i);
            if (feed.isScalar()) {
                columns.add(scalar(
                        feed, slot.take(i, feed.input.name(), feed.input.type().bytes(1)), size));
                continue;
            }
            long elements = feed.array.sampleElements();
            InputSpec input = feed.input;
            ByteBuffer out = slot.take(
                    i,
                    input.name(),
                    Math.multiplyExact((long) size, input.type().bytes(elements)));
            for (long sample = next; sample < next + size; sample++) {
                readSample(feed, sample, elements, out);
            }
            List<Long> shape = new ArrayList<>(sampleShape(feed.array));
            if (shape.size() < input.shape().size()) {
                shape.addFirst((long) size);
            }
            columns.add(new Column(input.name(), input.type(), shape, out.flip()));
        }
        Batch batch = new Batch(next, size, columns);
        next += size;
        return batch;
    }

    private Column scalar(Feed feed, ByteBuffer out, int size) {
        feed.cast.convert(feed.ahead.element(), 1, next, 0, out);
        for (int i = 0; i < size; i++) {
            feed.ahead.remove();
        }
        return new Column(feed.input.name(), feed.input.type(), List.of(), out.flip());
    }

    private void readSample(Feed feed, long sample, long elements, ByteBuffer out) {
        int elementBytes = feed.array.header().type().bits() / 8;
        for (long index = 0; index < elements; ) {
            int count = (int) Math.min(Cast.MAX_RUN, elements - index);
            feed.in.read(run, 0, count * elementBytes);
            feed.cast.convert(run, count, sample, index, out);
            index += count;
        }
    }

    @Override
    public void close() {
        feeds.forEach(f -> f.in.close());
    }
}
