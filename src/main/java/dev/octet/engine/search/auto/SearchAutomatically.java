package dev.octet.engine.search.auto;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.onnx.OnnxWriter;
import dev.octet.engine.plan.AnalyticCosts;
import dev.octet.engine.plan.CostModel;
import dev.octet.engine.plan.Placement;
import dev.octet.engine.plan.TradedCosts;
import dev.octet.engine.plan.Work;
import dev.octet.engine.scheme.ObserverKind;
import dev.octet.engine.scheme.Progress;
import dev.octet.engine.scheme.Progress.Phase;
import dev.octet.engine.scheme.Technique;
import dev.octet.engine.search.Candidate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
    private static final int MOST_PLACEMENTS = 8;

    /** Steps of the price of noise, each twice the one before. */
    private static final int CHEAPEST = -10;

    private static final int DEAREST = 14;

    /** Dynamic quantization is tried where products with constant matrices are at least so much of the work. */
    private static final double WORTH_DYNAMIC = 0.5;

    private static final Set<String> MATRIX_PRODUCTS = Set.of("MatMul", "Gemm");

    private final Setting setting;
    private final Workshop workshop;
    private final TryOut tryOut;
    private final Progress progress;
    private final Map<Integer, Configuration> configurations = new LinkedHashMap<>();
    private final List<MeasuredTrial> trials = new ArrayList<>();
    private final List<String> story = new ArrayList<>();
    private final Consumer<MeasuredTrial> listener;

    /**
     * A search.
     *
     * @param listener told each trial as it finishes
     */
    public SearchAutomatically(Setting setting, Progress progress, Consumer<MeasuredTrial> listener) {
        this.setting = setting;
        this.progress = progress;
        this.listener = listener;
        this.workshop = setting.workshop();
        this.tryOut = new TryOut(setting, workshop);
    }

    /**
     * What was found.
     *
     * @param candidate the chosen one
     * @param chosen its trial
     * @param trials all, in the order of trying
     * @param story what was done and why, in sentences
     */
    public record Found(Candidate candidate, MeasuredTrial chosen, List<MeasuredTrial> trials, List<String> story) {
        public Found {
            trials = List.copyOf(trials);
            story = List.copyOf(story);
        }
    }

    /** Searches until everything worth trying was tried, or the budget is spent. */
    public Found search() {
        Graph graph = setting.model().graph();
        Placement everything = workshop.everything();
        if (setting.calibrates() && everything.quantizesWeights(graph)) {
            searchStatic(everything);
        }
        if (matrixShare(graph) >= WORTH_DYNAMIC && !spent()) {
            attempt(new Configuration(Technique.DYNAMIC, null, ObserverKind.MIN_MAX, Set.of(), ""));
        }
        Choice choice = new Choice(setting.objective(), trials);
        MeasuredTrial chosen = choice.choose();
        story.add(choice.reason());
        Configuration configuration = configurations.get(chosen.number());
        if (configuration == null) {
            throw new IllegalStateException("no configuration of trial " + chosen.number());
        }
        return new Found(workshop.make(configuration), chosen, trials, story);
    }

    private void searchStatic(Placement everything) {
        Model model = setting.model();
        Graph graph = model.graph();
        workshop.calibrate(done -> progress.report(
                Phase.CALIBRATING, done, setting.calibrationSamples(), "running the float model under observers"));
        Configuration start = new Configuration(
                Technique.STATIC, everything, ObserverKind.MIN_MAX, Set.of(), "all on integers that can be");
        CostModel costs = costs(start);
        Placement fastest = workshop.place(costs);
        if (!fastest.quantizesWeights(graph)) {
            story.add("By the profiles of both models integers save time nowhere.");
            fastest = everything;
        }
        Configuration best = observers(start.at(fastest, "the fastest placement"));
        Map<String, Double> noise = MeasureSensitivity.measure(
                model,
                workshop.make(best.at(everything, "")).plan(),
                setting.selection(),
                setting.threads(),
                setting.scratch(),
                done -> progress.report(Phase.SEARCHING, done, 0, "measuring the noise of each layer alone"));
        placements(best, costs, noise);
    }

    /** Costs from the profiles of the float model and of one with all on integers; from shapes where this is not the target. */
    private CostModel costs(Configuration start) {
        Graph graph = setting.model().graph();
        if (!setting.timed()) {
            return new AnalyticCosts(graph);
        }
        Candidate candidate = workshop.make(start);
        Path file = setting.scratch().resolve("all-on-integers.onnx");
        OnnxWriter.write(candidate.model().withoutTypes(), file);
        progress.report(Phase.SEARCHING, 0, 0, "profiling both models node by node");
        return new MeasureCosts(
                        graph, setting.timingSamples(), setting.measure().threads(), setting.scratch())
                .measure(
                        setting.floatFile(),
                        file,
                        candidate.model().graph(),
                        setting.measure().batchSizes());
    }

    /** The observer whose encodings keep the outputs closest; all are functions of the same statistics. */
    private Configuration observers(Configuration start) {
        Configuration best = start;
        MeasuredTrial closest = null;
        for (ObserverKind kind : ObserverKind.values()) {
            if (spent() && closest != null) {
                break;
            }
            Configuration configuration = start.with(kind);
            MeasuredTrial trial = attempt(configuration);
            if (closest == null
                    || trial.estimate().fidelity().sqnrDb()
                            > closest.estimate().fidelity().sqnrDb()) {
                closest = trial;
                best = configuration;
            }
        }
        if (closest != null) {
            story.add(String.format(
                    Locale.ROOT,
                    "Of all observers %s keeps the outputs closest on the samples set apart: %.1f dB.",
                    best.observer(),
                    closest.estimate().fidelity().sqnrDb()));
        }
        return best;
    }

    /** Placements from the fastest to the most accurate, each the best at its noise. */
    private void placements(Configuration best, CostModel costs, Map<String, Double> noise) {
        List<Placement> front = front(best, costs, noise);
        int steps = Math.min(MOST_PLACEMENTS, front.size());
        for (int i = 0; i < steps && !spent(); i++) {
            int at = steps == 1 ? 0 : Math.toIntExact(Math.round(i * (front.size() - 1.0) / (steps - 1)));
            Placement placement = front.get(at);
            attempt(best.at(placement, describe(placement)));
        }
    }

    private List<Placement> front(Configuration best, CostModel costs, Map<String, Double> noise) {
        Graph graph = setting.model().graph();
        double saved = graph.nodes().stream()
                .mapToDouble(node -> Math.max(0, costs.floatNanos(node) - costs.int8Nanos(node)))
                .sum();
        double whole = noise.values().stream().mapToDouble(Double::doubleValue).sum();
        List<Placement> front = new ArrayList<>();
        if (whole <= 0) {
            return front;
        }
        Placement last = best.placement();
        for (int step = CHEAPEST; step <= DEAREST; step++) {
            Placement placement = workshop.place(new TradedCosts(costs, noise, saved / whole * Math.pow(2, step)));
            if (placement.quantizesWeights(graph) && !placement.equals(last)) {
                front.add(placement);
                last = placement;
            }
        }
        return front;
    }

    private String describe(Placement placement) {
        Graph graph = setting.model().graph();
        long layers = graph.nodes().stream()
                .filter(node -> placement.rule(node).isCompute())
                .count();
        long floating = graph.nodes().stream()
                .filter(node -> placement.rule(node).isCompute() && !placement.isQuantized(node))
                .count();
        return floating + " of " + layers + " layers with weights in floating point";
    }

    private MeasuredTrial attempt(Configuration configuration) {
        int number = trials.size() + 1;
        progress.report(
                Phase.SEARCHING,
                trials.size(),
                setting.maxTrials(),
                "trial " + number + ": " + configuration.description());
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

    private boolean sameNodes(Configuration configuration, MeasuredTrial earlier) {
        Configuration other = configurations.get(earlier.number());
        return other != null
                && other.placement() != null
                && Objects.equals(other.placement(), configuration.placement());
    }

    private boolean spent() {
        return trials.size() >= setting.maxTrials() || setting.deadline().isOver();
    }

    private static double matrixShare(Graph graph) {
        Work work = new Work(graph);
        double all = graph.nodes().stream().mapToDouble(work::macs).sum();
        double products = graph.nodes().stream()
                .filter(node -> MATRIX_PRODUCTS.contains(node.op())
                        && graph.constant(node.input(1)).isPresent())
                .mapToDouble(work::macs)
                .sum();
        return all == 0 ? 0 : products / all;
    }
}
