package dev.octet.engine.recipe;

import dev.octet.engine.data.Preprocessing;
import dev.octet.engine.plan.Target;
import dev.octet.engine.scheme.AlgorithmKind;
import dev.octet.engine.scheme.MetricKind;
import dev.octet.engine.scheme.ObserverKind;
import dev.octet.engine.scheme.Preference;
import dev.octet.engine.scheme.QuantType;
import dev.octet.engine.scheme.QuantizationSettings;
import dev.octet.engine.scheme.Technique;
import dev.octet.engine.scheme.TrainingOptions;
import dev.octet.engine.scheme.WeightMethod;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that a run is asked for: model, data, technique, settings, goal.
 *
 * @param model the uploaded file
 * @param technique how to quantize
 * @param target id of the target; null for the processor that the run happens on
 * @param calibration what activation ranges are learned from; null where there is none
 * @param evaluation what the result is scored on; null to hold back part of the calibration samples
 * @param training how to train; null where there is to be no training
 * @param settings choices about encodings
 * @param objective what counts as success
 * @param measure what to time
 * @param budget what the run may take
 * @param statistics what an earlier calibration on the same model and samples saw; null where there was none
 * @param checkpoint where an earlier attempt at the same run got to in training; null where there was none
 * @param formats what the quantized model is written as; ONNX is among them
 * @param seed of everything random
 */
