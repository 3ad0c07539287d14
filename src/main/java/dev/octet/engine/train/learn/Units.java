package dev.octet.engine.train.learn;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** What parameters are measured in: 1, or their own size. */
public enum Units {
    /** Ones. */
    ONE,
    /** The root mean square of what a parameter starts from. */
    OWN;

    private static final double SMALLEST = 1e-6;

    /** The unit of what is above 0 everywhere: itself. */
    Tensor of(Tensor positive) {
        return this == ONE ? torch.ones(1) : positive;
    }

    /** The unit of {@code values}: the size of each part along {@code shared} axes, not below {@code least}. */
    Tensor of(Tensor values, long[] shared, Tensor least) {
        if (this == ONE) {
            return torch.ones(1);
        }
        Tensor mean = shared.length == 0
                ? values.square().mean()
                : values.square().mean(shared, true, new ScalarTypeOptional());
        return torch.maximum(mean.sqrt(), least);
    }

    /** The unit of {@code values}: their size or that of {@code beside}, whichever is larger. */
    Tensor of(Tensor values, Tensor beside) {
        return this == ONE
                ? torch.ones(1)
                : torch.maximum(
                        values.square().mean().sqrt(),
                        beside.square().mean().sqrt().clamp_min(new Scalar(SMALLEST)));
    }
}
