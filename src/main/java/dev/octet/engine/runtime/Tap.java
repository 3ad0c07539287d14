package dev.octet.engine.runtime;

import dev.octet.engine.data.Batch;
import dev.octet.engine.data.BatchReader;
import dev.octet.engine.data.Column;
import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType.TensorType;
import dev.octet.engine.onnx.OnnxWriter;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A float model run for its inner values.
 *
 * <p>Several batches are inferred at once, each in a lane with buffers of its own, on one session. Memory is bounded by the lanes'
 * tapped values. Where a tapped value does not lead with the batch (seen by running a single sample beside the first batch)
 * samples are run one by one, so that each call's values belong to the samples it says. Neither the batches nor what is computed
 * from them hang on the number of threads.
 */
public final class Tap implements AutoCloseable {

    /**
     * Memory of one set of tapped values that is worth taking, in bytes. Measured on networks of 1 to 7 MB a sample, batches of
     * more than that were no faster beyond the noise, and the sets of all lanes still fit a server processor's last cache.
     */
    public static final long BATCH_BYTES = 8L << 20;

    /** Memory of the tapped values of all lanes, in bytes, unless two lanes take more. */
    public static final long MOST_BYTES = 4 * BATCH_BYTES;

    private static final int MOST_LANES = 4;

    /** Batches whose place in the order a lane may wait for, for each lane. */
    private static final long AHEAD = 4;

    /** Sees batches as they come. */
    @FunctionalInterface
    public interface Observer {

        /**
         * Looks at one batch of one value, while other threads do at others, in any order.
         *
         * @param value name of the value
         * @param shape the batch's shape, whose first dimension is the number of samples in it
         * @param values the elements, row-major, from position 0 to the limit; not to be used after the call
         * @param batch the other values of the same samples; not to be used after the call
         * @return what is left to be done in the order of the samples, one batch at a time
         */
        Runnable observe(String value, long[] shape, FloatBuffer values, Tapped batch);
    }

    /** All tapped values of one batch. */
    public interface Tapped {

        /** The shape of {@code value}, whose first dimension is the number of samples. */
        long[] shape(String value);

        /** Its elements. */
        FloatBuffer floats(String value);
    }

    private final ScratchFolder folder;
    private final @Nullable RuntimeSession session;
    private final List<String> values;
    private final Set<String> given;
    private final int threads;
    private final TapSplit split = new TapSplit();
    private long setBytes = BATCH_BYTES;

    private Tap(
            ScratchFolder folder,
            @Nullable RuntimeSession session,
            Collection<String> values,
            Set<String> given,
            int threads) {
        this.folder = folder;
        this.session = session;
        this.values = List.copyOf(values);
        this.given = given;
        this.threads = threads;
    }

    /**
     * Opens {@code model} with taps on {@code values}.
     *
     * @param values floating-point inputs, inner values or outputs of the model, each once; no constants
     * @param threads processors to use
     * @param scratch folder for a copy of the model, which goes with the tap
     * @throws EngineException MODEL_UNSUPPORTED where the runtime refuses the model or a value is no floating-point tensor
     */
    public static Tap open(Model model, Collection<String> values, int threads, Path scratch) {
        Set<String> given = new LinkedHashSet<>();
        Set<String> computed = new LinkedHashSet<>(values);
        for (Value input : model.graph().requiredInputs()) {
            if (computed.remove(input.name())) {
                given.add(input.name());
            }
        }
        ScratchFolder folder = ScratchFolder.in(scratch);
        try {
            return new Tap(
                    folder,
                    computed.isEmpty() ? null : session(model, computed, threads, folder),
                    values,
                    given,
                    threads);
        } catch (RuntimeException | Error e) {
            try (folder) {
                throw e;
            }
        }
    }

    private static RuntimeSession session(Model model, Set<String> computed, int threads, ScratchFolder folder) {
        Path file = folder.file("tapped.onnx");
        OnnxWriter.writeScratch(model.withGraph(OrtRunner.only(model.graph(), computed)), file);
        RuntimeSession session = RuntimeSession.open(file, RuntimeOptions.optimized(inside(threads)));
        try {
            session.outputs().forEach(Tap::requireFloat);
            return session;
        } catch (EngineException e) {
            try (session) {
                throw e;
            }
        }
    }

    /** Threads inside one operator: lanes keep a few processors busy on their own. */
    private static int inside(int threads) {
        return threads <= 2 ? 1 : threads - 1;
    }

    private static void requireFloat(Value value) {
        if (!(value.type() instanceof TensorType tensor) || !tensor.element().isFloatingPoint()) {
            throw new EngineException(
                    Fault.MODEL_UNSUPPORTED, "'" + value.name() + "' can't be observed, it is " + value.type());
        }
    }

