package dev.octet.engine.torch.aten.shape;

import dev.octet.engine.torch.lower.Call;
import dev.octet.engine.torch.lower.Operand;
import dev.octet.engine.torch.lower.Operators;
import dev.octet.engine.torch.program.Length;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;

/** The same elements under other axes. */
public final class Views {

    private Views() {}

    public static void addTo(Operators operators) {
        operators
                .add("view.default _unsafe_view", call -> reshape(call, "size"))
                .add("reshape", call -> reshape(call, "shape"))
                .add("view_as reshape_as", call -> reshape(call.ignore("other"), ""))
                .add("flatten", call -> reshape(call.ignore("start_dim", "end_dim"), ""))
                .add("unflatten", Views::unflatten)
                .add("squeeze", Views::squeeze)
                .add("unsqueeze", Views::unsqueeze)
                .add("permute transpose swapaxes t mT numpy_T movedim", Views::turn)
                .add("expand", call -> expand(call, "size"))
                .add("broadcast_to", call -> expand(call, "size"))
                .add("expand_as", Views::expandAs)
                .add("repeat", call -> repeat(call, "repeats"))
                .add("tile", call -> repeat(call, "dims"))
                .add("flip", Views::flip)
                .add("roll", Views::roll);
    }

    private static void reshape(Call call, String shape) {
        List<Length> asked = shape.isEmpty() ? List.of() : call.lengths(shape);
        call.give(Shaping.reshaped(call, call.tensor("self"), asked));
    }

    private static void unflatten(Call call) {
        call.ignore("dim");
        call.lengths("sizes");
        call.give(Shaping.reshaped(call, call.tensor("self"), List.of()));
    }

    private static void squeeze(Call call) {
        Operand input = call.tensor("self");
        List<Long> axes = new ArrayList<>();
        boolean named = call.has("dim");
        List<Long> wanted = named
                ? call.integers("dim").stream()
                        .map(axis -> (long) call.axis(axis, input.rank()))
                        .toList()
                : LongStream.range(0, input.rank()).boxed().toList();
        for (long axis : wanted) {
            if (axis < input.rank() && input.size((int) axis) == 1) {
                axes.add(axis);
            }
        }
        call.give(
                axes.isEmpty()
                        ? input.value()
                        : call.op("Squeeze", input.value(), call.longs(axes)).out());
    }

    private static void unsqueeze(Call call) {
        Operand input = call.tensor("self");
        int axis = call.axis("dim", 0, input.rank() + 1);
        call.give(call.op("Unsqueeze", input.value(), call.longs(axis)).out());
    }

    private static void turn(Call call) {
        Operand input = call.tensor("self");
        List<Long> order = order(call, input.rank());
        if (order.size() != input.rank() || order.stream().distinct().count() != order.size()) {
            throw call.malformed("orders the axes of rank " + input.rank() + " as " + order);
        }
        if (order.equals(LongStream.range(0, input.rank()).boxed().toList())) {
            call.pass(input);
        } else {
            call.give(call.op("Transpose", input.value()).with("perm", order).out());
        }
    }

    /** Where each axis of the result of a call that orders axes is in its tensor of {@code rank}. */
    static List<Long> order(Call call, int rank) {
        List<Long> order = new ArrayList<>(LongStream.range(0, rank).boxed().toList());
        switch (call.operator()) {
            case "permute" -> {
                return axes(call, "dims", rank);
            }
            case "movedim" -> {
                List<Long> from = axes(call, "source", rank);
                List<Long> to = axes(call, "destination", rank);
                order.removeAll(from);
                LongStream.range(0, rank)
                        .filter(to::contains)
                        .forEach(axis -> order.add(Math.toIntExact(axis), from.get(to.indexOf(axis))));
            }
            case "transpose", "swapaxes" -> {
                String first = call.has("axis0") ? "axis0" : "dim0";
                String second = call.has("axis1") ? "axis1" : "dim1";
                int one = call.axis(first, 0, rank);
                int other = call.axis(second, 0, rank);
                if (rank > 0) {
                    Collections.swap(order, one, other);
                }
            }
            default -> {
                if (rank > 1) {
                    Collections.swap(order, rank - 1, rank - 2);
                }
            }
        }
        return order;
    }

    private static List<Long> axes(Call call, String argument, int rank) {
        return call.integers(argument).stream()
                .map(axis -> (long) call.axis(axis, rank))
                .toList();
    }

    private static void expand(Call call, String argument) {
        call.ignore("implicit");
        Operand input = call.tensor("self");
        if (input.dims().equals(call.result().dims())) {
            call.lengths(argument);
            call.pass(input);
            return;
        }
        List<Length> shape = call.lengths(argument).stream()
                .map(length -> length.is(-1) ? Length.of(1) : length)
                .toList();
        call.give(call.op("Expand", input.value(), Shaping.list(call, shape)).out());
    }

    private static void expandAs(Call call) {
        Operand like = call.tensor("other");
        call.give(call.op("Expand", call.tensor("self").value(), Shaping.sizes(call, like, 0, like.rank()))
                .out());
    }

    private static void repeat(Call call, String argument) {
        Operand input = call.tensor("self");
        List<Length> times = new ArrayList<>(call.lengths(argument));
        String x = input.value();
        while (times.size() < input.rank()) {
            times.addFirst(Length.of(1));
        }
        if (times.size() > input.rank()) {
            long[] front = LongStream.range(0, times.size() - input.rank()).toArray();
            x = call.op("Unsqueeze", x, call.longs(front)).out();
        }
        call.give(call.op("Tile", x, Shaping.list(call, times)).out());
    }

    private static void flip(Call call) {
        Operand input = call.tensor("self");
        String x = input.value();
        for (long axis : call.integers("dims")) {
            x = Picks.slice(call, x, call.axis(axis, input.rank()), -1, Long.MIN_VALUE + 1, -1);
        }
        call.give(x);
    }

    private static void roll(Call call) {
        Operand input = call.tensor("self");
        List<Long> shifts = call.integers("shifts");
        List<Long> axes = call.integers("dims");
        if (axes.size() != shifts.size()) {
            throw call.refuse("a roll over the flattened tensor");
        }
        String x = input.value();
        for (int i = 0; i < axes.size(); i++) {
            int axis = call.axis(axes.get(i), input.rank());
            long size = input.size(axis);
            if (size < 0) {
                throw call.refuse("a roll along a size that depends on the inputs");
            }
            long cut = Math.floorMod(-shifts.get(i), Math.max(1, size));
            if (cut != 0) {
                String back = Picks.slice(call, x, axis, cut, Long.MAX_VALUE, 1);
                String front = Picks.slice(call, x, axis, 0, cut, 1);
                x = call.op("Concat", back, front).with("axis", axis).out();
            }
        }
        call.give(x);
    }
}
