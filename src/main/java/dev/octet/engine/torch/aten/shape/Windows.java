package dev.octet.engine.torch.aten.shape;

import dev.octet.engine.torch.lower.Call;
import dev.octet.engine.torch.lower.Operand;
import dev.octet.engine.torch.lower.Operators;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** Windows that slide along axes of fixed size, laid side by side: the places of all of them are picked. */
public final class Windows {

    private static final long MOST_PLACES = 1 << 16;

    private Windows() {}

    public static void addTo(Operators operators) {
        operators.add("unfold", Windows::unfold).add("im2col", Windows::columns);
    }

    private static void unfold(Call call) {
        Operand input = call.tensor("self");
        if (input.rank() == 0) {
            throw call.refuse("windows over a single number");
        }
        int axis = call.axis("dimension", 0, input.rank());
        long size = call.integer("size");
        long step = call.integer("step");
        long count = count(call, input.size(axis), size, step);
        String places = places(call, count, step, size, 1);
        String picked =
                call.op("Gather", input.value(), places).with("axis", axis).out();
        // [before, window, place, after]: places go last.
        List<Long> order =
                new ArrayList<>(LongStream.rangeClosed(0, input.rank()).boxed().toList());
        order.add(order.remove(axis + 1));
        call.give(call.op("Transpose", picked).with("perm", order).out());
    }

    private static void columns(Call call) {
        Operand input = call.tensor("self");
        List<Long> kernel = pair(call, "kernel_size");
        List<Long> dilation = pair(call, "dilation");
        List<Long> padding = pair(call, "padding");
        List<Long> stride = pair(call, "stride");
        if (input.rank() != 4 || input.size(1) < 0) {
            throw call.refuse("an input of rank " + input.rank() + "; batches of images can be imported");
        }
        String value = call.op(
                        "Pad",
                        input.value(),
                        call.longs(0, 0, padding.get(0), padding.get(1), 0, 0, padding.get(0), padding.get(1)),
                        call.filled(0, input.type()))
                .out();
        List<Long> counts = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            long given = input.size(2 + i) < 0 ? -1 : input.size(2 + i) + 2 * padding.get(i);
            counts.add(count(call, given, dilation.get(i) * (kernel.get(i) - 1) + 1, stride.get(i)));
            String places = places(call, kernel.get(i), dilation.get(i), counts.get(i), stride.get(i));
            // The second of the two axes has moved by one.
            value = call.op("Gather", value, places).with("axis", 2 + 2 * i).out();
        }
        String turned = call.op("Transpose", value)
                .with("perm", List.of(0L, 1L, 2L, 4L, 3L, 5L))
                .out();
        long features = input.size(1) * kernel.get(0) * kernel.get(1);
        call.give(call.op("Reshape", turned, call.longs(0, features, counts.get(0) * counts.get(1)))
                .out());
    }

    private static List<Long> pair(Call call, String argument) {
        List<Long> given = call.integers(argument);
        if (given.size() != 2 || given.stream().anyMatch(value -> value < 0 || value > MOST_PLACES)) {
            throw call.malformed("has " + given + " as '" + argument + "'");
        }
        return given;
    }

    /** How many windows of {@code size} there are in {@code given} places. */
    private static long count(Call call, long given, long size, long step) {
        if (given < 0) {
            throw call.refuse("windows over a size that depends on the inputs");
        }
        if (size < 1 || step < 1 || size > given) {
            throw call.malformed("has windows of " + size + " in " + given + " places");
        }
        return (given - size) / step + 1;
    }

    /** The numbers i·{@code outerStep} + j·{@code innerStep}, i below {@code outer}, j below {@code inner}. */
    private static String places(Call call, long outer, long outerStep, long inner, long innerStep) {
        if (outer > MOST_PLACES || inner > MOST_PLACES || outer * inner > MOST_PLACES) {
            throw call.refuse("windows of " + outer + " by " + inner + " places, which are more than can be listed");
        }
        long[] places = LongStream.range(0, outer)
                .flatMap(i -> LongStream.range(0, inner).map(j -> i * outerStep + j * innerStep))
                .toArray();
        return call.op("Reshape", call.longs(places), call.longs(outer, inner)).out();
    }
}