    /**
     * The number of samples to run at once so that one set of tapped values takes at most {@code bytes}, such as
     * {@link #BATCH_BYTES}: a power of two, 1 to 64; or as many as the model insists on.
     *
     * @param sample a batch, of which the first sample is run
     */
    public int batchSize(Batch sample, long bytes) {
        if (fixedBatch() > 1) {
            return Math.toIntExact(fixedBatch());
        }
        long each = 0;
        List<Column> first = TapSplit.sample(sample.columns(), sample.size(), 0);
        for (Column column : first) {
            each += given.contains(column.name()) ? column.data().remaining() : 0;
        }
        if (session != null) {
            List<OutputView> views = session.run(first);
            split.learnFromOne(first, views);
            for (OutputView view : views) {
                each += view.floats().remaining() * 4L;
            }
        }
        int size = Math.clamp(Long.highestOneBit(Math.max(1, bytes / Math.max(1, each))), 1, 64);
        setBytes = Math.max(1, size * each);
        return size;
    }

    /**
     * Runs all that {@code reader} gives and hands each batch of each value to {@code listener}, in order.
     *
     * @return the number of samples run
     * @throws EngineException what the reader, the runtime or the listener threw
     */
    public long run(BatchReader reader, TapListener listener) {
        return run(reader, 0, (value, shape, floats, _) -> () -> listener.accept(value, shape, floats));
    }

    /**
     * Runs all that {@code reader} gives and lets {@code observer} look at each batch of each value.
     *
     * @return the number of samples run
     * @throws EngineException what the reader, the runtime or the observer threw
     */
    public long observe(BatchReader reader, Observer observer) {
        return run(reader, AHEAD, observer);
    }

    private int lanes() {
        return Math.clamp(MOST_BYTES / setBytes, Math.min(threads, 2), Math.min(threads, MOST_LANES));
    }

    private long run(BatchReader reader, long ahead, Observer observer) {
        int lanes = lanes();
        return TapLanes.run(reader, lanes, new TapLanes.Work() {
            @Override
            public boolean alone(int size) {
                return session != null && size > 1 && !split.isKnown();
            }

            @Override
            public void run(TapLanes.Lane lane, List<Column> columns, long first, int size, TapLanes.Order order) {
                infer(lane, columns, size, (at, n) -> {
                    List<Runnable> inOrder = new ArrayList<>();
                    for (String value : values) {
                        inOrder.add(observer.observe(value, lane.shape(value), lane.floats(value), lane));
                    }
                    order.submit(first + at, n, () -> inOrder.forEach(Runnable::run));
                    order.await(first + at + n - ahead * lanes * n);
                });
            }
        });
    }

    /** Learns of a part of a batch. */
    @FunctionalInterface
    private interface Part {
        /** Samples {@code at} to {@code at + n} of the batch have been run. */
        void done(int at, int n);
    }

    private void infer(TapLanes.Lane lane, List<Column> columns, int size, Part part) {
        if (fixedBatch() > 1) {
            infer(lane, columns, size);
            part.done(0, size);
            return;
        }
        if (size > 1 && session != null && !split.isKnown()) {
            List<Column> one = TapSplit.sample(columns, size, 0);
            if (!split.hasLearntFromOne(one)) {
                split.learnFromOne(one, session.run(one));
            }
        }
        if ((size == 1 || split.leadsWithBatch()) && infer(lane, columns, size)) {
            part.done(0, size);
            return;
        }
        for (int i = 0; i < size; i++) {
            infer(lane, TapSplit.sample(columns, size, i), 1);
            part.done(i, 1);
        }
    }

    /** The number of samples that the model insists on, so that no single one can be run; -1 where it takes any. */
    private long fixedBatch() {
        return session == null
                ? -1
                : session.inputs().stream()
                        .map(Value::type)
                        .filter(type ->
                                type instanceof TensorType(var _, List<Dim> shape) && shape != null && !shape.isEmpty())
                        .mapToLong(type -> Objects.requireNonNull(((TensorType) type).shape())
                                .getFirst()
                                .size())
                        .max()
                        .orElse(-1);
    }

    /** Fills {@code lane}; false where what came can't be told apart by sample. */
    private boolean infer(TapLanes.Lane lane, List<Column> columns, int size) {
        for (Column column : columns) {
            if (given.contains(column.name())) {
                lane.take(column, size);
            }
        }
        if (session == null) {
            return true;
        }
        List<OutputView> views = session.run(columns, lane.buffers());
        if (size > 1 && !split.isKnown()) {
            split.learnFromBatch(views, size);
        }
        lane.take(views, size);
        return size == 1 || split.leadsWithBatch();
    }

    @Override
    public void close() {
        try (folder;
                session) {
            // Session first, then the files it may have mapped.
        }
    }
}
