package dev.octet.engine.torch.aten.layer;

import dev.octet.engine.torch.lower.Call;
import dev.octet.engine.torch.lower.Operand;
import dev.octet.engine.torch.lower.Operators;
import dev.octet.engine.torch.lower.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Pooling over windows of given size or of a given number. */
public final class Pools {

    private Pools() {}

    public static void addTo(Operators operators) {
        for (int axes = 1; axes <= 3; axes++) {
            int n = axes;
            operators
                    .add("max_pool" + n + "d max_pool" + n + "d_with_indices", call -> max(call, n))
                    .add("avg_pool" + n + "d", call -> average(call, n))
                    .add(
                            "adaptive_avg_pool" + n + "d _adaptive_avg_pool" + n + "d",
                            call -> adaptive(call, n, "Average"))
                    .add("adaptive_max_pool" + n + "d", call -> adaptive(call, n, "Max"));
        }
    }

    private static void max(Call call, int axes) {
        pool(
                call,
                axes,
                x -> windows(call, "MaxPool", x, axes)
                        .with("dilations", Convolutions.perAxis(call, "dilation", axes, 1)));
    }

    private static void average(Call call, int axes) {
        if (call.has("divisor_override")) {
            throw call.refuse("its argument 'divisor_override'");
        }
        pool(
                call,
                axes,
                x -> windows(call, "AveragePool", x, axes)
                        .with("count_include_pad", call.flag("count_include_pad", true) ? 1 : 0));
    }

    private static Step windows(Call call, String op, String x, int axes) {
        List<Long> kernel = Convolutions.perAxis(call, "kernel_size", axes, 1);
        List<Long> strides = call.lengths("stride").isEmpty() ? kernel : Convolutions.perAxis(call, "stride", axes, 1);
        List<Long> pads = new ArrayList<>(Convolutions.perAxis(call, "padding", axes, 0));
        pads.addAll(List.copyOf(pads));
        return call.op(op, x)
                .with("ceil_mode", call.flag("ceil_mode", false) ? 1 : 0)
                .with("kernel_shape", kernel)
                .with("pads", pads)
                .with("strides", strides);
    }

    /** Pools a batch, or one sample without a batch's axis. */
    private static void pool(Call call, int axes, Function<String, Step> step) {
        Operand input = call.tensor("self");
        if (input.rank() == axes + 2) {
            call.give(List.of(step.apply(input.value()).out()));
        } else {
            String batch = call.op("Unsqueeze", input.value(), call.longs(0)).out();
            call.give(List.of(
                    call.op("Squeeze", step.apply(batch).out(), call.longs(0)).out()));
        }
    }

    private static void adaptive(Call call, int axes, String kind) {
        Operand input = call.tensor("self");
        int first = input.rank() - axes;
        List<Long> sizes = new ArrayList<>();
        List<Long> kernel = new ArrayList<>();
        for (int i = 0; i < axes; i++) {
            long wanted = call.result().dims().get(first + i).size();
            long given = input.size(first + i);
            sizes.add(wanted);
            kernel.add(given > 0 && wanted > 0 && given % wanted == 0 ? given / wanted : -1);
        }
        call.ignore("output_size");
        if (sizes.stream().allMatch(size -> size == 1)) {
            pool(call, axes, x -> call.op("Global" + kind + "Pool", x));
        } else if (kernel.stream().allMatch(size -> size == 1)) {
            call.pass(input);
        } else if (kernel.contains(-1L)) {
            call.give(List.of(AdaptivePools.pooled(call, input, sizes, kind.equals("Average"))));
        } else {
            pool(
                    call,
                    axes,
                    x -> call.op(kind + "Pool", x).with("kernel_shape", kernel).with("strides", kernel));
        }
    }
}
