package dev.octet.engine;

import dev.octet.engine.onnx.OnnxWriter;
import dev.octet.engine.plan.Target;
import dev.octet.engine.recipe.ModelFormat;
import dev.octet.engine.recipe.Recipe;
import dev.octet.engine.report.HandOver;
import dev.octet.engine.report.Outcome;
import dev.octet.engine.report.OutcomeFiles;
import dev.octet.engine.report.OutcomeWriter;
import dev.octet.engine.report.Trials;
import dev.octet.engine.runtime.OrtRunner;
import dev.octet.engine.scheme.Encoding;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.scheme.Progress;
import dev.octet.engine.scheme.Progress.Phase;
import dev.octet.engine.scheme.QuantizationSettings;
import dev.octet.engine.scheme.Technique;
import dev.octet.engine.search.Candidate;
import dev.octet.engine.search.CompareRuns;
import dev.octet.engine.search.Findings;
import dev.octet.engine.search.MemoryEstimate;
import dev.octet.engine.search.PreparedModel;
import dev.octet.engine.search.Proof;
import dev.octet.engine.search.RunData;
import dev.octet.engine.search.SampleSet;
import dev.octet.engine.search.auto.Deadline;
import dev.octet.engine.search.auto.SearchAutomatically;
import dev.octet.engine.search.auto.SearchAutomatically.Found;
import dev.octet.engine.search.auto.Setting;
import dev.octet.engine.search.calibration.DataAdvice;
import dev.octet.engine.search.torch.TorchArtifact;
import dev.octet.engine.search.torch.WriteTorchArtifact;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Quantizes a model and proves the result: the way of one job through the engine.
 *
 * <pre>
 * read - fold - place - calibrate - choose encodings - insert QDQ - write - run, compare, score, time - report
 * </pre>
 */
public final class Quantizer {

    private final Recipe recipe;
    private final Path out;
    private final Path scratch;
    private final Progress progress;
    private final Consumer<Outcome.Trial> trials;
    private final InstantSource clock;
    private final Target target;
    private final QuantizationSettings settings;
    private final boolean timed;
    private final int threads = Runtime.getRuntime().availableProcessors();

    private Quantizer(
            Recipe recipe,
            Path out,
            Path scratch,
            Progress progress,
            Consumer<Outcome.Trial> trials,
            InstantSource clock) {
        this.recipe = recipe;
        this.out = out;
        this.scratch = scratch;
        this.progress = progress;
        this.trials = trials;
        this.clock = clock;
        this.target = target(recipe.target());
        this.settings = recipe.settings().resolve(target);
        this.timed = target.equals(Targets.own());
    }

    /**
     * Runs {@code recipe} and leaves the quantized model, the statistics and the reports in {@code out}.
     *
     * @param out an existing folder; complete when this returns, without leftovers when it throws
     * @param clock tells when a trial was made
     * @throws EngineException for every reason to give up
     */
    public static Outcome run(Recipe recipe, Path out, Progress progress, InstantSource clock) {
        return run(recipe, out, progress, _ -> {}, clock);
    }

    /**
     * The same, telling {@code trials} each candidate of a search as it is measured.
     *
     * @throws EngineException for every reason to give up
     */
    public static Outcome run(
            Recipe recipe, Path out, Progress progress, Consumer<Outcome.Trial> trials, InstantSource clock) {
        try (WorkFolder scratch = WorkFolder.in(out);
                Arena arena = Arena.ofShared()) {
            return new Quantizer(recipe, out, scratch.path(), progress, trials, clock).run(arena);
        }
    }

    /**
     * Makes the results in {@code out} those of one moment, after the process that ran may have been killed in any; to be called
     * before they are read.
     *
     * @throws EngineException IO, DISK_FULL
     */
    public static void settle(Path out) {
        HandOver.finish(out);
    }

    private Outcome run(Arena arena) {
        Deadline deadline = Deadline.in(recipe.budget().maxRunSeconds());
        progress.report(Phase.PREPARING, 0, 3, "reading and folding the model");
        OrtRunner runner = new OrtRunner(scratch);
        PreparedModel read = PreparedModel.read(recipe.model(), scratch, runner, arena);
        Recipe exact = recipe.excluding(read.names(recipe.settings().exclude()));
        Recipe suited = read.attends() ? exact.suitedToAttention() : exact;
        PreparedModel told = suited.equals(exact)
                ? read
                : read.withNote(
                        "The model has attention, and the request leaves open what suits it: STATIC chooses ranges by "
                                + suited.settings().observer() + " and tries "
                                + suited.settings().algorithms().stream()
                                        .sorted()
                                        .toList() + ".");
        return new Quantizer(suited, out, scratch, progress, trials, clock).run(told, runner, deadline);
    }

