package dev.octet.engine.train.learn;

import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.train.task.Answer;
import dev.octet.engine.train.task.Answer.Kind;
import dev.octet.engine.train.task.Answer.Scores;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** How far answers are from what they should be. */
final class Distance {

    /** Softens what classes are given, so that the smaller ones tell too (Hinton et al. 2015, arXiv 1503.02531). */
    private static final double TEMPERATURE = 2;

    private static final double SMALLEST_POWER = 1e-12;
    private static final double SMALLEST_SIDE = 1e-3;

    private Distance() {}

    /** Of a student's answer from its teacher's, among all that both have made. */
    static Tensor between(Map<String, Tensor> made, Map<String, Tensor> expected, Answer answer) {
        Tensor student = of(made, answer.value());
        Tensor teacher = of(expected, answer.value());
        return switch (answer.kind()) {
            case CLASSES -> divergence(student, teacher);
            case SHARES -> shares(student, teacher);
            case NUMBERS -> error(student, teacher);
            case BOXES -> {
                Scores scores = Objects.requireNonNull(answer.scores());
                yield boxes(student, teacher, of(expected, scores.value()), scores);
            }
        };
    }

    /** The value of that name. */
    static Tensor of(Map<String, Tensor> values, String name) {
        Tensor value = values.get(name);
        if (value == null) {
            throw new IllegalStateException("value " + name + " is missing");
        }
        return value;
    }

    /** Kullback-Leibler divergence of each share by itself, their sum over the teacher's shares: so much an object. */
    private static Tensor shares(Tensor answer, Tensor teacher) {
        Tensor share = teacher.sigmoid();
        Tensor hit = torch.log_sigmoid(teacher).sub(torch.log_sigmoid(answer)).mul(share);
        Tensor miss = torch.log_sigmoid(teacher.neg())
                .sub(torch.log_sigmoid(answer.neg()))
                .mul(share.neg().add(new Scalar(1)));
        return hit.add(miss).sum().div(share.sum().clamp_min(new Scalar(SMALLEST_POWER)));
    }

    /**
     * By how much the sides of boxes moved, over the size of the teacher's, summed over the four numbers: nearly what their overlap
     * lacks to 1. The mean over boxes, each counting by the square of its best score, so that a background of many boxes does not.
     */
    private static Tensor boxes(Tensor answer, Tensor teacher, Tensor logits, Scores scores) {
        int axis = scores.axis();
        Tensor far = teacher.narrow(axis, 2, 2);
        Tensor sizes = scores.corners() ? far.sub(teacher.narrow(axis, 0, 2)) : far;
        Tensor size = sizes.abs().clamp_min(new Scalar(SMALLEST_SIDE));
        Tensor moved = answer.sub(teacher).abs().div(torch.cat(new TensorVector(size, size), axis));
        Tensor weight = logits.amax(new long[] {axis}, true).sigmoid().square();
        return moved.mul(weight).sum().div(weight.sum().clamp_min(new Scalar(SMALLEST_POWER)));
    }

    /** Kullback-Leibler divergence of softened classes, times the square of the temperature, mean over rows. */
    private static Tensor divergence(Tensor answer, Tensor teacher) {
        Tensor student = torch.log_softmax(answer.mul(new Scalar(1 / TEMPERATURE)), -1);
        Tensor exact = torch.log_softmax(teacher.mul(new Scalar(1 / TEMPERATURE)), -1);
        double rows = (double) answer.numel() / answer.size(-1);
        return exact.exp().mul(exact.sub(student)).sum().mul(new Scalar(TEMPERATURE * TEMPERATURE / rows));
    }

    /** Noise over signal. */
    private static Tensor error(Tensor answer, Tensor teacher) {
        double power = Math.max(SMALLEST_POWER, teacher.square().mean().item_double());
        return answer.sub(teacher).square().mean().mul(new Scalar(1 / power));
    }

    /**
     * Of {@code answer} from true {@code labels}: cross-entropy where these are indices of its classes, else the mean squared error
     * over their power.
     *
     * @param labels of shape [samples, width]
     */
    static Tensor ofLabels(Tensor answer, Tensor labels, Kind kind) {
        long each = kind == Kind.CLASSES ? answer.size(-1) : 1;
        if (answer.numel() != each * labels.numel()) {
            throw new EngineException(
                    Fault.DATASET_MISMATCH,
                    "The training set's labels do not fit the model's first output: it has " + answer.numel() / each
                            + " answers for " + labels.size(0) + " samples, whose labels have " + labels.numel()
                            + " numbers. Set training.loss.task to 0 to train without them.");
        }
        if (kind == Kind.CLASSES) {
            Tensor rows = torch.log_softmax(answer.reshape(-1, answer.size(-1)), -1);
            Tensor indices = labels.to(ScalarType.Long).reshape(-1, 1);
            return rows.gather(1, indices).mean().neg();
        }
        return error(answer.reshape(labels.shape()), labels);
    }

    /** On how many rows the largest class is the same. */
    static double agreement(Tensor answer, Tensor teacher) {
        Tensor same = torch.argmax(answer, new LongOptional(-1), false)
                .eq(torch.argmax(teacher, new LongOptional(-1), false));
        return same.to(ScalarType.Double).sum().item_double();
    }
}
