package dev.octet.engine.search.correction;

import dev.octet.engine.algorithm.Activations;
import dev.octet.engine.data.Batch;
import dev.octet.engine.data.BatchReader;
import dev.octet.engine.graph.Model;
import dev.octet.engine.runtime.ProcessMemory;
import dev.octet.engine.runtime.Tap;
import dev.octet.engine.search.SampleSet;
import dev.octet.engine.search.padding.Padding;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Runs models over samples that are kept in a file, in the runtime; padding is not shown. */
public final class TapActivations implements Activations, AutoCloseable {

    private final KeptSamples samples;
    private final int threads;
    private final Path scratch;

    /**
     * Over at most {@code most} samples of {@code set}, or as many as a fixed amount of bytes holds.
     *
     * @param threads threads of inference
     * @param scratch folder for the samples, until this is closed, and for copies of the models, each gone after its run
     */
    public TapActivations(SampleSet set, long most, int threads, Path scratch) {
        this.samples = new KeptSamples(set, most, scratch);
        this.threads = threads;
        this.scratch = scratch;
    }

    @Override
    public long samples() {
        return samples.samples();
    }

    @Override
    public void run(Model model, Collection<String> values, Listener listener) {
        if (values.isEmpty()) {
            return;
        }
        String mask = Padding.input(model).orElse(null);
        Set<String> tapped = new LinkedHashSet<>();
        if (mask != null) {
            tapped.add(mask);
        }
        tapped.addAll(values);
        Deliver deliver = new Deliver(mask, mask != null && values.contains(mask), listener);
        try (Tap tap = Tap.open(model.withoutTypes(), tapped, threads, scratch);
                BatchReader reader = samples.read(batchSize(tap))) {
            tap.run(reader, deliver::accept);
        }
        // Each of a correction's runs has a model of its own, whose changed weights are on the heap.
        ProcessMemory.settleIfGrown();
    }

    private int batchSize(Tap tap) {
        try (BatchReader reader = samples.read(1)) {
            Batch first = reader.next();
            return first == null ? 1 : tap.batchSize(first, Tap.BATCH_BYTES);
        }
    }

    /** Removes the samples. */
    @Override
    public void close() {
        samples.close();
    }

    /** Hands values on without the positions that are padding, sample by sample where there are some. */
    private static final class Deliver {

        private final @Nullable String mask;
        private final boolean maskWanted;
        private final Listener listener;
        private final Map<String, Long> done = new HashMap<>();
        private @Nullable Padding padding;

        Deliver(@Nullable String mask, boolean maskWanted, Listener listener) {
            this.mask = mask;
            this.maskWanted = maskWanted;
            this.listener = listener;
        }

        /** Of a batch the mask comes first. */
        void accept(String value, long[] shape, FloatBuffer floats) {
            if (value.equals(mask)) {
                padding = Padding.of(shape, floats);
                if (!maskWanted) {
                    return;
                }
            }
            long first = done.merge(value, shape[0], Long::sum) - shape[0];
            if (padding == null || !padding.covers(shape)) {
                listener.accept(value, first, shape, floats);
                return;
            }
            long row = Math.max(1, floats.remaining() / (shape[0] * shape[1]));
            for (FloatBuffer kept : padding.unpadded(shape, floats)) {
                long[] one = shape.clone();
                one[0] = 1;
                one[1] = kept.remaining() / row;
                listener.accept(value, first++, one, kept);
            }
        }
    }
}
