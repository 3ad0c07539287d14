package dev.octet.engine.search;

import dev.octet.engine.data.Batch;
import dev.octet.engine.data.Column;
import dev.octet.engine.evaluate.GroundTruth;
import dev.octet.engine.evaluate.statistic.Detections;
import dev.octet.engine.evaluate.statistic.Perplexity;
import dev.octet.engine.runtime.OutputView;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.scheme.MetricKind;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads from all outputs of a model what a metric looks at: few numbers a sample, however large the outputs. */
final class ReadAnswers {

    private final MetricKind metric;
    private final @Nullable GroundTruth truth;

    /** For {@code metric}, with labels where there are some. */
    ReadAnswers(MetricKind metric, @Nullable GroundTruth truth) {
        this.metric = metric;
        this.truth = truth;
    }

    /**
     * What sample {@code i} of {@code batch} answers.
     *
     * @param vector the sample's part of the first output, which is what most metrics look at
     * @throws EngineException MODEL_UNSUPPORTED where the outputs are not what the metric knows
     */
    float[] of(List<OutputView> outputs, float[] vector, Batch batch, int i) {
        return switch (metric) {
            case PERPLEXITY -> tokens(outputs.getFirst(), vector, batch, i);
            case MEAN_AVERAGE_PRECISION ->
                Detections.of(
                        outputs.stream().map(output -> part(output, batch, i)).toList());
            case TOP1, TOP5, MSE, PEARSON, SPEARMAN, F1, FIDELITY -> vector;
        };
    }

    private static Detections.Part part(OutputView output, Batch batch, int i) {
        List<Long> shape = output.shape();
        if (batch.size() == 1 && (shape.isEmpty() || shape.getFirst() != 1)) {
            return new Detections.Part(shape, output.part(1, 0));
        }
        if (shape.isEmpty() || shape.getFirst() != batch.size()) {
            throw new EngineException(
                    Fault.MODEL_UNSUPPORTED,
                    "Output '" + output.name() + "' of shape " + shape + " does not lead with the batch, so its"
                            + " detections can't be told apart by sample.");
        }
        return new Detections.Part(shape.subList(1, shape.size()), output.part(batch.size(), i));
    }

    private float[] tokens(OutputView logits, float[] vector, Batch batch, int i) {
        long[] ids = longs("input_ids", batch, i);
        if (logits.shape().size() != 3 || (ids == null && truth == null)) {
            throw new EngineException(
                    Fault.MODEL_UNSUPPORTED,
                    "PERPLEXITY needs logits of [batch, tokens, vocabulary], and an input named input_ids or labels of"
                            + " tokens; '" + logits.name() + "' is " + logits.shape() + ".");
        }
        int tokens = Math.toIntExact(logits.shape().get(1));
        long[] targets = truth == null ? Objects.requireNonNull(ids) : labels(truth, batch.first() + i);
        long[] mask = longs("attention_mask", batch, i);
        if (mask != null && mask.length > tokens) {
            // Where earlier tokens are kept, the mask begins with theirs.
            mask = Arrays.copyOfRange(mask, mask.length - tokens, mask.length);
        }
        if (targets.length != tokens || (mask != null && mask.length != tokens)) {
            throw new EngineException(
                    Fault.DATASET_MISMATCH,
                    "PERPLEXITY needs a token for each position: the model gives logits for " + tokens + ", there are "
                            + targets.length + " tokens"
                            + (mask == null ? "." : " and a mask of " + mask.length + "."));
        }
        return Perplexity.answer(vector, tokens, Math.toIntExact(logits.shape().get(2)), targets, mask);
    }

    private static long[] labels(GroundTruth truth, long sample) {
        long[] labels = new long[truth.width()];
        Arrays.setAll(labels, k -> (long) truth.get(sample, k));
        return labels;
    }

    private static long @Nullable [] longs(String name, Batch batch, int i) {
        for (Column column : batch.columns()) {
            int each = column.data().remaining() / batch.size();
            if (column.name().equals(name) && column.type() == ElementType.INT64) {
                long[] values = new long[each / Long.BYTES];
                column.data().asLongBuffer().get(i * values.length, values);
                return values;
            }
            if (column.name().equals(name) && column.type() == ElementType.INT32) {
                int[] values = new int[each / Integer.BYTES];
                column.data().asIntBuffer().get(i * values.length, values);
                return Arrays.stream(values).asLongStream().toArray();
            }
        }
        return null;
    }
}
