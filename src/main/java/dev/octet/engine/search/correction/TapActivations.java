package dev.octet.engine.search.correction;

import dev.octet.engine.algorithm.Activations;
import dev.octet.engine.data.BatchReader;
import dev.octet.engine.graph.Model;
import dev.octet.engine.runtime.Tap;
import dev.octet.engine.search.SampleSet;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Runs models over samples that are kept in memory, in the runtime. */
public final class TapActivations implements Activations {

    private final KeptSamples samples;
    private final int threads;
    private final Path scratch;

    /**
     * Over at most {@code most} samples of {@code set}, or as many as a fixed amount of memory holds.
     *
     * @param threads threads of inference
     * @param scratch folder for copies of the models, each gone after its run
     */
    public TapActivations(SampleSet set, long most, int threads, Path scratch) {
        this.samples = new KeptSamples(set, most);
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
        Map<String, Long> done = new HashMap<>();
        try (Tap tap = Tap.open(model.withoutTypes(), values, threads, scratch);
                BatchReader reader = samples.read()) {
            tap.run(reader, (value, shape, floats) -> {
                long first = done.merge(value, shape[0], Long::sum) - shape[0];
                listener.accept(value, first, shape, floats);
            });
        }
    }
}
