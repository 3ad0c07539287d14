package dev.octet.engine.search.correction;

import dev.octet.engine.algorithm.Activations;
import dev.octet.engine.algorithm.ChooseEncodings;
import dev.octet.engine.algorithm.Corrected;
import dev.octet.engine.algorithm.equalize.EqualizeChannels;
import dev.octet.engine.algorithm.equalize.SmoothActivations;
import dev.octet.engine.algorithm.layer.CorrectBias;
import dev.octet.engine.algorithm.layer.RoundWeights;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Rewrite;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.observe.Observer;
import dev.octet.engine.observe.TensorStatistics;
import dev.octet.engine.plan.EncodedValues;
import dev.octet.engine.plan.Placement;
import dev.octet.engine.plan.QuantizationPlan;
import dev.octet.engine.rewrite.InsertQdq;
import dev.octet.engine.runtime.ProcessMemory;
import dev.octet.engine.scheme.AlgorithmKind;
import dev.octet.engine.scheme.QuantizationSettings;
import dev.octet.engine.search.Calibrate;
import dev.octet.engine.search.Candidate;
import dev.octet.engine.search.QuantizeStatically;
import dev.octet.engine.search.SampleSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Static quantization with corrections, each kept only if the outputs come nearer to the float model's on samples held back.
 *
 * <pre>
 * equalize - smooth - (calibrate again) - choose encodings - round - correct biases - insert QDQ
 * </pre>
 */
public final class ApplyCorrections {

    /** One sample in so many is held back. */
    private static final long HELD_BACK = 5;

    private static final long MOST_HELD_BACK = 48;

    /** Corrections learn little more from more samples: positions in them count too. */
    private static final long MOST_LEARNED = 96;

    /** What a change of the float model may differ from it. */
    private static final double LEAST_EQUAL_DB = 60;

    private final Placement placement;
    private final SampleSet samples;
    private final QuantizationSettings settings;
    private final Observer observer;
    private final Set<AlgorithmKind> algorithms;
    private final int threads;
    private final Path scratch;
    private final Consumer<String> progress;
    private final Activations learned;
    private final OutputError errors;
    private final List<String> notes = new ArrayList<>();

    private ApplyCorrections(
            Model prepared,
            Placement placement,
            SampleSet samples,
            QuantizationSettings settings,
            Observer observer,
            Set<AlgorithmKind> algorithms,
            int threads,
            Path scratch,
            Consumer<String> progress,
            Activations learned,
            Activations judges) {
        this.placement = placement;
        this.samples = samples;
        this.settings = settings;
        this.observer = observer;
        this.algorithms = algorithms;
        this.threads = threads;
        this.scratch = scratch;
        this.progress = progress;
        this.learned = learned;
        if (judges.equals(learned)) {
            notes.add("corrections were judged on the samples they learned from: there are fewer than " + HELD_BACK);
        }
        this.errors = new OutputError(prepared, judges);
    }

    /** A float model, its statistics and the plan for it, with the error of performing it. */
    private record State(Model model, Map<String, TensorStatistics> statistics, QuantizationPlan plan, double error) {}

    /**
     * The quantized model with those of {@code algorithms} that help.
     *
     * @param statistics of {@code prepared}, for all values that {@code placement} encodes, with what {@code observer} needs
     * @param samples to learn and to judge corrections on: the calibration samples
     * @param scratch folder for copies of models
     * @param progress told what is being done
     * @return with a note for each correction: what it brought, in numbers, or why it was left out
     */
    public static Candidate quantize(
            Model prepared,
            Placement placement,
            Map<String, TensorStatistics> statistics,
            SampleSet samples,
            QuantizationSettings settings,
            Observer observer,
            Set<AlgorithmKind> algorithms,
            int threads,
            Path scratch,
            Consumer<String> progress) {
        if (OutputError.outputs(prepared).isEmpty()) {
            return QuantizeStatically.quantize(prepared, placement, statistics, settings, observer)
                    .withNote("corrections were left out: the model has no output in floating point to judge them by");
        }
        long held = Math.min(samples.count() / HELD_BACK, MOST_HELD_BACK);
        long rest = samples.count() - held;
        try (TapActivations learned = new TapActivations(samples.atMost(rest), MOST_LEARNED, threads, scratch);
                TapActivations judges =
                        held == 0 ? null : new TapActivations(samples.part(rest, held), held, threads, scratch)) {
            return new ApplyCorrections(
                            prepared,
                            placement,
                            samples,
                            settings,
                            observer,
                            algorithms,
                            threads,
                            scratch,
                            progress,
                            learned,
                            judges == null ? learned : judges)
                    .run(prepared, statistics);
        } finally {
            ProcessMemory.settle();
        }
    }

