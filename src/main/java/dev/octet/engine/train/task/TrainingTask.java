package dev.octet.engine.train.task;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.plan.QuantizationPlan;
import dev.octet.engine.scheme.TrainingOptions;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be trained, towards what, from where.
 *
 * @param teacher the float model's graph
 * @param start the graph to train, which may differ from it in constants
 * @param plan its quantization so far
 * @param answers values by which both are held against each other; the first also against labels, where there are some
 * @param features inner values, likewise
 * @param options how
 * @param reduceRange whether 8-bit weights keep to 7 bits
 * @param samples to train on, but for those that are held out
 * @param holdOut which to tell by how far it has come
 * @param seed of the order of samples
 * @param threads to compute with
 * @param run tells this training from others, so that it goes on from no other's checkpoint
 * @param goOnFrom where an earlier attempt got to; null where there was none
 * @param checkpoint where to write how far this one is after each epoch; null to keep nothing
 */
public record TrainingTask(
        Graph teacher,
        Graph start,
        QuantizationPlan plan,
        List<Answer> answers,
        List<String> features,
        TrainingOptions options,
        boolean reduceRange,
        TrainingSamples samples,
        HoldOut holdOut,
        long seed,
        int threads,
        String run,
        @Nullable Path goOnFrom,
        @Nullable Path checkpoint) {

    public TrainingTask {
        answers = List.copyOf(answers);
        features = List.copyOf(features);
    }
}
