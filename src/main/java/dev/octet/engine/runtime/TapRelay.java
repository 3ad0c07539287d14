package dev.octet.engine.runtime;

import dev.octet.engine.data.Column;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Hands batches to a listener in a thread of its own, one at a time and in order, while the next one is being made. */
final class TapRelay implements AutoCloseable {

    private final List<String> values;
    private final TapListener listener;
    private final Turn[] turns;
    private final ExecutorService thread;
    private int next;

    TapRelay(List<String> values, TapListener listener) {
        this.values = values;
        this.listener = listener;
        // On one processor nothing overlaps: a second set of buffers would only take memory.
        this.turns = new Turn[Runtime.getRuntime().availableProcessors() > 1 ? 2 : 1];
        for (int i = 0; i < turns.length; i++) {
            turns[i] = new Turn();
        }
        this.thread = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("tap-listener").daemon().factory());
    }

    /** One batch on its way to the listener. */
    static final class Turn {
        private final OutputBuffers buffers = new OutputBuffers();
        private final Map<String, long[]> shapes = new HashMap<>();
        private final Map<String, FloatBuffer> floats = new HashMap<>();
        private @Nullable Future<?> listening;

        OutputBuffers buffers() {
            return buffers;
        }

        /** Copies an input, whose own memory the reader takes back. */
        void copy(Column column, int size) {
            ByteBuffer source = column.data();
            ByteBuffer copy = buffers.bytes(column.name(), source.remaining());
            copy.put(0, source, source.position(), source.remaining());
            put(column.name(), column.shape(), buffers.floats(column.name(), copy, column.type()), size);
        }

        void take(List<OutputView> views, int size) {
            views.forEach(view -> put(view.name(), view.shape(), view.floats(), size));
        }

        private void put(String name, List<Long> shape, FloatBuffer content, int size) {
            shapes.put(name, TapSplit.bySample(shape, size));
            floats.put(name, content);
        }
    }

    /** Buffers for the next batch, once the listener is done with what they held. */
    Turn next() {
        Turn turn = turns[next];
        next = (next + 1) % turns.length;
        await(turn);
        return turn;
    }

    void submit(Turn turn) {
        turn.listening = thread.submit(() -> {
            for (String value : values) {
                long[] shape = turn.shapes.get(value);
                FloatBuffer content = turn.floats.get(value);
                if (shape == null || content == null) {
                    throw new IllegalStateException("nothing came for " + value);
                }
                listener.accept(value, shape, content);
            }
        });
    }

    /** Waits until the listener has seen everything. */
    void finish() {
        for (int i = 0; i < turns.length; i++) {
            await(turns[(next + i) % turns.length]);
        }
    }

    private static void await(Turn turn) {
        Future<?> listening = turn.listening;
        if (listening == null) {
            return;
        }
        turn.listening = null;
        try {
            listening.get();
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

    /** Ends the listener's thread and frees the buffers. */
    @Override
    public void close() {
        thread.close();
        for (Turn turn : turns) {
            turn.buffers.close();
        }
    }
}
