package dev.octet.engine.runtime;

import dev.octet.engine.data.Batch;
import dev.octet.engine.data.BatchReader;
import dev.octet.engine.data.Column;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Threads that each take a batch, infer it and hand on what came.
 *
 * <p>On small networks two batches at once use two processors better than one batch on two threads does, and who observes the
 * values needs no thread of its own. What has to happen in the order of the samples waits for its turn.
 */
final class TapLanes {

    /** What is done with a batch, while other lanes work on theirs. */
    interface Work {

        /** Whether batches of {@code size} have to be worked on one at a time, so far. */
        boolean alone(int size);

        /** Works on the batch that {@code lane} holds, whose first sample is number {@code first} of the run. */
        void run(Lane lane, List<Column> columns, long first, int size, Order order);
    }

    private final BatchReader reader;
    private final Work work;
    private final Order order = new Order();
    private long samples;
    private boolean ended;

    private TapLanes(BatchReader reader, Work work) {
        this.reader = reader;
        this.work = work;
    }

    /**
     * Works on all that {@code reader} gives, on {@code count} threads.
     *
     * @return the number of samples
     * @throws EngineException what the reader or the work threw
     */
    static long run(BatchReader reader, int count, Work work) {
        TapLanes lanes = new TapLanes(reader, work);
        try (ExecutorService threads = Executors.newFixedThreadPool(
                count, Thread.ofPlatform().name("tap-lane-", 0).daemon().factory())) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                running.add(threads.submit(lanes::lane));
            }
            try {
                running.forEach(TapLanes::await);
            } finally {
                lanes.end();
            }
        }
        return lanes.samples;
    }

    private void lane() {
        try (Lane lane = new Lane()) {
            while (step(lane)) {
                // One batch after the other.
            }
        } catch (RuntimeException | Error e) {
            end();
            throw e;
        }
    }

    private boolean step(Lane lane) {
        long first;
        int size;
        List<Column> columns;
        synchronized (this) {
            Batch batch = ended ? null : reader.next();
            if (batch == null) {
                return false;
            }
            first = samples;
            size = batch.size();
            samples += size;
            columns = lane.copy(batch.columns());
            if (work.alone(size)) {
                work.run(lane, columns, first, size, order);
                return true;
            }
        }
        work.run(lane, columns, first, size, order);
        return true;
    }

    /** No further batch; nobody waits for those that will not come. */
    private void end() {
        order.giveUp();
        synchronized (this) {
            ended = true;
        }
    }

    private static void await(Future<?> running) {
        try {
            running.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException thrown -> throw thrown;
                case Error thrown -> throw thrown;
                case null, default -> throw new IllegalStateException(e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException(Fault.CANCELLED, "interrupted while observing", e);
        }
    }

    /** Does things in the order of the samples, whatever the order they come in. */
    static final class Order {
        private final Map<Long, Runnable> early = new HashMap<>();
        private long next;
        private boolean givenUp;

        /** Does {@code what} for {@code size} samples from {@code first} on, once all before is done. */
        synchronized void submit(long first, int size, Runnable what) {
            early.put(first, () -> {
                what.run();
                next = first + size;
            });
            for (Runnable due = early.remove(next); due != null && !givenUp; due = early.remove(next)) {
                due.run();
            }
            notifyAll();
        }

        /** Waits until all before {@code sample} is done. */
        synchronized void await(long sample) {
            while (next < sample && !givenUp) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new EngineException(Fault.CANCELLED, "interrupted while observing", e);
                }
            }
        }

        synchronized void giveUp() {
            givenUp = true;
            notifyAll();
        }
    }

    /** The memory of one lane: a batch, and what came of it. */
    static final class Lane implements Tap.Tapped, AutoCloseable {
        private final OutputBuffers given = new OutputBuffers();
        private final OutputBuffers computed = new OutputBuffers();
        private final Map<String, long[]> shapes = new HashMap<>();
        private final Map<String, FloatBuffer> floats = new HashMap<>();

        OutputBuffers buffers() {
            return computed;
        }

        /** Copies of {@code columns}, whose own memory the reader takes back when the next batch is asked for. */
        private List<Column> copy(List<Column> columns) {
            return columns.stream()
                    .map(column -> {
                        ByteBuffer source = column.data();
                        ByteBuffer copy = given.bytes(column.name(), source.remaining());
                        copy.put(0, source, source.position(), source.remaining());
                        return new Column(column.name(), column.type(), column.shape(), copy);
                    })
                    .toList();
        }

        /** Takes an input as it is. */
        void take(Column column, int size) {
            put(column.name(), column.shape(), given.floats(column.name(), column.data(), column.type()), size);
        }

        void take(List<OutputView> views, int size) {
            views.forEach(view -> put(view.name(), view.shape(), view.floats(), size));
        }

        private void put(String name, List<Long> shape, FloatBuffer content, int size) {
            shapes.put(name, TapSplit.bySample(shape, size));
            floats.put(name, content);
        }

        @Override
        public long[] shape(String value) {
            return there(value, shapes.get(value));
        }

        @Override
        public FloatBuffer floats(String value) {
            return there(value, floats.get(value));
        }

        private static <T> T there(String value, @Nullable T content) {
            if (content == null) {
                throw new IllegalStateException("nothing came for " + value);
            }
            return content;
        }

        @Override
        public void close() {
            given.close();
            computed.close();
        }
    }
}
