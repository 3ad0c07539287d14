package dev.octet.engine.search;

import dev.octet.engine.data.BatchReader;
import dev.octet.engine.graph.Model;
import dev.octet.engine.observe.StatisticsRequest;
import dev.octet.engine.observe.TensorStatistics;
import dev.octet.engine.runtime.ProcessMemory;
import dev.octet.engine.runtime.Tap;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.search.padding.Padding;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;

/** Runs the float model over samples under observers, in one pass and bounded memory; padding is not observed. */
public final class Calibrate {

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
        String mask = Padding.input(model).orElse(null);
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
                    Padding padding = mask == null ? null : Padding.of(batch.shape(mask), batch.floats(mask));
                    Runnable rest = padding != null && padding.covers(shape)
                            ? scanUnpadded(of, padding, shape, floats)
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
        ProcessMemory.settleIfGrown();
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

    /** Leaves out the positions that are padding. */
    private static Runnable scanUnpadded(
            TensorStatistics statistics, Padding padding, long[] shape, FloatBuffer floats) {
        return statistics.scan(padding.unpadded(shape, floats), Math.toIntExact(shape[shape.length - 1]), 1);
    }

    private static void requireFinite(String value, TensorStatistics statistics) {
        if (statistics.nonFinite() > 0) {
            throw new EngineException(
                    Fault.MODEL_NOT_FINITE,
                    "The float model gives " + statistics.nonFinite() + " values of NaN or infinity in '" + value
                            + "' on the calibration samples; check the model and the preprocessing.");
        }
    }
}
