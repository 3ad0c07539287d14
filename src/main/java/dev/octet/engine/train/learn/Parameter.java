package dev.octet.engine.train.learn;

import dev.octet.engine.train.execute.Tensors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.jspecify.annotations.Nullable;

/**
 * A tensor that is learned, held in units of its own size.
 *
 * <p>{@code value = unit * p}. Folding a BatchNormalization leaves channels whose weights differ by orders of magnitude, and scales of
 * encodings are smaller still: one learning rate suits all only where a step is a share of what is stepped (as in LAMB and
 * Adafactor; Shazeer and Stern 2018, "Adafactor", arXiv 1804.04235).
 */
public final class Parameter implements AutoCloseable {

    private static final double LEAST = 1e-3;

    private final Tensor share;
    private final Tensor unit;
    private final @Nullable Tensor least;

    private Parameter(Tensor share, Tensor unit, @Nullable Tensor least) {
        this.share = share;
        this.unit = unit;
        this.least = least;
    }

    /**
     * A parameter that may become anything.
     *
     * @param start the value to start from
     * @param unit what it is measured in, above 0 everywhere; of a shape that broadcasts to its own
     */
    static Parameter free(Tensor start, Tensor unit) {
        return new Parameter(Tensors.kept(() -> leaf(start.div(unit))), Tensors.kept(unit::clone), null);
    }

    /** The same, which stays above a thousandth of {@code start}: a step of an encoding that came to nothing would learn no more. */
    static Parameter positive(Tensor start, Tensor unit) {
        return new Parameter(
                Tensors.kept(() -> leaf(start.div(unit))),
                Tensors.kept(unit::clone),
                Tensors.kept(() -> start.div(unit).mul(new Scalar(LEAST))));
    }

    /** What the optimizer changes: the value in units. */
    Tensor share() {
        return share;
    }

    /** Brings it back above its bound, where it has one. */
    void limit() {
        if (least != null) {
            share.clamp_(new TensorOptional(least), new TensorOptional());
        }
    }

    /** The value, outside of differentiation. */
    Tensor value() {
        return share.detach().mul(unit);
    }

    /** The value as a leaf of {@code tape}, to which gradients come back. */
    Tensor leaf(Tape tape) {
        Tensor value = value();
        return tape.cut(value, leaf(value.detach()), (gradient, _, _) -> {
            descend(gradient);
            return null;
        });
    }

    /** Adds {@code gradient}, of the value, to what the next step goes by. */
    void descend(Tensor gradient) {
        try (PointerScope _ = new PointerScope()) {
            Tensor scaled = gradient.mul(unit);
            Tensor sum = share.grad();
            share.mutable_grad().put(sum.defined() ? sum.add(scaled) : scaled);
        }
    }

    /** {@code tensor} made to gather gradients. */
    static Tensor leaf(Tensor tensor) {
        // The method's own result does not own what it points to.
        tensor.set_requires_grad(true);
        return tensor;
    }

    @Override
    public void close() {
        share.close();
        unit.close();
        if (least != null) {
            least.close();
        }
    }
}
