package dev.octet.engine.train.learn;

import dev.octet.engine.scheme.Encoding;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** The encoding of one group of values, its step learned and its zero point kept. */
final class QuantizedValues {

    private final Encoding start;
    private final Parameter step;
    private final StepSize rounding;

    /** An encoding to learn, from {@code start}. */
    QuantizedValues(Encoding start, Units units) {
        this.start = start;
        int zero = start.zeroPoint(0);
        this.rounding = new StepSize(start.type().min() - zero, start.type().max() - zero);
        try (PointerScope _ = new PointerScope()) {
            Tensor scale = Tensor.create(start.scale(0));
            this.step = Parameter.positive(scale, units.of(scale));
        }
    }

    Parameter step() {
        return step;
    }

    /** {@code value} rounded; a leaf of {@code tape} where there is one. */
    Tensor rounded(Tensor value, @Nullable Tape tape) {
        Tensor rounded = rounding.forward(value, step.value());
        if (tape == null) {
            return rounded;
        }
        return tape.cut(value, Parameter.leaf(rounded), (gradient, before, after) -> {
            StepSize.Gradients gradients = rounding.backward(gradient, before, after, step.value());
            step.descend(gradients.step());
            return gradients.value();
        });
    }

    /** The encoding as learned. */
    Encoding encoding() {
        try (PointerScope _ = new PointerScope()) {
            return Encoding.perTensor(start.type(), step.value().item_float(), start.zeroPoint(0));
        }
    }
}
