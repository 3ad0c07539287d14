package dev.octet.engine.search.auto;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.onnx.OnnxWriter;
import dev.octet.engine.plan.AnalyticCosts;
import dev.octet.engine.plan.CostModel;
import dev.octet.engine.plan.IntegersFirst;
import dev.octet.engine.plan.Placement;
import dev.octet.engine.scheme.AlgorithmKind;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.scheme.ObserverKind;
import dev.octet.engine.scheme.Progress;
import dev.octet.engine.scheme.Progress.Phase;
import dev.octet.engine.scheme.Technique;
import dev.octet.engine.search.Candidate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Finds the artifact by itself: encodings first, then where integers pay, then the trade between time and accuracy.
 *
 * <pre>
 * all on integers - profiles of both models - fastest placement
 *   - observers, corrections: whichever keeps the outputs closest
 *   - noise of each layer alone - placements from fastest to most accurate, each a minimum cut
 *   - each emitted, run, timed - the best by the objective
 * </pre>
 */
public final class SearchAutomatically {

    /** Placements tried between the fastest and the most accurate. */
    private static final int MOST_PLACEMENTS = 7;

    /** Placements tried between the fastest that will do and the next faster one that will not. */
    private static final int MOST_BISECTIONS = 3;

    /** What a correction has to bring to be worth its time in every trial that follows. */
    private static final double LEAST_GAIN_DB = 0.5;

    /** Corrections in the order of what they brought most often. */
    private static final List<AlgorithmKind> BY_WORTH = List.of(
            AlgorithmKind.BIAS_CORRECTION,
            AlgorithmKind.GPTQ,
            AlgorithmKind.CROSS_LAYER_EQUALIZATION,
            AlgorithmKind.SMOOTH_QUANT);

    /** Placements, from the fastest on, that are tried with dynamic quantization of what they leave in floating point. */
    private static final int MOST_ADAPTIVE = 2;

    private static final Configuration DYNAMIC =
            new Configuration(Technique.DYNAMIC, null, ObserverKind.MIN_MAX, Set.of(), false, false, "");

    private final Setting setting;
    private final Workshop workshop;
    private final TryOut tryOut;
    private final Progress progress;
    private final Map<Integer, Configuration> configurations = new LinkedHashMap<>();
    private final List<MeasuredTrial> trials = new ArrayList<>();
    private final List<String> story = new ArrayList<>();
    private final Consumer<MeasuredTrial> listener;
    private Configuration best = DYNAMIC;
    private CostModel costs = new IntegersFirst();

    /**
     * A search.
     *
     * @param listener told each trial as it finishes
     */
    public SearchAutomatically(Setting setting, Progress progress, Consumer<MeasuredTrial> listener) {
        this.setting = setting;
        this.progress = progress;
        this.listener = listener;
        this.workshop = setting.workshop(this::report);
        this.tryOut = new TryOut(setting, workshop);
    }

    /** The chosen one with its trial, all trials in the order of trying, and what was done and why, in sentences. */
    public record Found(Candidate candidate, MeasuredTrial chosen, List<MeasuredTrial> trials, List<String> story) {
        public Found {
            trials = List.copyOf(trials);
            story = List.copyOf(story);
        }
    }

    /** The first trial, something to hold before the search goes on: the fastest placement, or dynamic encodings. */
    public Found first() {
        Graph graph = setting.model().graph();
        Placement everything = workshop.everything();
        if (setting.calibrates() && everything.quantizesWeights(graph)) {
            String note = workshop.calibrate(done -> progress.report(
                    Phase.CALIBRATING, done, setting.calibrationSamples(), "running the float model under observers"));
            if (!note.isEmpty()) {
                story.add(note);
            }
            Configuration start = new Configuration(
                    Technique.STATIC,
                    everything,
                    ObserverKind.MIN_MAX,
                    Set.of(),
                    false,
                    false,
                    "all on integers that can be");
            fastest(start);
        } else {
            attempt(DYNAMIC);
        }
        return found();
    }

    /** Searches on until everything worth trying was tried, or the budget is spent. */
    public Found search() {
        if (best.placement() != null) {
            recurrent();
            observers();
            corrections();
            placements();
            if (ProductShare.isMost(setting.model().graph()) && !spent()) {
                attempt(DYNAMIC);
                smoothDynamically();
            }
            climb();
        }
        return found();
    }

    /** Dynamic encodings with activations smoothed, where the static ones gained from that. */
    private void smoothDynamically() {
        if (!spent() && best.algorithms().contains(AlgorithmKind.SMOOTH_QUANT)) {
            attempt(DYNAMIC.with(Set.of(AlgorithmKind.SMOOTH_QUANT)));
        }
    }

