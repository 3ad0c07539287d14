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
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A float model run for its inner values.
 *
 * <p>While the listener works on one batch the next is inferred, in two sets of buffers; the order of calls is that of the reader
 * all the same. Memory is bounded by two batches of the tapped values. Where a tapped value does not lead with the batch (seen by
 * running a single sample beside the first batch) samples are run one by one, so that each call's values belong to the samples
 * it says.
 */
public final class Tap implements AutoCloseable {

    /**
     * Memory of one set of tapped values that is worth taking, in bytes. Measured on networks of 1 to 7 MB a sample, batches of
     * more than that were no faster, and two such sets still fit a server processor's last cache.
     */
    public static final long BATCH_BYTES = 16L << 20;

    private final ScratchFolder folder;
    private final @Nullable RuntimeSession session;
    private final List<String> values;
    private final Set<String> given;
    private final TapSplit split = new TapSplit();

    private Tap(ScratchFolder folder, @Nullable RuntimeSession session, Collection<String> values, Set<String> given) {
        this.folder = folder;
        this.session = session;
        this.values = List.copyOf(values);
        this.given = given;
    }

    /**
     * Opens {@code model} with taps on {@code values}.
     *
     * @param values floating-point inputs, inner values or outputs of the model, each once; no constants
     * @param threads threads of inference
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
                    folder, computed.isEmpty() ? null : session(model, computed, threads, folder), values, given);
        } catch (RuntimeException | Error e) {
            try (folder) {
                throw e;
            }
        }
    }

    private static RuntimeSession session(Model model, Set<String> computed, int threads, ScratchFolder folder) {
        Path file = folder.file("tapped.onnx");
        OnnxWriter.write(model.withGraph(OrtRunner.only(model.graph(), computed)), file);
        RuntimeSession session = RuntimeSession.open(file, RuntimeOptions.optimized(threads));
        try {
            session.outputs().forEach(Tap::requireFloat);
            return session;
        } catch (EngineException e) {
            try (session) {
                throw e;
            }
        }
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
            for (OutputView view : session.run(first)) {
                each += view.floats().remaining() * 4L;
            }
        }
        return Math.clamp(Long.highestOneBit(Math.max(1, bytes / Math.max(1, each))), 1, 64);
    }

    /**
     * Runs all that {@code reader} gives and hands each batch of each value to {@code listener}.
     *
     * @return the number of samples run
     * @throws EngineException what the reader, the runtime or the listener threw
     */
    public long run(BatchReader reader, TapListener listener) {
        long samples = 0;
        try (TapRelay relay = new TapRelay(values, listener)) {
            for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
                samples += batch.size();
                run(batch, relay);
            }
            relay.finish();
        }
        return samples;
    }

    private void run(Batch batch, TapRelay relay) {
        List<Column> columns = batch.columns();
        int size = batch.size();
        if (fixedBatch() > 1) {
            TapRelay.Turn turn = relay.next();
            infer(columns, size, turn);
            relay.submit(turn);
            return;
        }
        if (size > 1 && session != null && !split.isKnown()) {
            split.learnFromOne(session.run(TapSplit.sample(columns, size, 0)));
        }
        if (size == 1 || split.leadsWithBatch()) {
            TapRelay.Turn turn = relay.next();
            if (infer(columns, size, turn)) {
                relay.submit(turn);
                return;
            }
        }
        for (int i = 0; i < size; i++) {
            TapRelay.Turn turn = relay.next();
            infer(TapSplit.sample(columns, size, i), 1, turn);
            relay.submit(turn);
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

    /** Fills {@code turn}; false where what came can't be told apart by sample. */
    private boolean infer(List<Column> columns, int size, TapRelay.Turn turn) {
        for (Column column : columns) {
            if (given.contains(column.name())) {
                turn.copy(column, size);
            }
        }
        if (session == null) {
            return true;
        }
        List<OutputView> views = session.run(columns, turn.buffers());
        if (size > 1 && !split.isKnown()) {
            split.learnFromBatch(views, size);
        }
        turn.take(views, size);
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
