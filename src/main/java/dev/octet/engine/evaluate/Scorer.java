package dev.octet.engine.evaluate;

import dev.octet.engine.evaluate.statistic.F1;
import dev.octet.engine.evaluate.statistic.MeanAveragePrecision;
import dev.octet.engine.evaluate.statistic.Perplexity;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.scheme.MetricKind;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Scores the float and the quantized model side by side.
 *
 * <p>Fed both outputs of one sample after the other; keeps at most three numbers a sample. A quantized output that
 * holds NaN or an infinity is counted and scored as wrong: no hit, no agreement, and where a number is needed, zero.
 */
public final class Scorer {

    private static final Set<MetricKind> OF_CLASSES = Set.of(MetricKind.TOP1, MetricKind.TOP5, MetricKind.F1);
    private static final Set<MetricKind> OF_ANSWERS = Set.of(MetricKind.PERPLEXITY, MetricKind.MEAN_AVERAGE_PRECISION);

    private final boolean pairs;
    private final @Nullable GroundTruth truth;
    private final Metric metric;
    private final boolean classes;
    private final boolean answers;
    private final SignalNoise closeness = new SignalNoise();
    private final ChannelNoise channels = new ChannelNoise();
    private long samples;
    private long agreements;
    private long int8NonFinite;
    private boolean single;
    private float @Nullable [] fp32Before;
    private float @Nullable [] int8Before;

    /** A scorer whose resamples are those of seed 0. */
    public Scorer(MetricKind kind, @Nullable GroundTruth truth, boolean pairs) {
        this(kind, truth, pairs, 0);
    }

    /**
     * A scorer.
     *
     * @param truth labels by sample, or by pair, in the order of the samples; FIDELITY needs none
     * @param pairs samples 2i and 2i+1 belong together, and a model's one output for both is the cosine of their
     *     vectors; FIDELITY looks at every sample by itself all the same
     * @throws EngineException DATASET_MISMATCH without labels, or with labels of another width than the metric needs;
     *     RECIPE_INVALID for pairs that are to be classified
     */
    public Scorer(MetricKind kind, @Nullable GroundTruth truth, boolean pairs, long seed) {
        classes = !pairs && (OF_CLASSES.contains(kind) || kind == MetricKind.FIDELITY);
        if (pairs && (OF_CLASSES.contains(kind) || OF_ANSWERS.contains(kind))) {
            throw new EngineException(Fault.RECIPE_INVALID, kind + " scores single samples, not pairs");
        }
        this.answers = OF_ANSWERS.contains(kind);
        this.pairs = pairs && kind != MetricKind.FIDELITY;
        this.truth = kind.needsLabels() ? truth : null;
        this.metric = metric(kind, truth, seed);
    }

    private static Metric metric(MetricKind kind, @Nullable GroundTruth truth, long seed) {
        if (kind == MetricKind.FIDELITY) {
            return new MeanCosine(seed);
        }
        if (kind == MetricKind.PERPLEXITY) {
            return new Resampled(kind, new Perplexity(), new Perplexity(), seed);
        }
        if (truth == null) {
            throw new EngineException(Fault.DATASET_MISMATCH, kind + " needs labels, and the evaluation set has none");
        }
        return switch (kind) {
            case TOP1 -> new TopK(kind, 1, truth);
            case TOP5 -> new TopK(kind, 5, truth);
            case MSE -> new SquaredError(truth, seed);
            case PEARSON, SPEARMAN -> new Correlation(kind, truth, seed);
            case F1 -> {
                requireWidth(kind, truth, truth.width() == 1);
                yield new Resampled(kind, new F1(i -> truth.get(i, 0)), new F1(i -> truth.get(i, 0)), seed);
            }
            case MEAN_AVERAGE_PRECISION -> {
                requireWidth(kind, truth, truth.width() % MeanAveragePrecision.LABEL_WIDTH == 0);
                yield new Resampled(
                        kind,
                        new MeanAveragePrecision(truth::get, truth.width()),
                        new MeanAveragePrecision(truth::get, truth.width()),
                        seed);
            }
            case FIDELITY, PERPLEXITY -> throw new IllegalStateException("needs no labels");
        };
    }

    private static void requireWidth(MetricKind kind, GroundTruth truth, boolean fits) {
        if (!fits) {
            throw new EngineException(
                    Fault.DATASET_MISMATCH,
                    (kind == MetricKind.F1
                                    ? "F1 needs one class index a sample"
                                    : kind + " needs labels of [samples, objects, 5]: class (or -1), x1, y1, x2, y2")
                            + ", but a label has " + truth.width() + " numbers");
        }
    }

