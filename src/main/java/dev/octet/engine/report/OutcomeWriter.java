package dev.octet.engine.report;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Value;
import dev.octet.engine.onnx.OnnxWriter;
import dev.octet.engine.plan.Target;
import dev.octet.engine.plan.Work;
import dev.octet.engine.recipe.Recipe;
import dev.octet.engine.report.Outcome.Closeness;
import dev.octet.engine.report.Outcome.Layer;
import dev.octet.engine.report.Outcome.Metric;
import dev.octet.engine.report.Outcome.Pair;
import dev.octet.engine.report.Outcome.Provenance;
import dev.octet.engine.report.Outcome.Result;
import dev.octet.engine.report.Outcome.Times;
import dev.octet.engine.report.Outcome.Trial;
import dev.octet.engine.report.Outcome.Verdict;
import dev.octet.engine.report.Report.IslandView;
import dev.octet.engine.report.Report.Layers;
import dev.octet.engine.report.Report.Product;
import dev.octet.engine.report.Report.Skipped;
import dev.octet.engine.report.Report.Source;
import dev.octet.engine.runtime.ExecutedGraph;
import dev.octet.engine.runtime.ExecutedGraph.ExecutedNode;
import dev.octet.engine.runtime.ProcessMemory;
import dev.octet.engine.scheme.Sha256;
import dev.octet.engine.scheme.Technique;
import dev.octet.engine.search.Findings;
import dev.octet.engine.search.auto.SearchAutomatically.Found;
import dev.octet.engine.search.calibration.DataAdvice;
import dev.octet.engine.search.torch.TorchArtifact;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Puts what was measured into the words of the contract. */
public final class OutcomeWriter {

    private static final int WORST_LAYERS = 5;
    private static final int MOST_ISLANDS = 200;

    private final Recipe recipe;
    private final Target target;
    private final Findings findings;
    private final Path quantizedFile;
    private final @Nullable TorchArtifact archive;
    private final @Nullable Found found;
    private final @Nullable DataAdvice advice;
    private final Instant now;

    /**
     * A writer for what {@code findings} say of the file {@code quantizedFile}.
     *
     * @param archive the same for PyTorch; null where none is asked for
     * @param found the search that chose it; null where the request did
     * @param advice what the calibration set was worth; null where there is none
     */
    public OutcomeWriter(
            Recipe recipe,
            Target target,
            Findings findings,
            Path quantizedFile,
            @Nullable TorchArtifact archive,
            @Nullable Found found,
            @Nullable DataAdvice advice,
            Instant now) {
        this.recipe = recipe;
        this.target = target;
        this.findings = findings;
        this.quantizedFile = quantizedFile;
        this.archive = archive;
        this.found = found;
        this.advice = advice;
        this.now = now;
    }

    /** What came of the run. */
    public Outcome outcome() {
        List<Times> latency = findings.latency().stream().map(Times::of).toList();
        Provenance provenance =
                Provenances.of(recipe, target, findings.candidate().plan());
        Closeness closeness = Closeness.of(findings.fidelity());
        Metric metric = Metric.of(findings.score());
        OptionalLong peak = ProcessMemory.peakBytes();
        Long peakBytes = peak.isPresent() ? peak.getAsLong() : null;
        Pair sizes = new Pair(OnnxWriter.size(recipe.model()), OnnxWriter.size(quantizedFile));
        Pair memory =
                findings.floatMemory().isPresent() && findings.int8Memory().isPresent()
                        ? new Pair(
                                findings.floatMemory().getAsLong(),
                                findings.int8Memory().getAsLong())
                        : null;
        double share = findings.executed().int8MacShare();
        List<Layer> layers = LayerTable.of(findings);
        Result result = new Result(metric, closeness, latency, sizes, memory, peakBytes, share, provenance);
        Report report = new Report(
                1,
                source(provenance.modelSha256(), sizes.fp32()),
                new Product(
                        Sha256.of(quantizedFile),
                        sizes.int8(),
                        findings.candidate().model().opset(),
                        technique().name(),
                        target.id(),
                        share),
                metric,
                closeness,
                latency,
                findings.timed() ? null : "This machine is not " + target.id() + ".",
                memory,
                peakBytes,
                summary(layers),
                islands(),
                skipped(),
                Notes.of(recipe, findings, layers, archive, found),
                Notes.advice(advice),
                TrainingReport.of(findings.candidate().training()),
                provenance);
        List<Trial> trials = found == null
                ? List.of(Trials.only(recipe.technique(), result, findings.proving(), now))
                : Trials.of(found, result, now);
        return new Outcome(
                verdict(latency),
                result,
                report,
                layers,
                trials,
                findings.candidate().plan().text());
    }

