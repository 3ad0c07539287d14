package dev.octet.engine.torch.aten.shape;

import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.torch.lower.Call;
import dev.octet.engine.torch.lower.Operand;
import dev.octet.engine.torch.lower.Operators;
import dev.octet.engine.torch.program.Length;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Parts of tensors along an axis, and tensors put together along one. */
public final class Picks {

    private Picks() {}

    public static void addTo(Operators operators) {
        operators
                .add("select", Picks::select)
                .add("slice", Picks::slice)
                .add("narrow", Picks::narrow)
                .add("cat concat", Picks::concatenate)
                .add("stack", Picks::stack)
                .add("split_with_sizes split.sizes", Picks::splitWithSizes)
                .add("split.Tensor", Picks::split)
                .add("chunk", Picks::chunk)
                .add("tensor_split.sections", Picks::chunk)
                .add("unbind", Picks::unbind);
    }

    /** {@code value} from {@code start} to before {@code end} along {@code axis}. */
    static String slice(Call call, String value, int axis, long start, long end, long step) {
        return call.op("Slice", value, call.longs(start), call.longs(end), call.longs(axis), call.longs(step))
                .out();
    }

    private static void select(Call call) {
        Operand input = call.tensor("self");
        int axis = call.axis("dim", 0, input.rank());
        Length index = call.length("index", 0);
        String at = index instanceof Length.Fixed(long known)
                ? call.whole(known, ElementType.INT64)
                : call.op("Squeeze", call.value(index), call.longs(0)).out();
        call.give(call.op("Gather", input.value(), at).with("axis", axis).out());
    }

    private static void slice(Call call) {
        Operand input = call.tensor("self");
        int axis = call.axis("dim", 0, input.rank());
        Length start = call.length("start", 0);
        Length end = call.length("end", Long.MAX_VALUE);
        long step = call.integer("step", 1L);
        boolean all = end.is(Long.MAX_VALUE)
                || (input.size(axis) >= 0 && end instanceof Length.Fixed(long to) && to >= input.size(axis));
        if (start.is(0) && all && step == 1) {
            call.pass(input);
            return;
        }
        call.give(
                call.op("Slice", input.value(), call.value(start), call.value(end), call.longs(axis), call.longs(step))
                        .out());
    }

    private static void narrow(Call call) {
        Operand input = call.tensor("self");
        int axis = call.axis("dim", 0, input.rank());
        String start = call.value(call.length("start", 0));
        String end = call.op("Add", start, call.value(call.length("length", 0))).out();
        call.give(call.op("Slice", input.value(), start, end, call.longs(axis)).out());
    }

    private static void concatenate(Call call) {
        ElementType type = call.result().type();
        List<String> parts = new ArrayList<>();
        for (Operand part : call.tensors("tensors")) {
            // An empty list of one axis stands for nothing, whatever the others are.
            if (part.rank() != 1 || part.size(0) != 0) {
                parts.add(dev.octet.engine.torch.aten.math.Numbers.cast(call, part, type));
            }
        }
        int axis = call.axis("dim", 0, call.result().rank());
        call.give(
                parts.size() == 1
                        ? parts.getFirst()
                        : call.op("Concat", parts).with("axis", axis).out());
    }

    private static void stack(Call call) {
        ElementType type = call.result().type();
        int axis = call.axis("dim", 0, call.result().rank());
        List<String> parts = call.tensors("tensors").stream()
                .map(part -> call.op(
                                "Unsqueeze",
                                dev.octet.engine.torch.aten.math.Numbers.cast(call, part, type),
                                call.longs(axis))
                        .out())
                .toList();
        call.give(call.op("Concat", parts).with("axis", axis).out());
    }

    private static void splitWithSizes(Call call) {
        List<Length> sizes = call.lengths("split_sizes");
        Operand input = call.tensor("self");
        give(call, input, call.axis("dim", 0, input.rank()), Shaping.list(call, sizes));
    }

    private static void split(Call call) {
        Operand input = call.tensor("self");
        call.ignore("split_size");
        evenly(call, input);
    }

    private static void chunk(Call call) {
        call.ignore("chunks", "sections");
        evenly(call, call.tensor("self"));
    }

    /** Into parts of which the exporter tells the sizes. */
    private static void evenly(Call call, Operand input) {
        int axis = call.axis("dim", 0, input.rank());
        List<Long> sizes = new ArrayList<>();
        for (int i = 0; i < call.results(); i++) {
            sizes.add(call.result(i).dims().get(axis).size());
        }
        if (sizes.contains(-1L)) {
            throw call.refuse("splits a size that depends on the inputs");
        }
        give(call, input, axis, call.longs(sizes));
    }

    private static void give(Call call, Operand input, int axis, String sizes) {
        if (call.results() == 1) {
            call.pass(input);
            return;
        }
        call.give(call.op("Split", input.value(), sizes).with("axis", axis).outs(call.results()));
    }

    private static void unbind(Call call) {
        Operand input = call.tensor("self");
        int axis = call.axis("dim", 0, input.rank());
        int count = call.results();
        List<String> parts = count == 1
                ? List.of(input.value())
                : call.op("Split", input.value(), call.longs(Collections.nCopies(count, 1L)))
                        .with("axis", axis)
                        .outs(count);
        call.give(parts.stream()
                .map(part -> call.op("Squeeze", part, call.longs(axis)).out())
                .toList());
    }
}