    private Candidate run(Model prepared, Map<String, TensorStatistics> statistics) {
        State plain = state(prepared, statistics);
        State scaled = plain;
        if (algorithms.contains(AlgorithmKind.CROSS_LAYER_EQUALIZATION)) {
            progress.accept("evening out channels");
            scaled = scaled(
                    AlgorithmKind.CROSS_LAYER_EQUALIZATION,
                    scaled,
                    EqualizeChannels.perform(scaled.model(), placement, settings, learned));
        }
        if (algorithms.contains(AlgorithmKind.SMOOTH_QUANT)) {
            progress.accept("smoothing activations");
            scaled = scaled(
                    AlgorithmKind.SMOOTH_QUANT,
                    scaled,
                    SmoothActivations.perform(scaled.model(), placement, settings, learned));
        }
        State best = corrected(scaled);
        return new Candidate(
                best.model(), InsertQdq.perform(best.model(), best.plan()), best.plan(), best.statistics(), notes);
    }

    /** {@code before} with its model scaled, if that lowers the error, biases corrected in both where that was asked for. */
    private State scaled(AlgorithmKind kind, State before, Rewrite.Result scaled) {
        scaled.notes().forEach(note -> notes.add(kind + ": " + note));
        if (scaled.model().equals(before.model())) {
            notes.add(kind + " found nothing to do");
            return before;
        }
        double equal = OutputError.decibels(errors.of(scaled.model()));
        if (equal < LEAST_EQUAL_DB) {
            notes.add(String.format(
                    Locale.ROOT, "%s was left out: the float model would change, to %.1f dB", kind, equal));
            return before;
        }
        Graph graph = scaled.model().graph();
        Map<String, TensorStatistics> statistics = Calibrate.run(
                scaled.model(),
                EncodedValues.of(graph, Uses.of(graph), placement).observed(),
                samples,
                observer.needs(),
                threads,
                scratch,
                _ -> {});
        State after = state(scaled.model(), statistics);
        return kept(kind, judged(before), judged(after)) ? after : before;
    }

    /** What a state is worth: with its biases corrected, where they will be. */
    private State judged(State state) {
        return algorithms.contains(AlgorithmKind.BIAS_CORRECTION)
                ? better(state, CorrectBias.perform(state.model(), state.plan(), learned))
                : state;
    }

    private State corrected(State start) {
        State best = start;
        if (algorithms.contains(AlgorithmKind.BIAS_CORRECTION)) {
            progress.accept("correcting biases");
            best = adopted(
                    AlgorithmKind.BIAS_CORRECTION, best, CorrectBias.perform(start.model(), start.plan(), learned));
        }
        if (algorithms.contains(AlgorithmKind.GPTQ)) {
            progress.accept("rounding weights");
            best = adopted(AlgorithmKind.GPTQ, best, RoundWeights.perform(start.model(), start.plan(), learned));
        }
        return best;
    }

    private State adopted(AlgorithmKind kind, State best, Corrected corrected) {
        corrected.notes().forEach(note -> notes.add(kind + ": " + note));
        State after = new State(corrected.model(), best.statistics(), corrected.plan(), error(corrected));
        return kept(kind, best, after) ? after : best;
    }

    private State better(State state, Corrected corrected) {
        double error = error(corrected);
        return error < state.error()
                ? new State(corrected.model(), state.statistics(), corrected.plan(), error)
                : state;
    }

    private boolean kept(AlgorithmKind kind, State before, State after) {
        boolean kept = after.error() < before.error();
        notes.add(String.format(
                Locale.ROOT,
                "%s was %s: outputs agree with the float model to %.2f dB with it, %.2f dB without",
                kind,
                kept ? "kept" : "left out",
                OutputError.decibels(after.error()),
                OutputError.decibels(before.error())));
        return kept;
    }

    private State state(Model model, Map<String, TensorStatistics> statistics) {
        QuantizationPlan plan = ChooseEncodings.choose(model.graph(), placement, statistics, settings, observer);
        return new State(model, statistics, plan, errors.of(InsertQdq.perform(model, plan)));
    }

    private double error(Corrected corrected) {
        return errors.of(InsertQdq.perform(corrected.model(), corrected.plan()));
    }
}
