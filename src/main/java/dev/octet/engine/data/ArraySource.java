package dev.octet.engine.data;

import dev.octet.engine.data.npz.NpyArray;
import dev.octet.engine.data.values.Cast;
import dev.octet.engine.data.values.Normalization;
import dev.octet.engine.data.zip.Archive;
import dev.octet.engine.data.zip.EntryStream;
import dev.octet.engine.scheme.ElementType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Batches out of npz arrays, each array at its own place in its own stream. */
final class ArraySource implements BatchSource {

    /** One array on its way into one input. */
    private record Feed(InputSpec input, NpyArray array, EntryStream in, Cast cast) {}

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
                feeds.add(new Feed(input, array, array.open(archive, first), cast));
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
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < feeds.size(); i++) {
            Feed feed = feeds.get(i);
            long elements = feed.array.sampleElements();
            InputSpec input = feed.input;
            ByteBuffer out = slot.take(
                    i,
                    input.name(),
                    Math.multiplyExact((long) size, input.type().bytes(elements)));
            for (long sample = next; sample < next + size; sample++) {
                readSample(feed, sample, elements, out);
            }
            List<Long> shape = new ArrayList<>(feed.array.header().shape());
            shape.set(0, (long) size);
            columns.add(new Column(input.name(), input.type(), shape, out.flip()));
        }
        Batch batch = new Batch(next, size, columns);
        next += size;
        return batch;
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
