package dev.octet.engine.train.learn;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Fake quantization whose step is learned, for values and for weights.
 *
 * <p>Forwards {@code y = s * round(clamp(x / s, low, high))}, where low and high are the type's ends less the zero point. Backwards
 * (Esser et al. 2020, "Learned Step Size Quantization", arXiv 1902.08153) {@code dL/dx = g} within the ends and 0 beyond, and
 * {@code dL/ds = k * sum(g * d)} with {@code d = round(x / s) - x / s} within, {@code low} or {@code high} beyond, and
 * {@code k = 1 / sqrt(N * Q)} for N elements that share the step and Q steps to the farther end. Since {@code s * d = y - x} within
 * and {@code y} beyond, {@code sum(g * d) = (sum(g * y) - sum(dL/dx * x)) / s}: two products of what is there anyway.
 */
final class StepSize {

    private final int low;
    private final int high;
    private final long[] shared;

    /**
     * A step size.
     *
     * @param low the least integer, less the zero point
     * @param high the largest, likewise
     * @param shared axes along which elements share a step; none where all do
     */
    StepSize(int low, int high, long... shared) {
        this.low = low;
        this.high = high;
        this.shared = shared.clone();
    }

    /** Gradients of what was rounded and of the step that it was rounded by. */
    record Gradients(Tensor value, Tensor step) {}

    /** {@code x} on the grid of {@code step}, apart from differentiation. */
    Tensor forward(Tensor x, Tensor step) {
        Tensor steps = x.detach().mul(step.reciprocal());
        steps.clamp_(new ScalarOptional(new Scalar(low)), new ScalarOptional(new Scalar(high)));
        steps.round_();
        steps.mul_(step);
        return steps;
    }

    /**
     * What {@code g}, the gradient of {@code y}, makes of the gradients before it.
     *
     * @param y what {@link #forward} made of {@code x} and {@code step}
     */
    Gradients backward(Tensor g, Tensor x, Tensor y, Tensor step) {
        Tensor inner;
        Tensor sum;
        if (shared.length == 0) {
            double size = step.item_double();
            inner = torch.hardtanh_backward(g, x, new Scalar(low * size), new Scalar(high * size));
            sum = dot(g, y).sub(dot(inner, x)).reshape(step.shape());
        } else {
            Tensor within = x.gt(step.mul(new Scalar(low))).logical_and(x.lt(step.mul(new Scalar(high))));
            inner = g.mul(within);
            sum = g.mul(y).sub(inner.mul(x)).sum(shared, true, new ScalarTypeOptional());
        }
        double elements = (double) x.numel() / step.numel();
        double factor = 1 / Math.sqrt(elements * Math.max(high, -low));
        return new Gradients(inner, sum.div(step).mul(new Scalar(factor)));
    }

    /** The sum of products, without a tensor between where both lie in the same order. */
    private static Tensor dot(Tensor a, Tensor b) {
        Tensor one = flat(a);
        Tensor other = flat(b);
        boolean alike = a.is_contiguous() == b.is_contiguous();
        return alike && one != null && other != null ? one.dot(other) : a.mul(b).sum();
    }

    private static @Nullable Tensor flat(Tensor tensor) {
        if (tensor.is_contiguous()) {
            return tensor.view(-1);
        }
        if (tensor.dim() == 4) {
            Tensor channelsLast = tensor.permute(0, 2, 3, 1);
            return channelsLast.is_contiguous() ? channelsLast.view(-1) : null;
        }
        return null;
    }
}
