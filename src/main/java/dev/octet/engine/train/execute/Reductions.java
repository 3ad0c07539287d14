package dev.octet.engine.train.execute;

import java.util.stream.LongStream;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Operators that make one of many along axes. */
final class Reductions {

    /** Reduces along axes, keeping them or not. */
    @FunctionalInterface
    interface Reduction {
        Tensor apply(Tensor input, long[] axes, boolean keep);
    }

    private Reductions() {}

    static Operator of(Reduction reduction) {
        return Operator.one(call -> {
            long[] axes = call.has(1) ? call.longs(1) : call.ints("axes", 0, 0);
            if (axes.length == 0) {
                if (call.node().intAttribute("noop_with_empty_axes", 0) != 0) {
                    return new Tensor(call.input(0));
                }
                axes = from(call.input(0), 0);
            }
            return reduction.apply(call.input(0), axes, call.node().intAttribute("keepdims", 1) != 0);
        });
    }

    static Tensor mean(Tensor input, long[] axes, boolean keep) {
        return input.mean(axes, keep, new ScalarTypeOptional());
    }

    static Tensor sum(Tensor input, long[] axes, boolean keep) {
        return input.sum(axes, keep, new ScalarTypeOptional());
    }

    static Tensor sumOfSquares(Tensor input, long[] axes, boolean keep) {
        return sum(input.square(), axes, keep);
    }

    static Tensor length(Tensor input, long[] axes, boolean keep) {
        return sumOfSquares(input, axes, keep).sqrt();
    }

    static Tensor argMax(Call call) {
        return torch.argmax(
                call.input(0),
                new LongOptional(call.node().intAttribute("axis", 0)),
                call.node().intAttribute("keepdims", 1) != 0);
    }

    /** The axes of {@code input} from {@code first} on. */
    static long[] from(Tensor input, long first) {
        return LongStream.range(first, input.dim()).toArray();
    }
}