public record Recipe(
        Path model,
        Technique technique,
        @Nullable String target,
        @Nullable Calibration calibration,
        @Nullable Evaluation evaluation,
        @Nullable Training training,
        Settings settings,
        Objective objective,
        Measure measure,
        Budget budget,
        @Nullable Path statistics,
        @Nullable Path checkpoint,
        Set<ModelFormat> formats,
        long seed) {

    /** What STATIC and QAT correct where they are not told: biases, which costs little. */
    static final Set<AlgorithmKind> STATIC_CORRECTIONS = Set.of(AlgorithmKind.BIAS_CORRECTION);

    public Recipe {
        formats = Set.copyOf(formats);
    }

    /**
     * Samples that activation ranges are learned from.
     *
     * @param dataset the uploaded file
     * @param samples at most so many, from the first on
     * @param preprocessing how values become the model's inputs
     */
    public record Calibration(Path dataset, int samples, Preprocessing preprocessing) {}

    /**
     * Samples that the result is scored on.
     *
     * @param dataset the uploaded file
     * @param metric the score; null for TOP1 where there are labels, else FIDELITY
     * @param samples at most so many, from the first on; null for all
     * @param preprocessing how values become the model's inputs
     * @param pairs samples 2i and 2i+1 belong together, with one label a pair
     * @param pooling how token states become one vector: NONE, MEAN or CLS
     */
    public record Evaluation(
            Path dataset,
            @Nullable MetricKind metric,
            @Nullable Integer samples,
            Preprocessing preprocessing,
            boolean pairs,
            String pooling) {}

    /**
     * How to train, and on what.
     *
     * @param dataset the uploaded file; null to train on the calibration samples
     * @param samples at most so many, from the first on; null for all
     * @param preprocessing how values become the model's inputs
     * @param options everything else
     */
    public record Training(
            @Nullable Path dataset, @Nullable Integer samples, Preprocessing preprocessing, TrainingOptions options) {}

    /**
     * Choices about encodings; what is null is the target's choice.
     *
     * @param observer how activation ranges are chosen; null for what suits the model
     * @param percentile for PERCENTILE, percent of values kept, (50, 100]
     * @param perChannel one weight scale an output channel
     * @param activationType integer type of activations
     * @param weightType integer type of weights
     * @param reduceRange weights in 7 bits
     * @param opTypes operator types to quantize; empty for all that can be
     * @param exclude nodes to leave in floating point: names of theirs or of their outputs, of what they lie below, patterns of such,
     *     or operator types
     * @param algorithms corrections to apply, or for a search to try, in the engine's own order
     * @param blockSize for WEIGHT_ONLY: weights that share one scale, a power of two
     * @param weightMethod for WEIGHT_ONLY: how weights are rounded
     */
    public record Settings(
            @Nullable ObserverKind observer,
            double percentile,
            boolean perChannel,
            @Nullable QuantType activationType,
            @Nullable QuantType weightType,
            @Nullable Boolean reduceRange,
            Set<String> opTypes,
            Set<String> exclude,
            Set<AlgorithmKind> algorithms,
            int blockSize,
            WeightMethod weightMethod) {

        /** What a request gets that says nothing. */
        public static final Settings DEFAULTS =
                new Settings(null, 99.99, true, null, null, null, Set.of(), Set.of(), Set.of(), 32, WeightMethod.HQQ);

        public Settings {
            opTypes = Set.copyOf(opTypes);
            exclude = Set.copyOf(exclude);
            algorithms = Set.copyOf(algorithms);
        }

        Settings with(Set<AlgorithmKind> others) {
            return with(observer, exclude, others);
        }

        Settings with(@Nullable ObserverKind other) {
            return with(other, exclude, algorithms);
        }

        Settings excluding(Set<String> others) {
            return with(observer, others, algorithms);
        }

        private Settings with(@Nullable ObserverKind ranges, Set<String> excluded, Set<AlgorithmKind> corrections) {
            return new Settings(
                    ranges,
                    percentile,
                    perChannel,
                    activationType,
                    weightType,
                    reduceRange,
                    opTypes,
                    excluded,
                    corrections,
                    blockSize,
                    weightMethod);
        }

        /** The settings with the target's choices filled in. */
        public QuantizationSettings resolve(Target at) {
            QuantType weights = weightType == null ? at.weightType() : weightType;
            return new QuantizationSettings(
                    observer == null ? ObserverKind.MIN_MAX : observer,
                    percentile,
                    perChannel,
                    activationType == null ? at.activationType() : activationType,
                    weights,
                    reduceRange == null ? at.reduceRange() && weights.bits() == 8 : reduceRange,
                    exclude);
        }
    }

    /**
     * What counts as success.
     *
     * @param maxDrop the most that the metric may lose, in its own unit (or as a share of the float metric)
     * @param relative whether {@code maxDrop} is a share of the float metric
     * @param prefer which of several candidates to keep
     */
    public record Objective(double maxDrop, boolean relative, Preference prefer) {

        /** The most that the metric may lose, in its own unit, where the float model scores {@code fp32}. */
        public double allowedDrop(double fp32) {
            return relative ? maxDrop * Math.abs(fp32) : maxDrop;
        }
    }

    /**
     * What to time.
     *
     * @param batchSizes samples a run, each measured
     * @param threads threads inside one operator
     */
    public record Measure(List<Integer> batchSizes, int threads) {
        public Measure {
            batchSizes = List.copyOf(batchSizes);
        }
    }

    /**
     * What the run may take.
     *
     * @param maxRunSeconds a search ends by itself before so many seconds are over; null for no limit
     * @param maxTrials a search tries at most so many candidates
     */
    public record Budget(@Nullable Integer maxRunSeconds, int maxTrials) {}

    /** The same with {@code names}, of nodes or their outputs, in the place of what its settings exclude. */
    public Recipe excluding(Set<String> names) {
        return with(settings.excluding(names));
    }

    /**
     * The same for a model with attention, where a few channels behind each normalization are as wide as all others together: STATIC
     * smooths activations and chooses ranges by MSE, unless it is told otherwise.
     */
    public Recipe suitedToAttention() {
        if (technique != Technique.STATIC) {
            return this;
        }
        Settings suited = settings.observer() == null ? settings.with(ObserverKind.MSE) : settings;
        return with(
                suited.algorithms().equals(STATIC_CORRECTIONS)
                        ? suited.with(Set.of(AlgorithmKind.SMOOTH_QUANT, AlgorithmKind.BIAS_CORRECTION))
                        : suited);
    }

    private Recipe with(Settings others) {
        return new Recipe(
                model,
                technique,
                target,
                calibration,
                evaluation,
                training,
                others,
                objective,
                measure,
                budget,
                statistics,
                checkpoint,
                formats,
                seed);
    }

    /**
     * Reads a recipe from JSON: the job request of the HTTP contract with file paths {@code model} and {@code dataset} in the
     * place of ids.
     *
     * @throws dev.octet.engine.scheme.EngineException RECIPE_INVALID with everything that is wrong
     */
    public static Recipe parse(String json) {
        return RecipeReader.read(json);
    }

    /**
     * Reads the preprocessing of a dataset from JSON, as a job request has it.
     *
     * @throws dev.octet.engine.scheme.EngineException RECIPE_INVALID with everything that is wrong
     */
    public static Preprocessing preprocessing(String json) {
        return RecipeReader.readPreprocessing(json);
    }
}
