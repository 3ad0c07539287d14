package dev.octet.engine.search;

import dev.octet.engine.data.BatchReader;
import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType.TensorType;
import dev.octet.engine.observe.StatisticsRequest;
import dev.octet.engine.observe.TensorStatistics;
import dev.octet.engine.runtime.Tap;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Runs the float model over samples under observers, in one pass and bounded memory; padding is not observed. */
public final class Calibrate {

    /** What exporters of transformers call the input that is 0 at padding. */
    private static final String MASK = "attention_mask";

    private Calibrate() {}

    /**
     * Statistics of {@code values} over {@code samples}.
     *
     * @param progress told the number of samples done
     * @throws EngineException MODEL_NOT_FINITE naming a value that holds NaN or infinity, DATASET_MISMATCH where there is no sample
     */
    public static Map<String, TensorStatistics> run(
            Model model,
            Collection<String> values,
            SampleSet samples,
            StatisticsRequest request,
            int threads,
            Path scratch,
            LongConsumer progress) {
        Map<String, TensorStatistics> statistics = new LinkedHashMap<>();
        values.forEach(value -> statistics.put(value, new TensorStatistics(request)));
        if (values.isEmpty()) {
            return statistics;
        }
        String mask = mask(model);
        Set<String> tapped = new LinkedHashSet<>();
        if (mask != null) {
            tapped.add(mask);
        }
        tapped.addAll(values);
        try (Tap tap = Tap.open(model.withoutTypes(), tapped, threads, scratch)) {
            int batchSize = batchSize(tap, samples);
            try (BatchReader reader = samples.read(batchSize)) {
                String last = values.stream().reduce((_, b) -> b).orElseThrow();
                long[] done = {0};
                tap.observe(reader, (value, shape, floats, batch) -> {
                    TensorStatistics of = statistics.get(value);
                    if (of == null) {
                        return () -> {};
                    }
                    int count = Math.toIntExact(shape[0]);
                    Runnable rest = mask != null && isBySequence(shape, batch.shape(mask))
                            ? scanUnpadded(of, shape, floats, batch.floats(mask))
                            : scan(of, shape, floats);
                    return () -> {
                        rest.run();
                        if (value.equals(last)) {
                            done[0] += count;
                            progress.accept(done[0]);
                        }
                    };
                });
            }
        }
        statistics.forEach(Calibrate::requireFinite);
        return statistics;
    }

    private static int batchSize(Tap tap, SampleSet samples) {
        return samples.withFirst(1, first -> tap.batchSize(first, Tap.BATCH_BYTES))
                .orElseThrow(() -> new EngineException(Fault.DATASET_MISMATCH, "there are no samples to calibrate on"));
    }

    /** Channels are the second axis where there is a space behind it, else the last one. */
    private static Runnable scan(TensorStatistics statistics, long[] shape, FloatBuffer floats) {
        int samples = Math.toIntExact(shape[0]);
        if (shape.length < 2) {
            return statistics.scan(floats, samples);
        }
        int axis = shape.length > 3 ? 1 : shape.length - 1;
        long inner = 1;
        for (int i = axis + 1; i < shape.length; i++) {
            inner *= shape[i];
        }
        return statistics.scan(floats, samples, Math.toIntExact(shape[axis]), Math.toIntExact(inner));
    }

    /** The mask of padding that transformers take, one number a position; null where the model has none. */
    private static @Nullable String mask(Model model) {
        return model.graph().requiredInputs().stream()
                .filter(input -> input.name().equals(MASK)
                        && input.type() instanceof TensorType(var _, List<Dim> shape)
                        && shape != null
                        && shape.size() == 2)
                .map(Value::name)
                .findFirst()
                .orElse(null);
    }

    /** Whether {@code shape} is [batch, sequence, …] beyond doubt: no other axis has the size of the mask's second. */
    private static boolean isBySequence(long[] shape, long[] mask) {
        return shape.length > 2
                && mask.length == 2
                && mask[1] > 1
                && shape[0] == mask[0]
                && Arrays.stream(shape, 1, shape.length)
                                .filter(dim -> dim == mask[1])
                                .count()
                        == 1
                && shape[1] == mask[1];
    }

    /** Leaves out the positions that the mask marks 0, unless it marks all of a sample so. */
    private static Runnable scanUnpadded(
            TensorStatistics statistics, long[] shape, FloatBuffer floats, FloatBuffer mask) {
        int samples = Math.toIntExact(shape[0]);
        int positions = Math.toIntExact(shape[1]);
        int row = floats.remaining() / samples / positions;
        List<FloatBuffer> batch = new ArrayList<>(samples);
        for (int i = 0; i < samples; i++) {
            FloatBuffer kept = FloatBuffer.allocate(positions * row);
            for (int k = 0; k < positions; k++) {
                if (mask.get(i * positions + k) != 0) {
                    kept.put(floats.slice((i * positions + k) * row, row));
                }
            }
            batch.add(kept.position() == 0 ? floats.slice(i * positions * row, positions * row) : kept.flip());
        }
        return statistics.scan(batch, Math.toIntExact(shape[shape.length - 1]), 1);
    }

    private static void requireFinite(String value, TensorStatistics statistics) {
        if (statistics.nonFinite() > 0) {
            throw new EngineException(
                    Fault.MODEL_NOT_FINITE,
                    "The float model gives " + statistics.nonFinite() + " values of NaN or infinity in '" + value
                            + "' on the calibration samples; check the model and the preprocessing.");
        }
        if (statistics.count() == 0) {
            throw new EngineException(
                    Fault.MODEL_UNSUPPORTED, "The value '" + value + "' is empty on all calibration samples.");
        }
    }
}
