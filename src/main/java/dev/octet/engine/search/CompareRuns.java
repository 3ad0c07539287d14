package dev.octet.engine.search;

import dev.octet.engine.data.Batch;
import dev.octet.engine.data.BatchReader;
import dev.octet.engine.evaluate.SignalNoise;
import dev.octet.engine.rewrite.half.WidenHalfPrecision;
import dev.octet.engine.runtime.OutputView;
import dev.octet.engine.runtime.RuntimeOptions;
import dev.octet.engine.runtime.RuntimeSession;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Holds two runs that should agree against each other: raised against uploaded, literal against fused. */
public final class CompareRuns {

    /** Samples compared; a wrong rewrite or kernel shows in the first. */
    private static final long MOST_SAMPLES = 8;

    /** Folding changes the order of float additions and nothing else. */
    private static final double LEAST_PREPARED_DB = 60;

    /** A model in 16-bit floats rounds each inner result to 11 bits (66 dB), or to 8, which adds up; widened it does not. */
    private static final double LEAST_WIDENED_DB = 35;

    /** A fused kernel may round half a step elsewhere than Q and DQ executed one by one. */
    private static final double SURELY_FUSED_DB = 20;

    /** Where such steps add up in a noisy network, the fused run may still not be much further from the float model. */
    private static final double MOST_LOST_DB = 3;

    /** Files that say the same differ by less, but for single steps that round the other way. */
    private static final double SURELY_SAME_DB = 60;

    /** Outputs held for the comparison end here. */
    private static final long MOST_BYTES = 64L << 20;

    private CompareRuns() {}

    /**
     * Proves that preparation kept what {@code model} computes.
     *
     * @param folded the file that holds the prepared model
     * @return SQNR of the prepared model's outputs against the uploaded one's, in dB
     * @throws EngineException INTERNAL where it did not
     */
    public static double prepared(PreparedModel model, Path folded, SampleSet samples, int threads) {
        boolean widened = WidenHalfPrecision.applies(model.original());
        return prepared(model.file(), folded, samples, threads, widened ? LEAST_WIDENED_DB : LEAST_PREPARED_DB);
    }

    /** As {@link #prepared(PreparedModel, Path, SampleSet, int)} for a model in 32-bit floating point. */
    static double prepared(Path uploaded, Path prepared, SampleSet samples, int threads) {
        return prepared(uploaded, prepared, samples, threads, LEAST_PREPARED_DB);
    }

    private static double prepared(Path uploaded, Path prepared, SampleSet samples, int threads, double leastDb) {
        RuntimeOptions options = RuntimeOptions.optimized(threads);
        double sqnrDb = sqnrDb(new Run(uploaded, options), new Run(prepared, options), samples);
        if (sqnrDb < leastDb) {
            throw new EngineException(
                    Fault.INTERNAL,
                    "Folding changed what the model computes: the outputs agree to " + Math.round(sqnrDb)
                            + " dB only. This is a defect of the engine; nothing was quantized.");
        }
        return sqnrDb;
    }

    /**
     * Proves that the integer kernels compute what the file says: they agree with its literal execution, or are at least as near
     * to the float model, to within {@value #MOST_LOST_DB} dB.
     *
     * @param prepared the float model that {@code quantized} was made from
     * @return SQNR of the fused run against the literal run, in dB
     * @throws EngineException ARTIFACT_UNPROVEN where they do not
     */
    public static double fused(Path prepared, Path quantized, SampleSet samples, int threads) {
        return fused(new Run(quantized, RuntimeOptions.literal(threads)), prepared, quantized, samples, threads);
    }

    /**
     * The same for a file whose kernels can't be executed literally: held against {@code reference}, the float model with every weight
     * replaced by what its integer means.
     *
     * @throws EngineException ARTIFACT_UNPROVEN where they do not agree
     */
    public static double meant(Path reference, Path prepared, Path quantized, SampleSet samples, int threads) {
        return fused(new Run(reference, RuntimeOptions.optimized(threads)), prepared, quantized, samples, threads);
    }

    /**
     * Proves that {@code back}, an archive of the quantized model read back, computes what {@code quantized} says: their literal
     * executions agree, or it is as near to the float model to within {@value #MOST_LOST_DB} dB, where single steps that round the
     * other way add up.
     *
     * @return SQNR of the one against the other, in dB
     * @throws EngineException ARTIFACT_UNPROVEN where they do not agree
     */
    public static double readBack(Path prepared, Path quantized, Path back, SampleSet samples, int threads) {
        RuntimeOptions literal = RuntimeOptions.literal(threads);
        return agree(
                new Run(prepared, RuntimeOptions.optimized(threads)),
                new Run(quantized, literal),
                new Run(back, literal),
                SURELY_SAME_DB,
                "the archive, read back, keeps the float model's outputs to %2$.1f dB, the ONNX file to %1$.1f dB",
                samples);
    }

    private static double fused(Run reference, Path prepared, Path quantized, SampleSet samples, int threads) {
        RuntimeOptions optimized = RuntimeOptions.optimized(threads);
        return agree(
                new Run(prepared, optimized),
                reference,
                new Run(quantized, optimized),
                SURELY_FUSED_DB,
                "The runtime's integer kernels do not compute what the quantized file says: as written it keeps the float"
                        + " model's outputs to %1$.1f dB, on integer kernels to %2$.1f dB. Integer sums may saturate on"
                        + " this processor; try settings.reduceRange.",
                samples);
    }

    /** A file and how it is executed. */
    private record Run(Path file, RuntimeOptions options) {}

    /**
     * Proves that {@code proven} agrees with {@code reference}, or is as near to {@code prepared}, the float model.
     *
     * @param unproven says that it is neither, of how near the reference is and how near the proven run, in dB
     */
    private static double agree(
            Run prepared, Run reference, Run proven, double surelyDb, String unproven, SampleSet samples) {
        double agreementDb = sqnrDb(reference, proven, samples);
        if (agreementDb < surelyDb) {
            double referenceDb = sqnrDb(prepared, reference, samples);
            double provenDb = sqnrDb(prepared, proven, samples);
            if (provenDb < referenceDb - MOST_LOST_DB) {
                throw new EngineException(
                        Fault.ARTIFACT_UNPROVEN, String.format(Locale.ROOT, unproven, referenceDb, provenDb));
            }
        }
        return agreementDb;
    }

    /** One file after the other: two large models are not held in memory at once. */
    private static double sqnrDb(Run one, Run other, SampleSet samples) {
        List<float[]> expected = outputs(one, samples);
        List<float[]> actual = outputs(other, samples);
        SignalNoise noise = new SignalNoise();
        for (int i = 0; i < Math.min(expected.size(), actual.size()); i++) {
            noise.add(expected.get(i), actual.get(i));
        }
        return noise.sqnrDb();
    }

    /** All outputs of the first samples, of as many as fit {@link #MOST_BYTES}. */
    private static List<float[]> outputs(Run run, SampleSet samples) {
        List<float[]> outputs = new ArrayList<>();
        long bytes = 0;
        try (RuntimeSession session = RuntimeSession.open(run.file(), run.options());
                BatchReader reader = samples.atMost(Math.max(MOST_SAMPLES, samples.fixedBatch()))
                        .read(1)) {
            for (Batch batch = reader.next(); batch != null && bytes < MOST_BYTES; batch = reader.next()) {
                for (OutputView view : session.run(batch)) {
                    float[] values = view.copy();
                    outputs.add(values);
                    bytes += (long) Float.BYTES * values.length;
                }
            }
        }
        return outputs;
    }
}
