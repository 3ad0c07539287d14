package dev.octet.engine.search.auto;

import dev.octet.engine.data.Batch;
import dev.octet.engine.data.BatchReader;
import dev.octet.engine.evaluate.ExpectedDrop;
import dev.octet.engine.evaluate.Scorer;
import dev.octet.engine.runtime.OutputView;
import dev.octet.engine.runtime.RuntimeOptions;
import dev.octet.engine.runtime.RuntimeSession;
import dev.octet.engine.scheme.MetricKind;
import dev.octet.engine.search.OutputVectors;
import dev.octet.engine.search.SampleSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Measures candidates on samples that are neither calibrated on nor reported on; the float model is run once for all. */
final class Yardstick {

    /** Most samples that a choice is made on. */
    static final long MOST_SAMPLES = 256;

    private static final long MOST_VALUES = 8L << 20;

    private final MetricKind metric;
    private final boolean pairs;
    private final OutputVectors vectors;
    private final int threads;
    private final SampleSet samples;
    private final List<float[]> exact;

    /** Runs {@code floatFile} over as many of {@code samples} as outputs fit into a fixed amount of memory. */
    Yardstick(MetricKind metric, boolean pairs, OutputVectors vectors, SampleSet samples, Path floatFile, int threads) {
        this.metric = metric;
        this.pairs = pairs;
        this.vectors = vectors;
        this.threads = threads;
        this.exact = new ArrayList<>();
        try (RuntimeSession session = RuntimeSession.open(floatFile, RuntimeOptions.optimized(threads));
                BatchReader reader = samples.atMost(MOST_SAMPLES).read(session)) {
            long values = 0;
            for (Batch batch = reader.next(); batch != null && values < MOST_VALUES; batch = reader.next()) {
                OutputView output = session.run(batch).getFirst();
                for (int i = 0; i < batch.size(); i++) {
                    float[] vector = vectors.of(output, batch, i);
                    values += vector.length;
                    exact.add(vector);
                }
            }
        }
        this.samples = samples.atMost(exact.size());
    }

    /** Number of samples that candidates are measured on. */
    int samples() {
        return exact.size();
    }

    /**
     * How close {@code file} comes to the float model.
     *
     * @param literally whether it is executed as written, not on integer kernels: a simulation of another target
     */
    Estimate measure(Path file, boolean literally) {
        Scorer scorer = new Scorer(MetricKind.FIDELITY, null, false);
        ExpectedDrop expected = new ExpectedDrop(metric, pairs);
        RuntimeOptions options = literally ? RuntimeOptions.literal(threads) : RuntimeOptions.optimized(threads);
        try (RuntimeSession session = RuntimeSession.open(file, options);
                BatchReader reader = samples.read(session)) {
            int at = 0;
            for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
                OutputView output = session.run(batch).getFirst();
                for (int i = 0; i < batch.size(); i++) {
                    float[] quantized = vectors.of(output, batch, i);
                    scorer.add(exact.get(at), quantized);
                    expected.add(exact.get(at), quantized);
                    at++;
                }
            }
        }
        return new Estimate(scorer.fidelity(), expected.drop(), expected.error(), expected.score());
    }
}
