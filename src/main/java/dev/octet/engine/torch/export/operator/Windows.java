package dev.octet.engine.torch.export.operator;

import dev.octet.engine.torch.export.OnnxCall;
import dev.octet.engine.torch.export.Operand.OfTensor;
import dev.octet.engine.torch.export.Size;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How windows go over the axes behind batch and channels.
 *
 * @param kernel lengths of a window
 * @param strides steps from one to the next
 * @param dilations steps inside of one
 * @param before what is put before each axis
 * @param after what is put behind each axis
 */
record Windows(List<Long> kernel, List<Long> strides, List<Long> dilations, List<Long> before, List<Long> after) {

    Windows {
        kernel = List.copyOf(kernel);
        strides = List.copyOf(strides);
        dilations = List.copyOf(dilations);
        before = List.copyOf(before);
        after = List.copyOf(after);
    }

    /** Those of {@code call}, a convolution or pool over {@code input}. */
    static Windows of(OnnxCall call, List<Long> kernel, OfTensor input) {
        int axes = kernel.size();
        if (input.rank() != axes + 2) {
            throw call.refuse("an input of rank " + input.rank() + " under windows of " + axes + " axes");
        }
        List<Long> strides = call.node().intsAttribute("strides", Collections.nCopies(axes, 1L));
        List<Long> dilations = call.node().intsAttribute("dilations", Collections.nCopies(axes, 1L));
        List<Long> pads = call.node().intsAttribute("pads", Collections.nCopies(2 * axes, 0L));
        String automatic = call.node().stringAttribute("auto_pad", "NOTSET");
        if (!automatic.equals("NOTSET") && !automatic.equals("VALID")) {
            pads = same(call, kernel, strides, dilations, input, automatic.equals("SAME_UPPER"));
        }
        return new Windows(kernel, strides, dilations, pads.subList(0, axes), pads.subList(axes, 2 * axes));
    }

    /** Pads that leave one result for each stride. */
    private static List<Long> same(
            OnnxCall call,
            List<Long> kernel,
            List<Long> strides,
            List<Long> dilations,
            OfTensor input,
            boolean moreBehind) {
        List<Long> before = new ArrayList<>();
        List<Long> after = new ArrayList<>();
        for (int i = 0; i < kernel.size(); i++) {
            long reach = dilations.get(i) * (kernel.get(i) - 1) + 1;
            Size size = input.size(i + 2);
            if (!size.isKnown() && strides.get(i) != 1) {
                throw call.refuse("pads that depend on the inputs' sizes (auto_pad)");
            }
            long total = size.isKnown()
                    ? Math.max(
                            0, (Math.ceilDiv(size.known(), strides.get(i)) - 1) * strides.get(i) + reach - size.known())
                    : reach - 1;
            before.add(moreBehind ? total / 2 : total - total / 2);
            after.add(total - before.getLast());
        }
        before.addAll(after);
        return before;
    }

    boolean isSymmetric() {
        return before.equals(after);
    }

    /** What the operator itself is to pad with, on both sides: nothing where {@link #padded} did. */
    List<Long> padding() {
        return isSymmetric() ? before : Collections.nCopies(kernel.size(), 0L);
    }

    /** {@code input}, padded by a call of its own where the two sides differ. */
    OfTensor padded(OnnxCall call, OfTensor input, double value) {
        if (isSymmetric()) {
            return input;
        }
        List<Long> pads = new ArrayList<>();
        List<Size> sizes = new ArrayList<>(input.sizes());
        for (int i = kernel.size() - 1; i >= 0; i--) {
            pads.add(before.get(i));
            pads.add(after.get(i));
            sizes.set(i + 2, input.size(i + 2).plus(before.get(i) + after.get(i)));
        }
        return call.aten("constant_pad_nd.default")
                .tensor("self", input)
                .wholes("pad", pads)
                .number("value", value)
                .out(input.type(), sizes);
    }

    /** How many windows there are on each axis of {@code input}, after {@link #padded}. */
    List<Size> results(OfTensor input, boolean ceiling) {
        List<Size> sizes = new ArrayList<>();
        for (int i = 0; i < kernel.size(); i++) {
            Size room = input.size(i + 2).plus(2 * padding().get(i) - dilations.get(i) * (kernel.get(i) - 1) - 1);
            Size stride = Size.of(strides.get(i));
            Size count = (ceiling ? room.plus(strides.get(i) - 1) : room)
                    .dividedBy(stride)
                    .plus(1);
            boolean outside = ceiling
                    && count.isKnown()
                    && (count.known() - 1) * strides.get(i)
                            >= input.size(i + 2).known() + padding().get(i);
            sizes.add(outside ? count.plus(-1) : count);
        }
        return sizes;
    }
}
