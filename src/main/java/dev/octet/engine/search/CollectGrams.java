package dev.octet.engine.search;

import dev.octet.engine.algorithm.blockwise.GramMatrix;
import dev.octet.engine.data.BatchReader;
import dev.octet.engine.graph.Model;
import dev.octet.engine.runtime.Tap;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.search.padding.Padding;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Runs the float model over samples for the Gram matrices of layers' inputs; padding is left out. */
final class CollectGrams {

    /** Vectors that settle a Gram matrix: with more, its condition hardly changes and only time goes. */
    private static final long ENOUGH_VECTORS = 8192;

    private CollectGrams() {}

    /**
     * Adds what flows along each value to its matrices, at most about {@value #ENOUGH_VECTORS} vectors, or two for each input channel,
     * spread evenly over samples and positions.
     *
     * @param wanted the matrices to add to, by name of the value
     * @throws EngineException MODEL_NOT_FINITE naming a value that holds NaN or infinity, DATASET_MISMATCH where there is no sample
     */
    static void run(Model model, Map<String, List<GramMatrix>> wanted, SampleSet samples, int threads, Path scratch) {
        String mask = Padding.input(model).orElse(null);
        Set<String> tapped = new LinkedHashSet<>();
        if (mask != null) {
            tapped.add(mask);
        }
        tapped.addAll(wanted.keySet());
        try (Tap tap = Tap.open(model.withoutTypes(), tapped, threads, scratch)) {
            int batchSize = samples.withFirst(1, first -> tap.batchSize(first, Tap.BATCH_BYTES))
                    .orElseThrow(() -> new EngineException(
                            Fault.DATASET_MISMATCH, "there are no samples to run for the inputs of layers"));
            try (BatchReader reader = samples.read(batchSize)) {
                AtomicReference<@Nullable Padding> padding = new AtomicReference<>();
                tap.run(reader, (value, shape, floats) -> {
                    if (value.equals(mask)) {
                        padding.set(Padding.of(shape, floats));
                    }
                    Padding known = padding.get();
                    for (GramMatrix gram : wanted.getOrDefault(value, List.of())) {
                        if (known != null && known.covers(shape)) {
                            known.unpadded(shape, floats).forEach(kept -> add(gram, 1, samples.count(), kept));
                        } else {
                            add(gram, Math.max(1, Math.toIntExact(shape[0])), samples.count(), floats);
                        }
                    }
                });
            }
        }
        wanted.forEach((value, grams) -> grams.forEach(gram -> requireFinite(value, gram)));
    }

    private static void add(GramMatrix gram, int batch, long samples, FloatBuffer floats) {
        int columns = gram.columns();
        int vectors = floats.remaining() / columns;
        int each = vectors / batch;
        long most = Math.ceilDiv(Math.max(ENOUGH_VECTORS, 2L * columns), samples);
        int taken = (int) Math.min(each, most);
        for (int sample = 0; sample < batch; sample++) {
            for (int i = 0; i < taken; i++) {
                int vector = sample * each + (int) ((long) i * each / taken);
                gram.add(floats.slice(floats.position() + vector * columns, columns));
            }
        }
    }

    private static void requireFinite(String value, GramMatrix gram) {
        for (int i = 0; i < gram.columns(); i++) {
            if (!Double.isFinite(gram.get(i, i))) {
                throw new EngineException(
                        Fault.MODEL_NOT_FINITE,
                        "The float model gives NaN or infinity in '" + value + "', channel " + i
                                + ", on the calibration samples; check the model and the preprocessing.");
            }
        }
    }
}
