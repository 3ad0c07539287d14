package dev.octet.engine.search.training;

import dev.octet.engine.data.BatchReader;
import dev.octet.engine.data.Dataset;
import dev.octet.engine.data.InputSpec;
import dev.octet.engine.data.Labels;
import dev.octet.engine.recipe.Recipe;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.scheme.MetricKind;
import dev.octet.engine.search.RunData;
import dev.octet.engine.search.SampleSet;
import dev.octet.engine.train.task.TrainingSamples;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The samples that a run trains on.
 *
 * @param samples in the model's form
 * @param labels true answers; null where there are none, or one a pair of samples
 * @param origin what they are, in words
 * @param opened the dataset that was opened for them; null where it is the run's own
 */
record TrainingData(
        SampleSet samples,
        @Nullable Labels labels,
        String origin,
        @Nullable Dataset opened) implements AutoCloseable, TrainingSamples {

    /** Fewer leave nothing to learn from, or nothing to tell by. */
    private static final long FEWEST = 10;

    private static final String HEADS = "without labels: a detector learns from the float model's boxes and scores";

    /**
     * The training set of {@code recipe}, or its calibration samples where it names none.
     *
     * @throws EngineException DATASET_MISMATCH where it does not fit the model or has too few samples; DATASET_MALFORMED
     */
    static TrainingData open(Recipe recipe, List<InputSpec> inputs, RunData data) {
        Recipe.Training training = recipe.training();
        Path file = training == null ? null : training.dataset();
        if (training == null || file == null) {
            return enough(new TrainingData(data.calibration(), null, "the calibration samples, without labels", null));
        }
        Dataset dataset = Dataset.open(file);
        try {
            SampleSet all =
                    SampleSet.whole(dataset, "training set " + file.getFileName(), inputs, training.preprocessing());
            Integer most = training.samples();
            boolean detects = data.metric() == MetricKind.MEAN_AVERAGE_PRECISION;
            Labels labels = dataset.labels()
                    .filter(each -> !detects && each.count() == dataset.samples())
                    .orElse(null);
            return enough(new TrainingData(
                    most == null ? all : all.atMost(most),
                    labels,
                    "the training set, " + (detects ? HEADS : labels == null ? "without labels" : "with labels"),
                    dataset));
        } catch (RuntimeException | Error e) {
            dataset.close();
            throw e;
        }
    }

    private static TrainingData enough(TrainingData data) {
        if (data.count() < FEWEST) {
            throw new EngineException(
                    Fault.DATASET_MISMATCH,
                    data.count() + " samples are too few to train on; give " + FEWEST + " or more.");
        }
        return data;
    }

    @Override
    public long count() {
        long fixed = samples.fixedBatch();
        return fixed > 1 ? samples.count() - samples.count() % fixed : samples.count();
    }

    @Override
    public long fixedBatch() {
        return samples.fixedBatch();
    }

    @Override
    public BatchReader read(int batchSize) {
        return samples.read(batchSize);
    }

    @Override
    public void close() {
        if (opened != null) {
            opened.close();
        }
    }
}
