package dev.octet.engine.search.training;

import dev.octet.engine.algorithm.EncodeWeights;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.onnx.OnnxWriter;
import dev.octet.engine.plan.QuantizationPlan;
import dev.octet.engine.recipe.Recipe;
import dev.octet.engine.rewrite.InsertQdq;
import dev.octet.engine.scheme.Encoding;
import dev.octet.engine.scheme.Progress;
import dev.octet.engine.scheme.Progress.Phase;
import dev.octet.engine.scheme.Sha256;
import dev.octet.engine.scheme.TrainingOptions;
import dev.octet.engine.search.Candidate;
import dev.octet.engine.search.PreparedModel;
import dev.octet.engine.search.RunData;
import dev.octet.engine.search.training.FindAnswers.Found;
import dev.octet.engine.train.Trainer;
import dev.octet.engine.train.task.Epoch;
import dev.octet.engine.train.task.HoldOut;
import dev.octet.engine.train.task.Trained;
import dev.octet.engine.train.task.TrainingListener;
import dev.octet.engine.train.task.TrainingStory;
import dev.octet.engine.train.task.TrainingStory.Nearness;
import dev.octet.engine.train.task.TrainingTask;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Trains a candidate with its quantization in the loop; never worse than its start.
 *
 * <p>The encodings that were calibrated are what training begins with; both files are run on held-out samples in the end, and the
 * nearer one to the float model is the result.
 */
public final class TrainQuantized {

    /** Inner values that are compared where the loss asks for features: spread over the depth of the model. */
    private static final int FEATURES = 8;

    private final Recipe recipe;
    private final TrainingOptions options;
    private final PreparedModel prepared;
    private final RunData data;
    private final boolean reduceRange;
    private final int threads;
    private final Path scratch;
    private final @Nullable Path checkpoint;
    private final Progress progress;

    /**
     * For the model and the data of one run.
     *
     * @param options how, with the time that is left
     * @param reduceRange whether 8-bit weights keep to 7 bits
     * @param scratch folder for files of the run
     * @param checkpoint where to write after each epoch how far it is; null to keep nothing
     */
    public TrainQuantized(
            Recipe recipe,
            TrainingOptions options,
            PreparedModel prepared,
            RunData data,
            boolean reduceRange,
            int threads,
            Path scratch,
            @Nullable Path checkpoint,
            Progress progress) {
        this.recipe = recipe;
        this.options = options;
        this.prepared = prepared;
        this.data = data;
        this.reduceRange = reduceRange;
        this.threads = threads;
        this.scratch = scratch;
        this.checkpoint = checkpoint;
        this.progress = progress;
    }

    /**
     * {@code start} trained further, or itself where that brought nothing; with the story in either case.
     *
     * @throws dev.octet.engine.scheme.EngineException TRAINING_UNAVAILABLE without libtorch; MODEL_UNSUPPORTED, DATASET_MISMATCH
     */
    public Candidate train(Candidate start) {
        try (TrainingData samples = TrainingData.open(recipe, prepared.inputs(), data)) {
            HoldOut holdOut = HoldOut.of(samples.count(), samples.fixedBatch());
            List<Found> answers = FindAnswers.of(prepared.model().graph(), data.metric(), samples.labels());
            Trained trained = Trainer.train(task(start, samples, holdOut, answers), listener());
            Candidate after = assemble(start, trained);
            progress.report(Phase.TRAINING, 0, 0, "comparing what was trained with what it began with");
            CompareHeldOut compare = new CompareHeldOut(samples.samples(), holdOut, answers, threads);
            Path exact = write(prepared.model(), "held-out-float.onnx");
            Nearness before = compare.compare(exact, write(start.model(), "held-out-start.onnx"));
            Nearness reached = compare.compare(exact, write(after.model(), "held-out-trained.onnx"));
            boolean kept = trained.best() > 0 && reached.distance() < before.distance();
            long held = holdOut.of(samples.count());
            return (kept ? after : start)
                    .with(new TrainingStory(
                            samples.count() - held,
                            held,
                            samples.labels() != null,
                            samples.origin(),
                            trained.epochs(),
                            trained.best(),
                            trained.resumed(),
                            trained.ending(),
                            kept,
                            before,
                            reached));
        }
    }

    private TrainingTask task(Candidate start, TrainingData samples, HoldOut holdOut, List<Found> answers) {
        Graph graph = start.base().graph();
        List<String> features = options.loss().features() > 0 ? features(graph, start.plan()) : List.of();
        return new TrainingTask(
                prepared.model().graph(),
                graph,
                start.plan(),
                answers.stream().map(Found::answer).toList(),
                features,
                options,
                reduceRange,
                samples,
                holdOut,
                recipe.seed(),
                threads,
                run(start, samples.count()),
                recipe.checkpoint(),
                checkpoint);
    }

    /** Outputs of quantized nodes, evenly spread over the depth of the model. */
    private static List<String> features(Graph graph, QuantizationPlan plan) {
        List<String> all = graph.nodes().stream()
                .map(Node::id)
                .filter(value -> plan.groups().containsKey(value))
                .toList();
        int stride = Math.max(1, Math.ceilDiv(all.size(), FEATURES));
        return IntStream.range(0, all.size())
                .filter(i -> i % stride == stride - 1)
                .mapToObj(all::get)
                .toList();
    }

    /** What a checkpoint has to be of to go on from it: the same start, asked for in the same way. */
    private String run(Candidate start, long samples) {
        return Sha256.of(start.plan().text() + options + " " + samples + " " + recipe.seed());
    }

    /** The quantized model of what was learned; scales are widened where a learned bias would leave INT32. */
    private static Candidate assemble(Candidate start, Trained trained) {
        Graph graph = trained.graph();
        QuantizationPlan plan = trained.plan();
        Map<String, Encoding> weights = new LinkedHashMap<>(plan.weights());
        for (Node node : graph.nodes()) {
            Encoding encoding = weights.get(node.id());
            Optional<Encoding> input = plan.activation(node.input(0));
            Optional<Tensor> bias = graph.constant(node.input(2));
            if (encoding != null && input.isPresent() && bias.isPresent()) {
                weights.put(
                        node.id(),
                        EncodeWeights.widenedForBias(
                                encoding, bias.get().toFloats(), input.get().scale(0)));
            }
        }
        QuantizationPlan whole = new QuantizationPlan(plan.placement(), plan.groups(), plan.activations(), weights);
        Model base = start.base().withGraph(graph);
        return new Candidate(base, InsertQdq.perform(base, whole), whole, start.statistics(), start.notes());
    }

    private Path write(Model model, String name) {
        Path file = scratch.resolve(name);
        OnnxWriter.write(model.withoutTypes(), file);
        return file;
    }

    private TrainingListener listener() {
        return new TrainingListener() {
            private long done;
            private long total;

            @Override
            public void step(long now, long all, String message) {
                done = now;
                total = all;
                progress.report(Phase.TRAINING, now, all, message);
            }

            @Override
            public void epoch(Epoch epoch) {
                progress.report(
                        Phase.TRAINING,
                        done,
                        total,
                        String.format(
                                Locale.ROOT,
                                "epoch %d: loss %.5f, on held-out samples %.5f%s",
                                epoch.number(),
                                epoch.loss(),
                                epoch.heldOutLoss(),
                                Double.isNaN(epoch.agreement())
                                        ? ""
                                        : String.format(Locale.ROOT, ", agreement %.4f", epoch.agreement())));
            }
        };
    }
}