    private Outcome run(PreparedModel read, OrtRunner runner, Deadline deadline) {
        try (RunData data = RunData.open(recipe, read, scratch)) {
            progress.report(Phase.PREPARING, 1, 3, "taking shapes from a sample");
            PreparedModel prepared = read.withShapes(data.sampleShapes(), runner);
            Path floatFile = scratch.resolve("prepared.onnx");
            OnnxWriter.write(prepared.typed(prepared.model()), floatFile);
            long expected = MemoryEstimate.bytes(prepared, SampleSet.LARGEST_BATCH);
            progress.report(
                    Phase.PREPARING,
                    2,
                    3,
                    "will take about " + (expected >> 20) + " MB; comparing the folded with the uploaded model");
            double preparedDb = CompareRuns.prepared(prepared, floatFile, data.evaluation(), threads);
            if (recipe.technique() != Technique.AUTO) {
                Findings findings = prove(prepared, data, floatFile, preparedDb, fixed().quantize(prepared, data));
                return handOver(findings, null, advice(findings));
            }
            return search(prepared, data, floatFile, preparedDb, deadline);
        }
    }

    /** Searches, with something proven and handed over from the start: what there is when the search is cut short. */
    private Outcome search(PreparedModel prepared, RunData data, Path floatFile, double preparedDb, Deadline deadline) {
        Setting setting = Setting.of(recipe, settings, timed, prepared, floatFile, data, deadline, threads, scratch);
        SearchAutomatically search = new SearchAutomatically(
                setting, progress, trial -> trials.accept(Trials.finished(trial, clock.instant())));
        Found first = search.first();
        Findings findings = prove(prepared, data, floatFile, preparedDb, first.candidate());
        search.writeStatistics(scratch.resolve(OutcomeFiles.STATISTICS));
        DataAdvice advice = advice(findings);
        handOver(findings, first, advice);
        deadline.reserve(findings.proving().multipliedBy(3).dividedBy(2));
        Found found = search.search();
        search.writeStatistics(scratch.resolve(OutcomeFiles.STATISTICS));
        if (found.chosen().number() != first.chosen().number()) {
            findings = prove(prepared, data, floatFile, preparedDb, found.candidate());
            advice = advice(findings);
        } else {
            write(prepared, found.candidate());
        }
        return handOver(findings, found, advice);
    }

    private FixedTechnique fixed() {
        return new FixedTechnique(recipe, settings, scratch, out.resolve(OutcomeFiles.CHECKPOINT), progress, threads);
    }

    private Path write(PreparedModel prepared, Candidate candidate) {
        Path file = scratch.resolve(OutcomeFiles.MODEL);
        OnnxWriter.write(prepared.typed(candidate.model()), file);
        progress.report(Phase.QUANTIZING, 1, 1, "wrote the quantized model");
        return file;
    }

    private Findings prove(
            PreparedModel prepared, RunData data, Path floatFile, double preparedDb, Candidate candidate) {
        Path quantizedFile = write(prepared, candidate);
        return new Proof(recipe, timed, prepared, candidate, data, floatFile, quantizedFile, scratch)
                .measure(preparedDb, progress);
    }

    private Outcome handOver(Findings findings, @Nullable Found found, @Nullable DataAdvice advice) {
        TorchArtifact archive = archive(findings);
        Outcome outcome = new OutcomeWriter(
                        recipe,
                        target,
                        findings,
                        scratch.resolve(OutcomeFiles.MODEL),
                        archive,
                        found,
                        advice,
                        clock.instant())
                .outcome();
        progress.report(Phase.PACKAGING, 0, 1, "handing over the results");
        OutcomeFiles.write(outcome, scratch);
        HandOver.perform(scratch, out);
        progress.report(Phase.PACKAGING, 1, 1, "done");
        return outcome;
    }

    /** The model as an archive for PyTorch; null where none is asked for. */
    private @Nullable TorchArtifact archive(Findings findings) {
        if (!recipe.formats().contains(ModelFormat.PT2)) {
            return null;
        }
        progress.report(Phase.PACKAGING, 0, 1, "writing the archive for PyTorch and reading it back");
        return new WriteTorchArtifact(
                        findings.data(),
                        scratch.resolve("prepared.onnx"),
                        scratch.resolve(OutcomeFiles.MODEL),
                        scratch,
                        threads)
                .write(findings.candidate().model(), scratch.resolve(OutcomeFiles.TORCH_MODEL));
    }

    /** What the calibration set was worth; null where there is none. */
    private @Nullable DataAdvice advice(Findings findings) {
        Candidate candidate = findings.candidate();
        if (candidate.statistics().isEmpty()) {
            return null;
        }
        Map<String, Encoding> encodings = new LinkedHashMap<>();
        candidate
                .plan()
                .groups()
                .keySet()
                .forEach(value ->
                        candidate.plan().activation(value).ifPresent(encoding -> encodings.put(value, encoding)));
        return DataAdvice.look(
                candidate.base(),
                encodings,
                candidate.statistics(),
                findings.data().evaluation(),
                threads,
                scratch);
    }

    private static Target target(@Nullable String id) {
        if (id == null) {
            return Targets.own();
        }
        return Target.byId(id)
                .filter(Target::supported)
                .orElseThrow(() -> new EngineException(
                        Fault.RECIPE_INVALID, "There is no target '" + id + "' to make artifacts for."));
    }
}
