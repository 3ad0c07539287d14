package dev.octet.engine.torch.export.operator;

import dev.octet.engine.torch.export.OnnxCall;
import dev.octet.engine.torch.export.Operand.OfTensor;
import dev.octet.engine.torch.export.Size;
import dev.octet.engine.torch.export.Translations;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Convolutions and transposed convolutions in one to three dimensions. */
final class Convolutions {

    private Convolutions() {}

    static void addTo(Translations translations) {
        translations.add("Conv", Convolutions::convolution).add("ConvTranspose", Convolutions::transposed);
    }

    private static void convolution(OnnxCall call) {
        OfTensor weight = call.tensor(1);
        int axes = axes(call, weight);
        Windows windows = Windows.of(call, kernel(weight), call.tensor(0));
        OfTensor input = windows.padded(call, call.tensor(0), 0);
        List<Size> sizes = new ArrayList<>(List.of(input.size(0), weight.size(0)));
        sizes.addAll(windows.results(input, false));
        call.give(call.aten("conv" + axes + "d.default")
                .tensor("input", input)
                .tensor("weight", weight)
                .optional("bias", call.optional(2).orElse(null))
                .wholes("stride", windows.strides())
                .wholes("padding", windows.padding())
                .wholes("dilation", windows.dilations())
                .whole("groups", call.attribute("group", 1))
                .out(input.type(), sizes));
    }

    private static void transposed(OnnxCall call) {
        OfTensor input = call.tensor(0);
        OfTensor weight = call.tensor(1);
        int axes = axes(call, weight);
        Windows windows = Windows.of(call, kernel(weight), input);
        if (!windows.isSymmetric() || call.node().attributes().containsKey("output_shape")) {
            throw call.refuse("pads that differ before and after, or an output shape");
        }
        List<Long> more = call.node().intsAttribute("output_padding", Collections.nCopies(axes, 0L));
        long groups = call.attribute("group", 1);
        List<Size> sizes = new ArrayList<>(List.of(input.size(0), weight.size(1).times(Size.of(groups))));
        for (int i = 0; i < axes; i++) {
            sizes.add(input.size(i + 2)
                    .plus(-1)
                    .times(Size.of(windows.strides().get(i)))
                    .plus(windows.dilations().get(i) * (windows.kernel().get(i) - 1)
                            + 1
                            + more.get(i)
                            - 2 * windows.padding().get(i)));
        }
        call.give(call.aten("conv_transpose" + axes + "d." + (axes == 1 ? "default" : "input"))
                .tensor("input", input)
                .tensor("weight", weight)
                .optional("bias", call.optional(2).orElse(null))
                .wholes("stride", windows.strides())
                .wholes("padding", windows.padding())
                .wholes("output_padding", more)
                .whole("groups", groups)
                .wholes("dilation", windows.dilations())
                .out(input.type(), sizes));
    }

    private static int axes(OnnxCall call, OfTensor weight) {
        int axes = weight.rank() - 2;
        if (axes < 1 || axes > 3) {
            throw call.refuse("weights of rank " + weight.rank());
        }
        return axes;
    }

    private static List<Long> kernel(OfTensor weight) {
        return weight.sizes().subList(2, weight.rank()).stream()
                .map(Size::known)
                .toList();
    }
}
