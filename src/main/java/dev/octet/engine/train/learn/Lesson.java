package dev.octet.engine.train.learn;

import dev.octet.engine.scheme.TrainingOptions.Loss;
import dev.octet.engine.train.execute.Interposer;
import dev.octet.engine.train.execute.Program;
import dev.octet.engine.train.task.Answer;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** What a student learns from its teacher and the labels: how wrong it is, and which way is better. */
public final class Lesson {

    private final Student student;
    private final Program teacher;
    private final List<Answer> answers;
    private final List<String> features;
    private final Loss weights;

    /**
     * A lesson.
     *
     * @param teacher the float model, up to {@link #values}
     * @param answers what both are held against each other by, the first also against the labels
     * @param features inner values, likewise
     */
    public Lesson(Student student, Program teacher, List<Answer> answers, List<String> features, Loss weights) {
        this.student = student;
        this.teacher = teacher;
        this.answers = answers;
        this.features = features;
        this.weights = weights;
    }

    /** The values that teacher and student have to compute. */
    public static Set<String> values(List<Answer> answers, List<String> features) {
        Set<String> values = new LinkedHashSet<>();
        answers.forEach(answer -> values.add(answer.value()));
        values.addAll(features);
        return values;
    }

    /** The teacher's answers. */
    public Map<String, Tensor> teach(Map<String, Tensor> inputs) {
        try (NoGradGuard _ = new NoGradGuard()) {
            return teacher.run(inputs, Interposer.NONE);
        }
    }

    /** Gathers the gradients of all parameters on {@code batch}; the loss. */
    double learn(Chunk batch) {
        try (PointerScope _ = new PointerScope();
                Tape tape = new Tape()) {
            Map<String, Tensor> expected = batch.answers().isEmpty() ? teach(batch.inputs()) : batch.answers();
            Map<String, Tensor> made = student.run(batch.inputs(), tape);
            Tensor loss = loss(made, expected, batch);
            double value = loss.item_double();
            if (Double.isFinite(value)) {
                tape.backward(loss);
            }
            return value;
        }
    }

    private Tensor loss(Map<String, Tensor> made, Map<String, Tensor> expected, Chunk batch) {
        Tensor loss = Tensor.create(0f);
        if (weights.distillation() > 0) {
            for (Answer answer : answers) {
                Tensor distance = Distance.between(made, expected, answer);
                loss = loss.add(distance.mul(new Scalar(weights.distillation() / answers.size())));
            }
        }
        if (weights.features() > 0) {
            for (String feature : features) {
                Tensor distance = Distance.between(made, expected, new Answer(feature, Answer.Kind.NUMBERS));
                loss = loss.add(distance.mul(new Scalar(weights.features() / features.size())));
            }
        }
        Tensor labels = batch.labels();
        if (weights.task() > 0 && labels != null) {
            Answer first = answers.getFirst();
            Tensor distance = Distance.ofLabels(Distance.of(made, first.value()), labels, first.kind());
            loss = loss.add(distance.mul(new Scalar(weights.task())));
        }
        return loss;
    }

    /**
     * How far a student is from its teacher on some samples.
     *
     * @param loss mean distance of the answers
     * @param agreement share of rows with the same largest class; NaN where there are no classes
     */
    public record Standing(double loss, double agreement) {}

    /** How far the student is, as it is, on all that {@code chunks} hold. */
    Standing examine(Chunks chunks, int batchSize) {
        Map<String, double[]> sums = new LinkedHashMap<>();
        chunks.forEach(chunk -> {
            for (long from = 0; from < chunk.size(); from += batchSize) {
                long[] indices = java.util.stream.LongStream.range(from, Math.min(chunk.size(), from + batchSize))
                        .toArray();
                try (PointerScope _ = new PointerScope();
                        NoGradGuard _ = new NoGradGuard()) {
                    Chunk batch = chunk.select(indices);
                    Map<String, Tensor> expected = batch.answers().isEmpty() ? teach(batch.inputs()) : batch.answers();
                    Map<String, Tensor> made = student.run(batch.inputs(), null);
                    answers.forEach(answer -> add(sums, answer, made, expected));
                }
            }
        });
        double loss = sums.values().stream()
                .mapToDouble(sum -> sum[0] / sum[1])
                .average()
                .orElse(Double.NaN);
        double rows = sums.values().stream().mapToDouble(sum -> sum[3]).sum();
        double same = sums.values().stream().mapToDouble(sum -> sum[2]).sum();
        return new Standing(loss, rows == 0 ? Double.NaN : same / rows);
    }

    private static void add(
            Map<String, double[]> sums, Answer answer, Map<String, Tensor> made, Map<String, Tensor> expected) {
        double[] sum = sums.computeIfAbsent(answer.value(), _ -> new double[4]);
        Tensor own = Distance.of(made, answer.value());
        double elements = own.numel();
        sum[0] += elements * Distance.between(made, expected, answer).item_double();
        sum[1] += elements;
        if (answer.kind() == Answer.Kind.CLASSES) {
            sum[2] += Distance.agreement(own, Distance.of(expected, answer.value()));
            sum[3] += elements / own.size(-1);
        }
    }
}
