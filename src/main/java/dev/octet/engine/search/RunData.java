package dev.octet.engine.search;

import dev.octet.engine.data.Dataset;
import dev.octet.engine.data.InputSpec;
import dev.octet.engine.data.Labels;
import dev.octet.engine.data.Preprocessing;
import dev.octet.engine.data.text.TokenizerFile;
import dev.octet.engine.evaluate.GroundTruth;
import dev.octet.engine.evaluate.Pooling;
import dev.octet.engine.recipe.Recipe;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.scheme.MetricKind;
import dev.octet.engine.scheme.Technique;
import dev.octet.engine.search.synthesis.DataFree;
import dev.octet.engine.search.synthesis.DataFreeSamples;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The samples of a run: what to calibrate on, what to score on.
 *
 * @param learned samples for calibration; null where the recipe has none
 * @param evaluation samples that results are scored on
 * @param origin where these come from
 * @param metric what they are scored by
 * @param truth their labels; null where the metric needs none
 * @param asked how the recipe wants them scored; null without an evaluation set
 * @param dataFree how near made-up calibration samples come to what the model remembers; null where they are real or there are none
 * @param unlearnable why a search has no calibration samples, neither given nor made up; null where it has some or needs none
 * @param open the datasets behind, closed with this
 */
public record RunData(
        @Nullable SampleSet learned,
        SampleSet evaluation,
        Origin origin,
        MetricKind metric,
        @Nullable GroundTruth truth,
        Recipe.@Nullable Evaluation asked,
        @Nullable DataFree dataFree,
        @Nullable String unlearnable,
        List<Dataset> open)
        implements AutoCloseable {

    /** Without an evaluation set one calibration sample in so many is held back. */
    private static final int HELD_BACK = 5;

    private static final long MOST_HELD_BACK = 256;

    /** Name of the file of made-up calibration samples. */
    private static final String DATA_FREE = "data-free.npz";

    /** Where the samples that results are scored on come from. */
    public enum Origin {
        EVALUATION,
        HELD_BACK,
        SYNTHETIC
    }

    /**
     * Opens the datasets of {@code recipe} for {@code model}, and makes up calibration samples where there are none but activation
     * ranges are to be learned.
     *
     * @param scratch folder for what is made up; the caller removes it after this is closed
     * @throws EngineException DATASET_MALFORMED, DATASET_MISMATCH; RECIPE_INVALID where STATIC has no samples and none can be made up
     */
    public static RunData open(Recipe recipe, PreparedModel model, Path scratch) {
        List<Dataset> open = new ArrayList<>();
        try {
            return open(recipe, model, scratch, open);
        } catch (Throwable e) {
            open.forEach(Dataset::close);
            throw e;
        }
    }

    private static RunData open(Recipe recipe, PreparedModel model, Path scratch, List<Dataset> open) {
        boolean zipped = !model.file().equals(recipe.model());
        TokenizerFile tokenizer = zipped ? TokenizerFile.beside(model.file()).orElse(null) : null;
        Recipe.Calibration calibrate = recipe.calibration();
        Recipe.Evaluation evaluate = recipe.evaluation();
        SampleSet whole =
                calibrate == null ? null : set(calibrate.dataset(), model, tokenizer, calibrate.preprocessing(), open);
        SampleSet learned = whole == null || calibrate == null ? null : whole.atMost(calibrate.samples());
        MadeUp madeUp = new MadeUp(null, null);
        if (whole == null && (recipe.technique() == Technique.STATIC || recipe.technique() == Technique.AUTO)) {
            Path file = calibrationFile(recipe, scratch);
            madeUp = makeUp(recipe, model, file, scratch);
            whole = madeUp.dataFree() == null ? null : set(file, model, null, Preprocessing.NONE, open);
            learned = whole;
        }
        if (evaluate != null) {
            SampleSet all = set(evaluate.dataset(), model, tokenizer, evaluate.preprocessing(), open);
            Integer most = evaluate.samples();
            SampleSet scored = most == null ? all : all.atMost(evaluate.pairs() ? most - most % 2 : most);
            Labels labels = all.dataset().labels().orElse(null);
            MetricKind metric = metric(evaluate, labels);
            GroundTruth truth = labels != null && (metric.needsLabels() || metric == MetricKind.PERPLEXITY)
                    ? new LabelTruth(labels)
                    : null;
            return new RunData(
                    learned,
                    scored,
                    Origin.EVALUATION,
                    metric,
                    truth,
                    evaluate,
                    madeUp.dataFree(),
                    madeUp.refused(),
                    open);
        }
        if (whole != null && learned != null) {
            return heldBack(whole, learned, madeUp.dataFree(), open);
        }
        Path file = scratch.resolve("synthetic.npz");
        SyntheticSamples.write(model.original().graph().requiredInputs(), recipe.seed(), file);
        SampleSet synthetic = set(file, model, null, Preprocessing.NONE, open);
        return new RunData(
                null, synthetic, Origin.SYNTHETIC, MetricKind.FIDELITY, null, null, null, madeUp.refused(), open);
    }

    /** What came of making up samples: one of the two, or neither where it was not tried. */
    private record MadeUp(
            @Nullable DataFree dataFree, @Nullable String refused) {}

    /** A search can do without. */
    private static MadeUp makeUp(Recipe recipe, PreparedModel model, Path file, Path scratch) {
        try {
            DataFree dataFree =
                    DataFreeSamples.write(model.original(), model.inputs(), recipe.seed(), file, scratch, _ -> {});
            return new MadeUp(dataFree, null);
        } catch (EngineException e) {
            if (recipe.technique() == Technique.AUTO && e.fault() == Fault.RECIPE_INVALID) {
                return new MadeUp(null, e.getMessage());
            }
            throw e;
        }
    }

    private static RunData heldBack(
            SampleSet whole, SampleSet learned, @Nullable DataFree dataFree, List<Dataset> open) {
        MetricKind metric = MetricKind.FIDELITY;
        if (whole.count() > learned.count()) {
            SampleSet rest = whole.part(learned.count(), MOST_HELD_BACK);
            return new RunData(learned, rest, Origin.HELD_BACK, metric, null, null, dataFree, null, open);
        }
        long held = Math.clamp(learned.count() / HELD_BACK, 1, MOST_HELD_BACK);
        if (learned.count() < 2) {
            throw new EngineException(
                    Fault.DATASET_MISMATCH,
                    "One calibration sample and no evaluation set leave nothing to score on; give at least two"
                            + " samples.");
        }
        long used = learned.count() - held;
        return new RunData(
                learned.atMost(used),
                learned.part(used, held),
                Origin.HELD_BACK,
                metric,
                null,
                null,
                dataFree,
                null,
                open);
    }

    private static SampleSet set(
            Path file,
            PreparedModel model,
            @Nullable TokenizerFile tokenizer,
            Preprocessing preprocessing,
            List<Dataset> open) {
        Dataset dataset = Dataset.open(file, tokenizer);
        open.add(dataset);
        List<InputSpec> inputs = model.inputs();
        return SampleSet.whole(dataset, "dataset " + file.getFileName(), inputs, preprocessing);
    }

    private static MetricKind metric(Recipe.Evaluation evaluate, @Nullable Labels labels) {
        MetricKind asked = evaluate.metric();
        if (asked != null) {
            return asked;
        }
        return labels != null && labels.integral() && !evaluate.pairs() ? MetricKind.TOP1 : MetricKind.FIDELITY;
    }

    /** Where the calibration samples of {@code recipe} lie: the dataset it names, or what is made up in {@code scratch}. */
    public static Path calibrationFile(Recipe recipe, Path scratch) {
        Recipe.Calibration calibration = recipe.calibration();
        return calibration == null ? scratch.resolve(DATA_FREE) : calibration.dataset();
    }

    /** Whether samples 2i and 2i+1 belong together. */
    public boolean pairs() {
        return asked != null && asked.pairs();
    }

    /** How token states become one vector. */
    public Pooling pooling() {
        return asked == null ? Pooling.NONE : Pooling.valueOf(asked.pooling());
    }

    /** The samples to calibrate on. */
    public SampleSet calibration() {
        if (learned == null) {
            throw new EngineException(Fault.RECIPE_INVALID, "There is no calibration set.");
        }
        return learned;
    }

    /** The shape of one sample's inputs, by name. */
    public Map<String, List<Long>> sampleShapes() {
        SampleSet from = learned == null ? evaluation : learned;
        Map<String, List<Long>> shapes = new HashMap<>();
        from.withFirst(1, first -> {
            first.columns().forEach(column -> shapes.put(column.name(), column.shape()));
            return shapes;
        });
        return shapes;
    }

    @Override
    public void close() {
        open.forEach(Dataset::close);
    }

    /** A dataset's labels as what outputs are scored against. */
    private record LabelTruth(Labels labels) implements GroundTruth {
        @Override
        public long count() {
            return labels.count();
        }

        @Override
        public int width() {
            return labels.width();
        }

        @Override
        public double get(long i, int k) {
            return labels.get(i, k);
        }
    }
}
