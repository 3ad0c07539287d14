package dev.octet.engine.search;

import dev.octet.engine.evaluate.Scorer;
import dev.octet.engine.graph.Model;
import dev.octet.engine.onnx.OnnxWriter;
import dev.octet.engine.recipe.Recipe;
import dev.octet.engine.rewrite.blockwise.BlockwiseMatrix;
import dev.octet.engine.rewrite.blockwise.DequantizeBlockwise;
import dev.octet.engine.runtime.ExecutedGraph;
import dev.octet.engine.runtime.InferenceMemory;
import dev.octet.engine.scheme.Progress;
import dev.octet.engine.scheme.Progress.Phase;
import dev.octet.engine.search.Findings.Timing;
import dev.octet.engine.search.LayerErrors.LayerError;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Runs a written candidate as it will be shipped, scores it and times it. */
public final class Proof {

    private static final Duration LATENCY_BUDGET = Duration.ofSeconds(4);

    private final Recipe recipe;
    private final boolean timed;
    private final PreparedModel prepared;
    private final Candidate candidate;
    private final RunData data;
    private final Path floatFile;
    private final Path quantizedFile;
    private final Path scratch;
    private final int threads = Runtime.getRuntime().availableProcessors();
    private final long started = System.nanoTime();

    /**
     * A proof of {@code candidate}, which lies in {@code quantizedFile}.
     *
     * @param timed whether this machine is the target
     * @param floatFile the prepared float model
     * @param scratch folder for files of this proof; the caller removes it
     */
    public Proof(
            Recipe recipe,
            boolean timed,
            PreparedModel prepared,
            Candidate candidate,
            RunData data,
            Path floatFile,
            Path quantizedFile,
            Path scratch) {
        this.recipe = recipe;
        this.timed = timed;
        this.prepared = prepared;
        this.candidate = candidate;
        this.data = data;
        this.floatFile = floatFile;
        this.quantizedFile = quantizedFile;
        this.scratch = scratch;
    }

    /**
     * Everything that was measured.
     *
     * @param preparedDb agreement of the folded with the uploaded model, measured before
     */
    public Findings measure(double preparedDb, Progress progress) {
        SampleSet samples = data.evaluation();
        progress.report(Phase.EVALUATING, 0, samples.count(), "comparing fused kernels with the file as written");
        OptionalDouble fusedDb = timed ? OptionalDouble.of(kernels(samples)) : OptionalDouble.empty();
        Scorer scorer = new Scorer(data.metric(), data.truth(), data.pairs(), recipe.seed());
        new ScoreModels(scorer, data.pooling(), data.metric(), data.truth())
                .run(
                        prepared.file(),
                        quantizedFile,
                        !timed,
                        samples,
                        threads,
                        done -> progress.report(Phase.EVALUATING, done, samples.count(), "scoring both models"));
        ExecutedGraph executed = MeasureTimes.executed(quantizedFile, samples, scratch);
        Map<String, LayerError> errors =
                LayerErrors.measure(candidate.base(), candidate.plan(), samples, threads, scratch);
        List<Timing> latency = timed ? latency(progress) : List.of();
        Map<String, Duration> floatTimes = Map.of();
        Map<String, Duration> int8Times = Map.of();
        if (timed) {
            int measured = recipe.measure().threads();
            ExecutedGraph floatGraph = MeasureTimes.executed(floatFile, samples, scratch);
            floatTimes =
                    MeasureTimes.byNode(floatFile, prepared.model().graph(), floatGraph, samples, 1, measured, scratch);
            int8Times = MeasureTimes.byNode(
                    quantizedFile, candidate.model().graph(), executed, samples, 1, measured, scratch);
        }
        return new Findings(
                prepared,
                candidate,
                data,
                executed,
                errors,
                timed,
                latency,
                memory(prepared.file(), samples),
                memory(quantizedFile, samples),
                floatTimes,
                int8Times,
                scorer.score(),
                scorer.fidelity(),
                preparedDb,
                fusedDb,
                Duration.ofNanos(System.nanoTime() - started));
    }

    /** Agreement of the kernels with what the file means, in dB. */
    private double kernels(SampleSet samples) {
        if (candidate.blocks().isEmpty()) {
            return CompareRuns.fused(floatFile, quantizedFile, samples, threads);
        }
        Path reference = scratch.resolve("dequantized.onnx");
        try (Arena arena = Arena.ofShared()) {
            Map<String, BlockwiseMatrix> matrices = new LinkedHashMap<>();
            candidate.blocks().forEach((node, encoded) -> matrices.put(node, encoded.matrix()));
            Model model =
                    DequantizeBlockwise.perform(candidate.base(), matrices, scratch.resolve("dequantized.bin"), arena);
            OnnxWriter.write(model.withoutTypes(), reference);
        }
        return CompareRuns.meant(reference, floatFile, quantizedFile, samples, threads);
    }

    /** Peak memory of running {@code file} once on one sample, in a process of its own. */
    private OptionalLong memory(Path file, SampleSet samples) {
        return samples.withFirst(
                        1,
                        batch -> InferenceMemory.measure(
                                file, batch.columns(), recipe.measure().threads(), scratch))
                .orElse(OptionalLong.empty());
    }

    private List<Timing> latency(Progress progress) {
        List<Integer> sizes = recipe.measure().batchSizes();
        List<Timing> latency = MeasureTimes.latency(
                prepared.file(),
                quantizedFile,
                data.evaluation(),
                recipe.measure(),
                LATENCY_BUDGET,
                size -> progress.report(
                        Phase.BENCHMARKING, sizes.indexOf(size), sizes.size(), "timing at batch " + size));
        progress.report(Phase.BENCHMARKING, sizes.size(), sizes.size(), "timed");
        return latency;
    }
}