    /** Where nothing keeps within the objective and there is something to train on, trains the best of the fast ones. */
    private void climb() {
        Choice choice = new Choice(setting.objective(), trials);
        if (setting.recipe().training() == null || spent() || trials.stream().anyMatch(choice::meets)) {
            return;
        }
        try {
            MeasuredTrial trial = attempt(best.trainedFurther());
            story.add(String.format(
                    Locale.ROOT,
                    "Nothing kept within the objective, so trial %d trained the best of the fast ones: from %.1f to"
                            + " %.1f dB.",
                    trial.number(),
                    closest(best).closeness(),
                    trial.closeness()));
        } catch (EngineException e) {
            if (e.fault() != Fault.TRAINING_UNAVAILABLE && e.fault() != Fault.MODEL_UNSUPPORTED) {
                throw e;
            }
            story.add("Nothing kept within the objective, and training was left out: " + e.getMessage());
        }
    }

    /** Keeps what calibration saw for later runs; nothing where there was no calibration. */
    public void writeStatistics(Path file) {
        workshop.writeStatistics(file);
    }

    private Found found() {
        Choice choice = new Choice(setting.objective(), trials);
        MeasuredTrial chosen = choice.choose();
        List<String> whole = new ArrayList<>(story);
        whole.add(choice.reason());
        return new Found(workshop.make(configuration(chosen)), chosen, trials, whole);
    }

    /**
     * Tries the fastest placements by the profiles of both models and by shapes alone, and all on integers; goes on from whichever is
     * really the fastest. A profile sees each node by itself, not what a change of layout between two costs.
     */
    private void fastest(Configuration start) {
        Graph graph = setting.model().graph();
        CostModel profiled = costs(start);
        CostModel shapes = new AnalyticCosts(graph);
        Placement byProfiles = workshop.place(profiled);
        Map<Placement, String> tried = new LinkedHashMap<>();
        tried.putIfAbsent(byProfiles, "the fastest placement by profiles");
        tried.putIfAbsent(workshop.place(shapes), "the fastest placement by shapes");
        tried.putIfAbsent(workshop.everything(), start.where());
        MeasuredTrial fastest = null;
        for (Map.Entry<Placement, String> entry : tried.entrySet()) {
            boolean possible = entry.getKey().quantizesWeights(graph) && (fastest == null || !spent());
            if (!possible) {
                continue;
            }
            Configuration configuration = start.at(entry.getKey(), entry.getValue());
            MeasuredTrial trial = attempt(configuration);
            if (fastest == null || trial.speed() > fastest.speed()) {
                fastest = trial;
                best = configuration;
            }
        }
        costs = Objects.equals(best.placement(), byProfiles) ? profiled : shapes;
        story.add("Of the placements that aim at speed alone, " + best.where() + " is the fastest.");
    }

    /** Costs from the profiles of the float model and of one with all on integers; from shapes where this is not the target. */
    private CostModel costs(Configuration start) {
        Graph graph = setting.model().graph();
        if (!setting.timed()) {
            return new AnalyticCosts(graph);
        }
        Candidate candidate = workshop.make(start);
        Path file = setting.scratch().resolve("all-on-integers.onnx");
        OnnxWriter.write(setting.prepared().typed(candidate.model()), file);
        report("profiling both models node by node");
        return new MeasureCosts(
                        graph, setting.timingSamples(), setting.measure().threads(), setting.scratch())
                .measure(
                        setting.floatFile(),
                        file,
                        candidate.model().graph(),
                        setting.measure().batchSizes());
    }

    /** Goes on with recurrent layers quantized dynamically, the one way there is, where that saves time. */
    private void recurrent() {
        Placement placement = best.placement();
        Graph graph = setting.model().graph();
        if (placement == null || spent() || !AddDynamic.appliesToRecurrent(graph, placement)) {
            return;
        }
        double before = closest(best).speed();
        Configuration adaptive = best.adaptively();
        double after = attempt(adaptive).speed();
        boolean faster = after > before;
        best = faster ? adaptive : best;
        story.add(String.format(
                Locale.ROOT,
                "With its LSTMs quantized as their inputs come, the model is %.2f times as fast as the float one"
                        + " instead of %.2f%s.",
                after,
                before,
                faster ? ": they stay so" : ", so they stay in floating point"));
    }

    /** Takes the observer whose encodings keep the outputs closest; all are functions of the same statistics. */
    private void observers() {
        Configuration start = best;
        MeasuredTrial first = closest(start);
        MeasuredTrial closest = first;
        for (ObserverKind kind : ObserverKind.values()) {
            if (spent()) {
                break;
            }
            MeasuredTrial trial = kind == start.observer() ? first : attempt(start.with(kind));
            if (trial.closeness() > closest.closeness()) {
                closest = trial;
                best = start.with(kind);
            }
        }
        story.add(String.format(
                Locale.ROOT,
                "Of all observers %s keeps the outputs closest on the %d samples set apart: %.1f dB.",
                best.observer(),
                tryOut.samples(),
                closest.closeness()));
    }

