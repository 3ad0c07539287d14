package dev.octet.engine.search.correction;

import dev.octet.engine.data.Batch;
import dev.octet.engine.data.BatchReader;
import dev.octet.engine.data.Column;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.search.SampleSet;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The first samples of a set, decoded once and kept in a file for many runs: the memory is that of one batch. */
final class KeptSamples implements AutoCloseable {

    /** Bytes kept at most, whatever is asked for. */
    private static final long MOST_BYTES = 32L << 20;

    private static final int BATCH = 8;

    /** Where a column of a batch lies in the file. */
    private record Place(String name, ElementType type, List<Long> shape, long at, int bytes) {}

    private record Kept(long first, int size, List<Place> columns) {}

    private final Path file;
    private final FileChannel channel;
    private final List<Kept> batches = new ArrayList<>();
    private final boolean divisible;
    private long samples;

    /**
     * Reads at most {@code most} samples of {@code set}.
     *
     * @param scratch folder for the file, which goes when this is closed
     * @throws EngineException what the reader threw; IO or DISK_FULL
     */
    KeptSamples(SampleSet set, long most, Path scratch) {
        try {
            file = Files.createTempFile(scratch, "samples-", ".bin");
            channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw EngineException.ofIo("no samples can be kept in " + scratch, e);
        }
        divisible = set.fixedBatch() < 0;
        try (BatchReader reader = set.atMost(most).read(BATCH)) {
            long end = 0;
            for (Batch batch = reader.next(); batch != null && end < MOST_BYTES; batch = reader.next()) {
                List<Place> columns = new ArrayList<>();
                for (Column column : batch.columns()) {
                    int bytes = column.data().remaining();
                    columns.add(new Place(column.name(), column.type(), column.shape(), end, bytes));
                    end = write(column.data().duplicate(), end);
                }
                batches.add(new Kept(batch.first(), batch.size(), columns));
                samples += batch.size();
            }
        } catch (RuntimeException | Error e) {
            try (this) {
                throw e;
            }
        }
    }

    private long write(ByteBuffer data, long at) {
        try {
            long end = at;
            while (data.hasRemaining()) {
                end += channel.write(data, end);
            }
            return end;
        } catch (IOException e) {
            throw EngineException.ofIo("samples can't be kept in " + file, e);
        }
    }

    /** Number of samples kept. */
    long samples() {
        return samples;
    }

    /**
     * Hands out what was kept, in batches of at most {@code most} samples, or of as many as the model insists on; each is gone when the
     * next one is asked for.
     */
    BatchReader read(int most) {
        return new Reader(most);
    }

    private final class Reader implements BatchReader {

        private final Arena arena = Arena.ofShared();
        private final List<ByteBuffer> room = new ArrayList<>();
        private final int most;
        private int batch;
        private int done;

        private Reader(int most) {
            this.most = most;
        }

        @Override
        public @Nullable Batch next() {
            if (batch == batches.size()) {
                return null;
            }
            Kept kept = batches.get(batch);
            int size = divisible ? Math.min(most, kept.size() - done) : kept.size();
            List<Column> columns = new ArrayList<>();
            for (Place place : kept.columns()) {
                columns.add(column(columns.size(), place, kept.size(), size));
            }
            Batch next = new Batch(kept.first() + done, size, columns);
            done += size;
            if (done == kept.size()) {
                batch++;
                done = 0;
            }
            return next;
        }

        private Column column(int index, Place place, int of, int size) {
            if (place.shape().isEmpty()) {
                // One number for all samples of the batch.
                return new Column(place.name(), place.type(), place.shape(), read(index, place.at(), place.bytes()));
            }
            List<Long> shape = new ArrayList<>(place.shape());
            shape.set(0, shape.getFirst() / of * size);
            int each = place.bytes() / of;
            ByteBuffer data = read(index, place.at() + (long) done * each, each * size);
            return new Column(place.name(), place.type(), shape, data);
        }

        private ByteBuffer read(int index, long from, int bytes) {
            ByteBuffer data = room(index, bytes);
            try {
                for (long at = from; data.hasRemaining(); ) {
                    int read = channel.read(data, at);
                    if (read < 0) {
                        throw new EOFException("it ends at " + at);
                    }
                    at += read;
                }
            } catch (IOException e) {
                throw EngineException.ofIo("samples can't be read from " + file, e);
            }
            return data.flip();
        }

        @SuppressWarnings("MustBeClosedChecker") // closed with the reader
        private ByteBuffer room(int index, int bytes) {
            if (index == room.size()) {
                room.add(arena.allocate(Long.BYTES, Long.BYTES).asByteBuffer());
            }
            if (room.get(index).capacity() < bytes) {
                room.set(index, arena.allocate(bytes, Long.BYTES).asByteBuffer());
            }
            return room.get(index).slice(0, bytes).order(ByteOrder.nativeOrder());
        }

        @Override
        public void close() {
            arena.close();
        }
    }

    @Override
    public void close() {
        try (channel) {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw EngineException.ofIo(file + " can't be deleted", e);
        }
    }
}
