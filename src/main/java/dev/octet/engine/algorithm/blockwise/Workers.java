package dev.octet.engine.algorithm.blockwise;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** A few threads that share out independent pieces of numeric work. */
public final class Workers implements AutoCloseable {

    private final int threads;
    private final ExecutorService pool;

    /** @param threads at least 1, the caller's own included */
    public Workers(int threads) {
        this.threads = threads;
        this.pool = Executors.newFixedThreadPool(
                Math.max(1, threads - 1), Thread.ofPlatform().daemon().factory());
    }

    /**
     * Does {@code piece} for 0 to {@code count - 1}, each once, in no order, and waits for all of them.
     *
     * @throws RuntimeException what the first piece that failed threw; the rest is not begun
     */
    public void each(int count, IntConsumer piece) {
        AtomicInteger next = new AtomicInteger();
        Runnable turn = () -> {
            try {
                for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                    piece.accept(i);
                }
            } catch (RuntimeException | Error e) {
                next.set(count);
                throw e;
            }
        };
        List<Future<?>> others = new ArrayList<>();
        for (int i = 1; i < Math.min(threads, count); i++) {
            others.add(pool.submit(turn));
        }
        try {
            turn.run();
        } finally {
            others.forEach(Workers::await);
        }
    }

    private static void await(Future<?> other) {
        try {
            other.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while rounding weights", e);
        }
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }
}
