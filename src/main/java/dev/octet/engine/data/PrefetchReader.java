package dev.octet.engine.data;

import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Reads one batch ahead while the last one is being used.
 *
 * <p>Two sets of buffers take turns, so memory is that of two batches however many samples there are.
 */
final class PrefetchReader implements BatchReader {

    private final BatchSource source;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("octet-data").factory());
    private BatchSlot filling = new BatchSlot();
    private BatchSlot inUse = new BatchSlot();
    private @Nullable Future<@Nullable Batch> ahead;
    private @Nullable Throwable failure;
    private boolean ended;
    private boolean closed;

    PrefetchReader(BatchSource source) {
        this.source = source;
    }

    @Override
    public @Nullable Batch next() {
        if (closed) {
            throw new IllegalStateException("the reader is closed");
        }
        if (failure != null) {
            throw failed(failure);
        }
        if (ended) {
            return null;
        }
        Batch batch = await(ahead == null ? start() : ahead);
        BatchSlot filled = filling;
        filling = inUse;
        inUse = filled;
        if (batch == null) {
            ended = true;
            ahead = null;
        } else {
            ahead = start();
        }
        return batch;
    }

    private Future<@Nullable Batch> start() {
        BatchSlot slot = filling;
        return thread.submit(() -> source.fill(slot));
    }

    private @Nullable Batch await(Future<@Nullable Batch> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            failure = e.getCause() == null ? e : e.getCause();
            throw failed(failure);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            ahead = future;
            throw new EngineException(Fault.CANCELLED, "Interrupted while reading the dataset", e);
        }
    }

    private static RuntimeException failed(Throwable failure) {
        return switch (failure) {
            case EngineException e -> new EngineException(e.fault(), String.valueOf(e.getMessage()), e.details(), e);
            case Error e -> throw e;
            default -> new EngineException(Fault.INTERNAL, "Reading the dataset failed: " + failure, failure);
        };
    }

    /** Waits for the batch that is being read, which is bounded, so that nothing is freed under the reading thread. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            thread.close();
            try (BatchSlot _ = filling;
                    BatchSlot _ = inUse) {
                source.close();
            }
        }
    }
}
