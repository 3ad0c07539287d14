package dev.octet.engine.train.learn;

import dev.octet.engine.train.task.Answer.Kind;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** How far answers are from what they should be. */
final class Distance {

    /** Softens what classes are given, so that the smaller ones tell too (Hinton et al. 2015, arXiv 1503.02531). */
    private static final double TEMPERATURE = 2;

    private static final double SMALLEST_POWER = 1e-12;

    private Distance() {}

    /** Of a student's {@code answer} from its {@code teacher}'s: divergence of classes, error over power of numbers. */
    static Tensor between(Tensor answer, Tensor teacher, Kind kind) {
        return kind == Kind.CLASSES ? divergence(answer, teacher) : error(answer, teacher);
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
