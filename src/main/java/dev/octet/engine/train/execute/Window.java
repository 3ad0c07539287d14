package dev.octet.engine.train.execute;

import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** How a convolution or pooling moves over space, one number a dimension. */
final class Window {

    private final long[] kernel;
    private final long[] strides;
    private final long[] dilations;
    private final long[] before;
    private final long[] after;

    private Window(long[] kernel, long[] strides, long[] dilations, long[] before, long[] after) {
        this.kernel = kernel;
        this.strides = strides;
        this.dilations = dilations;
        this.before = before;
        this.after = after;
    }

    /** The window of {@code call} over {@code input}, with its automatic padding worked out. */
    static Window of(Call call, Tensor input, int spatial, long[] kernel) {
        long[] strides = call.ints("strides", spatial, 1);
        long[] dilations = call.ints("dilations", spatial, 1);
        long[] pads = call.ints("pads", 2 * spatial, 0);
        long[] before = Arrays.copyOf(pads, spatial);
        long[] after = Arrays.copyOfRange(pads, spatial, 2 * spatial);
        String auto = call.node().stringAttribute("auto_pad", "NOTSET");
        if (auto.startsWith("SAME")) {
            for (int i = 0; i < spatial; i++) {
                long size = input.size(2 + i);
                long extent = dilations[i] * (kernel[i] - 1) + 1;
                long all = Math.max(0, (Math.ceilDiv(size, strides[i]) - 1) * strides[i] + extent - size);
                before[i] = auto.equals("SAME_UPPER") ? all / 2 : all - all / 2;
                after[i] = all - before[i];
            }
        } else if (auto.equals("VALID")) {
            Arrays.fill(before, 0);
            Arrays.fill(after, 0);
        }
        return new Window(kernel, strides, dilations, before, after);
    }

    /** Extent of the window. */
    long[] kernel() {
        return kernel.clone();
    }

    /** Steps between windows. */
    long[] strides() {
        return strides.clone();
    }

    /** Steps between what is seen in a window. */
    long[] dilations() {
        return dilations.clone();
    }

    /** Padding at the front. */
    long[] before() {
        return before.clone();
    }

    boolean isSymmetric() {
        return Arrays.equals(before, after);
    }

    boolean isPadded() {
        return Arrays.stream(before).anyMatch(pad -> pad != 0)
                || Arrays.stream(after).anyMatch(pad -> pad != 0);
    }

    /** {@code input} with its padding of {@code value} made real. */
    Tensor padded(Tensor input, double value) {
        long[] pads = new long[2 * before.length];
        for (int i = 0; i < before.length; i++) {
            // libtorch counts from the last dimension on.
            pads[2 * i] = before[before.length - 1 - i];
            pads[2 * i + 1] = after[before.length - 1 - i];
        }
        return torch.constant_pad_nd(input, pads, new Scalar(value));
    }
}
