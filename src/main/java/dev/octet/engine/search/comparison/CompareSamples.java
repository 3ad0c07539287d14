package dev.octet.engine.search.comparison;

import dev.octet.engine.data.Batch;
import dev.octet.engine.data.BatchReader;
import dev.octet.engine.data.Labels;
import dev.octet.engine.runtime.OutputView;
import dev.octet.engine.runtime.RuntimeOptions;
import dev.octet.engine.runtime.RuntimeSession;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.search.SampleSet;
import dev.octet.engine.search.comparison.Comparison.Output;
import dev.octet.engine.search.comparison.Comparison.Sample;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Runs the float and the quantized file on the same samples and holds every output against its like. */
public final class CompareSamples {

    /** Outputs of a model that are told of. */
    static final int MOST_OUTPUTS = 16;

    /** Values of one output that both models' copies are held of. */
    private static final long MOST_ELEMENTS = 1L << 26;

    private final @Nullable Labels labels;

    private CompareSamples(SampleSet samples) {
        this.labels = samples.dataset()
                .labels()
                .filter(all -> all.count() == samples.dataset().samples())
                .orElse(null);
    }

    /**
     * Compares both files on {@code samples}.
     *
     * @param fp32 the float model as an ONNX file
     * @param int8 the quantized one
     * @param literally whether the quantized file is executed as written instead of on this machine's integer kernels
     * @param threads threads inside one operator
     * @throws EngineException DATASET_MISMATCH where there are fewer samples than the model insists on in one run; MODEL_UNSUPPORTED
     *     where the runtime gives up, an output is too large, or it can't be told apart by sample
     */
    public static Comparison run(Path fp32, Path int8, boolean literally, SampleSet samples, int threads) {
        CompareSamples compare = new CompareSamples(samples);
        RuntimeOptions optimized = RuntimeOptions.optimized(threads);
        List<Sample> compared = new ArrayList<>();
        try (RuntimeSession first = RuntimeSession.open(fp32, optimized);
                RuntimeSession second =
                        RuntimeSession.open(int8, literally ? RuntimeOptions.literal(threads) : optimized);
                BatchReader reader = samples.read(1)) {
            for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
                List<OutputView> exact = first.run(batch);
                List<OutputView> quantized = second.run(batch);
                for (int i = 0; i < batch.size(); i++) {
                    compared.add(compare.sample(batch, i, exact, quantized));
                }
            }
        }
        if (compared.isEmpty()) {
            throw new EngineException(
                    Fault.DATASET_MISMATCH,
                    "The model takes " + Math.max(1, samples.fixedBatch()) + " samples in one run; there are "
                            + samples.count() + ".");
        }
        return new Comparison(samples.dataset().samples(), literally, compared);
    }

    private Sample sample(Batch batch, int i, List<OutputView> exact, List<OutputView> quantized) {
        List<Output> outputs = new ArrayList<>();
        for (int o = 0; o < Math.min(MOST_OUTPUTS, exact.size()); o++) {
            OutputView reference = exact.get(o);
            outputs.add(new CompareOutputs(
                            reference.name(),
                            reference.type(),
                            shape(reference, batch.size()),
                            shape(quantized.get(o), batch.size()))
                    .compare(part(reference, batch.size(), i), part(quantized.get(o), batch.size(), i)));
        }
        long index = batch.first() + i;
        List<Boolean> answers =
                outputs.stream().map(Output::agree).filter(Objects::nonNull).toList();
        return new Sample(
                index,
                labels(index),
                answers.isEmpty() ? null : answers.stream().allMatch(Boolean::booleanValue),
                outputs,
                exact.size() - outputs.size());
    }

    private List<Double> labels(long index) {
        Labels known = labels;
        return known == null
                ? List.of()
                : IntStream.range(0, known.width())
                        .mapToObj(k -> known.get(index, k))
                        .toList();
    }

    /** The shape of one sample's part: its own where it ran alone, else with a batch of 1. */
    private static List<Long> shape(OutputView output, int batch) {
        List<Long> shape = output.shape();
        if (batch == 1) {
            return shape;
        }
        if (shape.isEmpty() || shape.getFirst() != batch) {
            throw new EngineException(
                    Fault.MODEL_UNSUPPORTED,
                    "Output '" + output.name() + "' of shape " + shape + " does not lead with the batch of " + batch
                            + " samples, so it can't be told apart by sample.");
        }
        List<Long> part = new ArrayList<>(shape);
        part.set(0, 1L);
        return part;
    }

    private static float[] part(OutputView output, int batch, int i) {
        long elements = output.floats().remaining() / batch;
        if (elements > MOST_ELEMENTS) {
            throw new EngineException(
                    Fault.MODEL_UNSUPPORTED,
                    "Output '" + output.name() + "' has " + elements + " values for one sample; at most "
                            + MOST_ELEMENTS + " are compared. Give a smaller sample.");
        }
        return output.part(batch, i);
    }
}