    private Technique technique() {
        return found == null ? recipe.technique() : found.chosen().technique();
    }

    private Verdict verdict(List<Times> latency) {
        double allowed = recipe.objective().allowedDrop(findings.score().fp32());
        if (findings.score().drop() > allowed) {
            return Verdict.GOAL_NOT_MET;
        }
        boolean faster =
                latency.stream().anyMatch(times -> times.speedupInterval().low() > 1);
        return latency.isEmpty() || faster ? Verdict.GOAL_MET : Verdict.NO_SPEEDUP;
    }

    private Source source(String sha256, long sizeBytes) {
        Graph original = findings.prepared().original().graph();
        Graph prepared = findings.prepared().model().graph();
        Work work = new Work(prepared);
        Map<String, Integer> operators = new TreeMap<>();
        original.nodes().forEach(node -> operators.merge(node.op(), 1, Integer::sum));
        return new Source(
                sha256,
                sizeBytes,
                findings.prepared().original().opset(),
                original.initializers().values().stream()
                        .mapToLong(t -> t.elements())
                        .sum(),
                prepared.nodes().stream().mapToLong(work::macs).sum(),
                original.requiredInputs().stream().map(Value::info).toList(),
                original.outputs().stream().map(Value::info).toList(),
                operators);
    }

    private static Layers summary(List<Layer> layers) {
        int floating = Math.toIntExact(
                layers.stream().filter(l -> l.decision().equals("FLOAT")).count());
        List<String> worst = layers.stream()
                .filter(layer -> layer.sqnrAloneDb() != null)
                .sorted(Comparator.comparingDouble(layer -> orZero(layer.sqnrAloneDb())))
                .limit(WORST_LAYERS)
                .map(Layer::name)
                .toList();
        return new Layers(layers.size(), layers.size() - floating, floating, worst);
    }

    private static double orZero(@Nullable Double value) {
        return value == null ? 0 : value;
    }

    private List<IslandView> islands() {
        ExecutedGraph executed = findings.executed();
        Map<String, String> operators =
                executed.nodes().stream().collect(Collectors.toMap(ExecutedNode::name, ExecutedNode::op, (a, _) -> a));
        Map<String, String> labels = findings.candidate().model().graph().nodes().stream()
                .collect(Collectors.toMap(Node::id, Node::label, (a, _) -> a));
        return executed.islands().stream()
                .limit(MOST_ISLANDS)
                .map(island -> new IslandView(
                        island.originals().stream()
                                .map(id -> labels.getOrDefault(id, id))
                                .toList(),
                        island.nodes().stream()
                                .map(name -> operators.getOrDefault(name, name))
                                .distinct()
                                .toList(),
                        island.reason(),
                        executed.macs() == 0 ? 0 : (double) island.macs() / executed.macs()))
                .toList();
    }

    private List<Skipped> skipped() {
        List<Skipped> skipped = new ArrayList<>();
        for (String note : findings.prepared().notes()) {
            int colon = note.indexOf(": skipped: ");
            if (colon > 0) {
                skipped.add(new Skipped(note.substring(0, colon), note.substring(colon + ": skipped: ".length())));
            }
        }
        return skipped;
    }
}
