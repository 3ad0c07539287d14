package dev.octet.engine.torch.export.operator;

import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.torch.export.Aten;
import dev.octet.engine.torch.export.OnnxCall;
import dev.octet.engine.torch.export.Operand.OfTensor;
import dev.octet.engine.torch.export.Size;
import dev.octet.engine.torch.export.Translation;
import dev.octet.engine.torch.export.Translations;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/** Sums, means, extremes and their places along axes. */
final class Reductions {

    private Reductions() {}

    static void addTo(Translations translations) {
        translations
                .add("ReduceMean", reduced("mean.dim", Reductions::asItIs))
                .add("ReduceSum", reduced("sum.dim_IntList", Reductions::asItIs))
                .add("ReduceMax", reduced("amax.default", Reductions::asItIs))
                .add("ReduceMin", reduced("amin.default", Reductions::asItIs))
                .add("ReduceLogSumExp", reduced("logsumexp.default", Reductions::asItIs))
                .add("ReduceSumSquare", reduced("sum.dim_IntList", Reductions::squared))
                .add(
                        "ReduceL1",
                        reduced(
                                "sum.dim_IntList",
                                (call, x) -> call.aten("abs.default")
                                        .tensor("self", x)
                                        .outLike(x)))
                .add("ReduceL2", Reductions::length)
                .add("ReduceProd", Reductions::product)
                .add("ArgMax", place("argmax.default"))
                .add("ArgMin", place("argmin.default"))
                .add("CumSum", Reductions::cumulative)
                .add("TopK", Reductions::topK);
    }

    private static OfTensor asItIs(OnnxCall call, OfTensor input) {
        return input;
    }

    private static OfTensor squared(OnnxCall call, OfTensor input) {
        return call.aten("mul.Tensor")
                .tensor("self", input)
                .tensor("other", input)
                .outLike(input);
    }

    private static Translation reduced(String aten, BiFunction<OnnxCall, OfTensor, OfTensor> first) {
        return call -> call.give(reduce(call, aten, first.apply(call, call.tensor(0))));
    }

    private static OfTensor reduce(OnnxCall call, String aten, OfTensor input) {
        List<Long> axes = axes(call, input);
        if (axes.isEmpty()) {
            return input;
        }
        boolean kept = call.attribute("keepdims", 1) != 0;
        Aten step = call.aten(aten).tensor("self", input).wholes("dim", axes).flag("keepdim", kept);
        if (aten.startsWith("sum") && !input.type().isFloatingPoint()) {
            step.keyword().type("dtype", input.type());
        }
        return step.out(input.type(), sizes(input, axes, kept));
    }

    private static List<Long> axes(OnnxCall call, OfTensor input) {
        List<Long> given = call.integers("axes", 1);
        if (given.isEmpty()) {
            return call.attribute("noop_with_empty_axes", 0) != 0
                    ? List.of()
                    : IntStream.range(0, input.rank()).mapToObj(i -> (long) i).toList();
        }
        return given.stream().map(axis -> (long) call.axis(axis, input.rank())).toList();
    }

    private static List<Size> sizes(OfTensor input, List<Long> axes, boolean kept) {
        List<Size> sizes = new ArrayList<>();
        for (int i = 0; i < input.rank(); i++) {
            if (!axes.contains((long) i)) {
                sizes.add(input.size(i));
            } else if (kept) {
                sizes.add(Size.of(1));
            }
        }
        return sizes;
    }

    private static void length(OnnxCall call) {
        OfTensor sum = reduce(call, "sum.dim_IntList", squared(call, call.tensor(0)));
        call.give(call.aten("sqrt.default").tensor("self", sum).outLike(sum));
    }

    /** PyTorch multiplies along one axis at a time. */
    private static void product(OnnxCall call) {
        OfTensor product = call.tensor(0);
        boolean kept = call.attribute("keepdims", 1) != 0;
        for (long axis :
                axes(call, product).stream().sorted(Comparator.reverseOrder()).toList()) {
            product = call.aten("prod.dim_int")
                    .tensor("self", product)
                    .whole("dim", axis)
                    .flag("keepdim", kept)
                    .keyword()
                    .type("dtype", product.type())
                    .out(product.type(), sizes(product, List.of(axis), kept));
        }
        call.give(product);
    }

    private static Translation place(String aten) {
        return call -> {
            OfTensor input = call.tensor(0);
            if (call.attribute("select_last_index", 0) != 0) {
                throw call.refuse("the last of equal places");
            }
            List<Long> axis = List.of((long) call.axis(call.attribute("axis", 0), input.rank()));
            boolean kept = call.attribute("keepdims", 1) != 0;
            call.give(call.aten(aten)
                    .tensor("self", input)
                    .whole("dim", axis.getFirst())
                    .flag("keepdim", kept)
                    .out(ElementType.INT64, sizes(input, axis, kept)));
        };
    }

    private static void cumulative(OnnxCall call) {
        OfTensor input = call.tensor(0);
        if (call.attribute("exclusive", 0) != 0 || call.attribute("reverse", 0) != 0) {
            throw call.refuse("sums that leave their own element out, or run backwards");
        }
        call.give(call.aten("cumsum.default")
                .tensor("self", input)
                .whole("dim", call.axis(call.integers(1).getFirst(), input.rank()))
                .keyword()
                .type("dtype", input.type())
                .outLike(input));
    }

    private static void topK(OnnxCall call) {
        OfTensor input = call.tensor(0);
        int axis = call.axis(call.attribute("axis", -1), input.rank());
        Size count = call.sizes(1).getFirst();
        List<Size> sizes = new ArrayList<>(input.sizes());
        sizes.set(axis, count);
        call.give(call.aten("topk.default")
                .tensor("self", input)
                .size("k", count)
                .whole("dim", axis)
                .flag("largest", call.attribute("largest", 1) != 0)
                .flag("sorted", call.attribute("sorted", 1) != 0)
                .outs(List.of(input.type(), ElementType.INT64), sizes));
    }
}