    /** Takes in each correction, of those that the request allows, that brings the outputs closer. */
    private void corrections() {
        Set<AlgorithmKind> asked = setting.recipe().settings().algorithms();
        double before = closest(best).closeness();
        double reached = before;
        for (AlgorithmKind kind : BY_WORTH) {
            if (spent() || !asked.contains(kind)) {
                continue;
            }
            Set<AlgorithmKind> more = EnumSet.of(kind);
            more.addAll(best.algorithms());
            Configuration corrected = best.with(more);
            double closeness = attempt(corrected).closeness();
            if (closeness > reached + LEAST_GAIN_DB) {
                reached = closeness;
                best = corrected;
            }
        }
        story.add(
                best.algorithms().isEmpty()
                        ? "No correction brings the outputs closer by half a decibel."
                        : String.format(
                                Locale.ROOT,
                                "%s bring the outputs from %.1f to %.1f dB.",
                                EnumSet.copyOf(best.algorithms()),
                                before,
                                reached));
    }

    /** Tries placements along the front, then between the fastest that will do and the next faster one. */
    private void placements() {
        Placement fastest = best.placement();
        if (fastest == null || spent()) {
            return;
        }
        Map<String, Double> noise = MeasureSensitivity.measure(
                setting.model(),
                workshop.make(best.with(Set.of()).at(workshop.everything(), "")).plan(),
                setting.selection(),
                setting.threads(),
                setting.scratch(),
                done -> report("measuring the noise of layer " + done + " alone"));
        PlacementFront front = new PlacementFront(setting.model().graph(), workshop, fastest, costs, noise);
        Choice choice = new Choice(setting.objective(), trials);
        SortedMap<Integer, Boolean> good = new TreeMap<>();
        good.put(0, choice.meets(closest(best)));
        for (int i : front.spread(MOST_PLACEMENTS)) {
            if (spent()) {
                break;
            }
            MeasuredTrial trial = attempt(front, i);
            good.put(i, choice.meets(trial));
            if (trial.speed() < 1) {
                // What follows is slower still.
                break;
            }
        }
        for (int i : front.spread(MOST_PLACEMENTS).stream().limit(MOST_ADAPTIVE).toList()) {
            if (!spent()
                    && !best.adaptive()
                    && ProductShare.isMost(setting.model().graph())
                    && AddDynamic.applies(setting.model().graph(), front.get(i))) {
                attempt(best.at(front.get(i), front.describe(i)).adaptively());
            }
        }
        for (int i = 0; i < MOST_BISECTIONS && !spent(); i++) {
            int between = Bisection.between(good);
            if (between >= 0) {
                good.put(between, choice.meets(attempt(front, between)));
            }
        }
    }

    private MeasuredTrial attempt(PlacementFront front, int i) {
        MeasuredTrial trial = attempt(best.at(front.get(i), front.describe(i)));
        story.add(String.format(
                Locale.ROOT,
                "Trial %d, %s: %.1f dB where the noises of single layers, added up, foretold %.1f.",
                trial.number(),
                front.describe(i),
                trial.closeness(),
                front.foretoldDb(i)));
        return trial;
    }

    private MeasuredTrial closest(Configuration wanted) {
        return trials.stream()
                .filter(trial -> configuration(trial).equals(wanted))
                .max(Comparator.comparingDouble(MeasuredTrial::closeness))
                .orElseThrow();
    }

    private Configuration configuration(MeasuredTrial trial) {
        return Objects.requireNonNull(configurations.get(trial.number()));
    }

    private MeasuredTrial attempt(Configuration configuration) {
        int number = trials.size() + 1;
        report("trial " + number + ": " + configuration.description());
        MeasuredTrial twin = trials.stream()
                .filter(earlier -> sameNodes(configuration, earlier))
                .findFirst()
                .orElse(null);
        MeasuredTrial trial = tryOut.run(number, configuration, twin);
        configurations.put(number, configuration);
        trials.add(trial);
        listener.accept(trial);
        return trial;
    }

    private void report(String message) {
        progress.report(Phase.SEARCHING, trials.size(), setting.maxTrials(), message);
    }

    private boolean sameNodes(Configuration configuration, MeasuredTrial earlier) {
        Configuration other = configuration(earlier);
        return other.placement() != null
                && other.placement().equals(configuration.placement())
                && other.adaptive() == configuration.adaptive();
    }

    private boolean spent() {
        return trials.size() >= setting.maxTrials() || setting.deadline().isOver();
    }
}
