package dev.octet.engine.torch.export.operator;

import dev.octet.engine.torch.export.OnnxCall;
import dev.octet.engine.torch.export.Operand.OfTensor;
import dev.octet.engine.torch.export.Size;
import dev.octet.engine.torch.export.Translations;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Pooling over windows, or over all that there is. */
final class Pools {

    private Pools() {}

    static void addTo(Translations translations) {
        translations
                .add("MaxPool", Pools::max)
                .add("AveragePool", Pools::average)
                .add("GlobalAveragePool", Pools::globalAverage)
                .add("GlobalMaxPool", Pools::globalMax);
    }

    private static void max(OnnxCall call) {
        Windows windows = windows(call);
        boolean ceiling = call.attribute("ceil_mode", 0) != 0;
        OfTensor input = windows.padded(call, call.tensor(0), Double.NEGATIVE_INFINITY);
        call.give(call.aten("max_pool" + windows.kernel().size() + "d.default")
                .tensor("self", input)
                .wholes("kernel_size", windows.kernel())
                .wholes("stride", windows.strides())
                .wholes("padding", windows.padding())
                .wholes("dilation", windows.dilations())
                .flag("ceil_mode", ceiling)
                .out(input.type(), results(input, windows, ceiling)));
    }

    private static void average(OnnxCall call) {
        Windows windows = windows(call);
        boolean ceiling = call.attribute("ceil_mode", 0) != 0;
        boolean counted = call.attribute("count_include_pad", 0) != 0;
        if (!windows.isSymmetric() && !counted) {
            throw call.refuse("pads that differ before and after and do not count");
        }
        if (windows.dilations().stream().anyMatch(d -> d != 1)) {
            throw call.refuse("windows with gaps");
        }
        OfTensor input = windows.padded(call, call.tensor(0), 0);
        call.give(call.aten("avg_pool" + windows.kernel().size() + "d.default")
                .tensor("self", input)
                .wholes("kernel_size", windows.kernel())
                .wholes("stride", windows.strides())
                .wholes("padding", windows.padding())
                .flag("ceil_mode", ceiling)
                .flag("count_include_pad", counted)
                .out(input.type(), results(input, windows, ceiling)));
    }

    private static Windows windows(OnnxCall call) {
        List<Long> kernel = call.node().intsAttribute("kernel_shape", List.of());
        if (kernel.isEmpty() || kernel.size() > 3 || call.attribute("storage_order", 0) != 0) {
            throw call.refuse("windows of " + kernel.size() + " axes, or places by columns");
        }
        return Windows.of(call, kernel, call.tensor(0));
    }

    private static List<Size> results(OfTensor input, Windows windows, boolean ceiling) {
        List<Size> sizes = new ArrayList<>(input.sizes().subList(0, 2));
        sizes.addAll(windows.results(input, ceiling));
        return sizes;
    }

    private static void globalAverage(OnnxCall call) {
        OfTensor input = call.tensor(0);
        int axes = input.rank() - 2;
        if (axes < 1 || axes > 3) {
            throw call.refuse("an input of rank " + input.rank());
        }
        call.give(call.aten("adaptive_avg_pool" + axes + "d.default")
                .tensor("self", input)
                .wholes("output_size", Collections.nCopies(axes, 1L))
                .out(input.type(), alone(input)));
    }

    private static void globalMax(OnnxCall call) {
        OfTensor input = call.tensor(0);
        List<Long> axes = new ArrayList<>();
        for (long i = 2; i < input.rank(); i++) {
            axes.add(i);
        }
        call.give(call.aten("amax.default")
                .tensor("self", input)
                .wholes("dim", axes)
                .flag("keepdim", true)
                .out(input.type(), alone(input)));
    }

    private static List<Size> alone(OfTensor input) {
        List<Size> sizes = new ArrayList<>(input.sizes().subList(0, 2));
        sizes.addAll(Collections.nCopies(input.rank() - 2, Size.of(1)));
        return sizes;
    }
}
