package dev.octet.engine.torch.aten.math;

import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.torch.lower.Call;
import dev.octet.engine.torch.lower.Lowering;
import dev.octet.engine.torch.lower.Operand;
import dev.octet.engine.torch.lower.Operators;
import dev.octet.engine.torch.program.Length;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Sums, means, extremes and orders over axes. */
public final class Reductions {

    private static final long MOST_DIFFERENCES = 16;

    private Reductions() {}

    public static void addTo(Operators operators) {
        operators
                .add("sum", reduce("ReduceSum"))
                .add("prod", reduce("ReduceProd"))
                .add("mean", Reductions::mean)
                .add("amax max.default", reduce("ReduceMax"))
                .add("amin min.default", reduce("ReduceMin"))
                .add("max.dim", call -> extreme(call, "Max"))
                .add("min.dim", call -> extreme(call, "Min"))
                .add("argmax", call -> place(call, "ArgMax"))
                .add("argmin", call -> place(call, "ArgMin"))
                .add("any", call -> truth(call, "ReduceMax"))
                .add("all", call -> truth(call, "ReduceMin"))
                .add("logsumexp", reduce("ReduceLogSumExp"))
                .add("linalg_vector_norm norm.ScalarOpt_dim", Reductions::norm)
                .add("cumsum", Reductions::cumulated)
                .add("diff", Reductions::differences)
                .add("topk", Reductions::top)
                .add("sort", Reductions::sorted);
    }

    private static Lowering reduce(String op) {
        return call -> {
            call.ignore("dtype");
            call.give(reduced(call, op, Numbers.as(call, "self", call.result().type())));
        };
    }

    /** {@code value} reduced over the axes that the call names, all of them where it names none. */
    static String reduced(Call call, String op, String value) {
        return call.op(op, value, call.longs(axes(call)))
                .with("keepdims", call.flag("keepdim", false) ? 1 : 0)
                .out();
    }

    static List<Long> axes(Call call) {
        int rank = call.tensor("self").rank();
        List<Long> named = call.integers("dim").stream()
                .map(axis -> (long) call.axis(axis, rank))
                .toList();
        return named.isEmpty()
                ? IntStream.range(0, rank).mapToObj(i -> (long) i).toList()
                : named;
    }

    /** The mean over all spatial axes is what networks end in; under its own name the runtime has an integer kernel for it. */
    private static void mean(Call call) {
        call.ignore("dtype");
        Operand input = call.tensor("self");
        List<Long> axes = axes(call);
        String x = Numbers.as(call, "self", call.result().type());
        boolean spatial = input.rank() == 4 && axes.size() == 2 && axes.containsAll(List.of(2L, 3L));
        if (!spatial) {
            call.give(reduced(call, "ReduceMean", x));
            return;
        }
        String pooled = call.op("GlobalAveragePool", x).out();
        call.give(
                call.flag("keepdim", false)
                        ? pooled
                        : call.op("Squeeze", pooled, call.longs(2, 3)).out());
    }

    private static void extreme(Call call, String kind) {
        Operand input = call.tensor("self");
        int axis = call.axis("dim", 0, input.rank());
        int keep = call.flag("keepdim", false) ? 1 : 0;
        String value = call.op("Reduce" + kind, input.value(), call.longs(axis))
                .with("keepdims", keep)
                .out();
        String place = call.op("Arg" + kind, input.value())
                .with("axis", axis)
                .with("keepdims", keep)
                .out();
        call.give(List.of(value, place));
    }

    private static void place(Call call, String op) {
        Operand input = call.tensor("self");
        if (call.has("dim")) {
            call.give(call.op(op, input.value())
                    .with("axis", call.axis("dim", 0, input.rank()))
                    .with("keepdims", call.flag("keepdim", false) ? 1 : 0)
                    .out());
        } else {
            call.ignore("keepdim");
            String flat = call.op("Reshape", input.value(), call.longs(-1)).out();
            call.give(call.op(op, flat).with("axis", 0).with("keepdims", 0).out());
        }
    }

    private static void truth(Call call, String op) {
        String bytes = Numbers.cast(call, Numbers.as(call, "self", ElementType.BOOL), ElementType.INT32);
        call.give(Numbers.cast(call, reduced(call, op, bytes), ElementType.BOOL));
    }

    private static void norm(Call call) {
        String argument = call.has("p") ? "p" : "ord";
        double order = call.number(argument, 2);
        call.ignore("dtype");
        String x = Numbers.as(call, "self", call.result().type());
        if (order != 1 && order != 2) {
            throw call.refuse("the norm of order " + order);
        }
        call.give(reduced(call, order == 1 ? "ReduceL1" : "ReduceL2", x));
    }

    private static void cumulated(Call call) {
        call.ignore("dtype");
        int axis = call.axis("dim", 0, call.tensor("self").rank());
        ElementType type = call.result().type();
        call.give(call.op("CumSum", Numbers.as(call, "self", type), call.filled(axis, ElementType.INT64))
                .out());
    }

    /** Of neighbours along an axis, {@code n} times over; what is set before and after counts as part of it. */
    private static void differences(Call call) {
        Operand input = call.tensor("self");
        int axis = call.axis("dim", -1, input.rank());
        List<String> parts = new ArrayList<>();
        call.optionalTensor("prepend").ifPresent(before -> parts.add(before.value()));
        parts.add(input.value());
        call.optionalTensor("append").ifPresent(after -> parts.add(after.value()));
        String x = parts.size() == 1
                ? input.value()
                : call.op("Concat", parts).with("axis", axis).out();
        boolean truth = input.type() == ElementType.BOOL;
        long times = call.integer("n", 1L);
        if (times > MOST_DIFFERENCES) {
            throw call.refuse("differences of the order " + times);
        }
        for (long i = 0; i < times; i++) {
            String later = call.op("Slice", x, call.longs(1), call.longs(Long.MAX_VALUE), call.longs(axis))
                    .out();
            String earlier = call.op("Slice", x, call.longs(0), call.longs(-1), call.longs(axis))
                    .out();
            x = call.op(truth ? "Xor" : "Sub", later, earlier).out();
        }
        call.give(x);
    }

    private static void top(Call call) {
        Operand input = call.tensor("self");
        Length k = call.length("k", 1);
        call.give(call.op("TopK", input.value(), call.value(k))
                .with("axis", call.axis("dim", -1, input.rank()))
                .with("largest", call.flag("largest", true) ? 1 : 0)
                .with("sorted", call.flag("sorted", true) ? 1 : 0)
                .outs(2));
    }

    private static void sorted(Call call) {
        call.ignore("stable");
        Operand input = call.tensor("self");
        int axis = call.axis("dim", -1, input.rank());
        String shape = call.op("Shape", input.value())
                .with("start", axis)
                .with("end", axis + 1)
                .out();
        call.give(call.op("TopK", input.value(), shape)
                .with("axis", axis)
                .with("largest", call.flag("descending", false) ? 1 : 0)
                .outs(2));
    }
}
