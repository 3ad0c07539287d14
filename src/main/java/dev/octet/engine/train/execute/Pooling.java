package dev.octet.engine.train.execute;

import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Operators that sum up what a window sees, over two dimensions. */
final class Pooling {

    private Pooling() {}

    static Tensor max(Call call) {
        Window window = window(call);
        boolean half = true;
        for (int i = 0; i < 2; i++) {
            half &= 2 * window.before()[i] <= window.kernel()[i];
        }
        boolean direct = window.isSymmetric() && half;
        Tensor input = direct ? call.input(0) : window.padded(call.input(0), Double.NEGATIVE_INFINITY);
        return torch.max_pool2d(
                input,
                window.kernel(),
                window.strides(),
                direct ? window.before() : new long[2],
                window.dilations(),
                call.node().intAttribute("ceil_mode", 0) != 0);
    }

    /** Padding, where it does not count, is made up for by the average of ones padded in the same way. */
    static Tensor average(Call call) {
        Window window = window(call);
        boolean counts = call.node().intAttribute("count_include_pad", 0) != 0;
        if (call.node().intAttribute("ceil_mode", 0) != 0) {
            throw call.unsupported("has ceil_mode");
        }
        if (window.dilations()[0] != 1 || window.dilations()[1] != 1) {
            throw call.unsupported("has dilations");
        }
        if (!window.isPadded()) {
            return average(call.input(0), window);
        }
        Tensor sums = average(window.padded(call.input(0), 0), window);
        return counts ? sums : sums.div(average(window.padded(torch.ones_like(call.input(0)), 0), window));
    }

    private static Tensor average(Tensor input, Window window) {
        return torch.avg_pool2d(input, window.kernel(), window.strides(), new long[2], false, true, new LongOptional());
    }

    private static Window window(Call call) {
        if (call.input(0).dim() != 4) {
            throw call.unsupported("pools over other than two dimensions");
        }
        return Window.of(call, call.input(0), 2, call.ints("kernel_shape", 2, 1));
    }

    static Tensor globalAverage(Call call) {
        return call.input(0)
                .mean(Reductions.from(call.input(0), 2), true, new org.bytedeco.pytorch.ScalarTypeOptional());
    }

    static Tensor globalMax(Call call) {
        return call.input(0).amax(Reductions.from(call.input(0), 2), true);
    }
}