    /**
     * Takes in both models' first output for the next sample, pooled where it is a sequence.
     *
     * @throws EngineException MODEL_NOT_FINITE if the float model's isn't finite, DATASET_MISMATCH if the label doesn't
     *     fit it or is missing, ARTIFACT_UNPROVEN if the quantized model's has another size
     */
    public void add(float[] fp32, float[] int8) {
        add(fp32, int8, fp32, int8);
    }

    /**
     * The same where the metric does not look at the outputs themselves but at what is read from them, such as detections.
     *
     * @param fp32Answer what is read from the float model's outputs
     * @param int8Answer what is read from the quantized model's
     */
    public void add(float[] fp32, float[] int8, float[] fp32Answer, float[] int8Answer) {
        requireFinite(fp32);
        if (int8.length != fp32.length) {
            throw new EngineException(
                    Fault.ARTIFACT_UNPROVEN,
                    "the quantized model has " + int8.length + " outputs for sample " + samples + ", the float model "
                            + fp32.length);
        }
        boolean finite = firstNonFinite(int8) < 0;
        int8NonFinite += finite ? 0 : 1;
        single |= fp32.length < 2;
        closeness.add(fp32, int8);
        agreements += finite && fp32.length > 0 && largest(fp32) == largest(int8) ? 1 : 0;
        if (!pairs) {
            requireLabel(samples);
            metric.add(fp32Answer, finite || answers ? int8Answer : null);
        } else if (fp32Before == null) {
            fp32Before = fp32.clone();
            int8Before = finite ? int8.clone() : null;
        } else {
            requireLabel(samples / 2);
            requireSameLength(fp32Before, fp32);
            float[] int8Pair = finite && int8Before != null ? cosine(int8Before, int8) : null;
            metric.add(cosine(fp32Before, fp32), int8Pair);
            fp32Before = null;
            int8Before = null;
        }
        samples++;
    }

    /** Where each channel of each output is looked at by itself. */
    public ChannelNoise channels() {
        return channels;
    }

    private void requireFinite(float[] fp32) {
        int at = firstNonFinite(fp32);
        if (at >= 0) {
            throw new EngineException(
                    Fault.MODEL_NOT_FINITE,
                    "the float model's output for sample " + samples + " is " + fp32[at] + " at index " + at);
        }
    }

    private void requireLabel(long label) {
        if (truth != null && label >= truth.count()) {
            throw new EngineException(
                    Fault.DATASET_MISMATCH,
                    (pairs ? "pair " : "sample ") + label + " has no label: there are " + truth.count());
        }
    }

    private void requireSameLength(float[] before, float[] now) {
        if (before.length != now.length) {
            throw new EngineException(
                    Fault.DATASET_MISMATCH,
                    "samples " + (samples - 1) + " and " + samples + " are a pair, but the model gives vectors of "
                            + before.length + " and " + now.length + ": pool them");
        }
    }

    private static int firstNonFinite(float[] values) {
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                return i;
            }
        }
        return -1;
    }

    /** Index of the largest of {@code scores}, the first where several are; 0 where there are none. */
    public static int largest(float[] scores) {
        int best = 0;
        for (int i = 1; i < scores.length; i++) {
            best = scores[i] > scores[best] ? i : best;
        }
        return best;
    }

    private static float[] cosine(float[] one, float[] other) {
        return new float[] {(float) SignalNoise.cosine(one, other)};
    }

    /** Number of samples taken in, each of a pair counted. */
    public long samples() {
        return samples;
    }

    /** Number of samples for which the quantized model gave NaN or an infinity. */
    public long int8NonFinite() {
        return int8NonFinite;
    }

    /**
     * The metric of both models over all samples.
     *
     * @throws EngineException DATASET_MISMATCH if there was no sample, or half a pair
     */
    public Score score() {
        if (samples == 0 || fp32Before != null) {
            throw new EngineException(
                    Fault.DATASET_MISMATCH,
                    samples == 0
                            ? "there is no sample to score"
                            : "samples 2i and 2i+1 are a pair, but there are " + samples + " samples");
        }
        return metric.score();
    }

    /** How close the quantized model's outputs are to the float model's. */
    public Fidelity fidelity() {
        boolean known = classes && !single && samples > 0;
        return new Fidelity(
                closeness.sqnrDb(),
                closeness.meanCosine(),
                known ? agreements / (double) samples : null,
                samples,
                channels.worst().orElse(null));
    }
}
