package dev.octet.engine.search.correction;

import dev.octet.engine.data.Batch;
import dev.octet.engine.data.BatchReader;
import dev.octet.engine.data.Column;
import dev.octet.engine.search.SampleSet;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The first samples of a set, read once and kept in memory for many runs. */
final class KeptSamples {

    /** Memory taken at most, whatever is asked for. */
    private static final long MOST_BYTES = 32L << 20;

    private static final int BATCH = 8;

    private final List<Batch> batches = new ArrayList<>();
    private long samples;

    /** Reads at most {@code most} samples of {@code set}. */
    KeptSamples(SampleSet set, long most) {
        long bytes = 0;
        try (BatchReader reader = set.atMost(most).read(BATCH)) {
            for (Batch batch = reader.next(); batch != null && bytes < MOST_BYTES; batch = reader.next()) {
                List<Column> columns =
                        batch.columns().stream().map(KeptSamples::copy).toList();
                bytes += columns.stream().mapToLong(c -> c.data().remaining()).sum();
                batches.add(new Batch(batch.first(), batch.size(), columns));
                samples += batch.size();
            }
        }
    }

    private static Column copy(Column column) {
        ByteBuffer source = column.data();
        ByteBuffer copy = ByteBuffer.allocateDirect(source.remaining()).order(ByteOrder.nativeOrder());
        copy.put(0, source, source.position(), source.remaining());
        return new Column(column.name(), column.type(), column.shape(), copy);
    }

    /** Number of samples kept. */
    long samples() {
        return samples;
    }

    /** Hands out what was kept. */
    BatchReader read() {
        Iterator<Batch> left = batches.iterator();
        return new BatchReader() {
            @Override
            public @Nullable Batch next() {
                return left.hasNext() ? left.next() : null;
            }

            @Override
            public void close() {
                // What is kept stays for the next run.
            }
        };
    }
}
