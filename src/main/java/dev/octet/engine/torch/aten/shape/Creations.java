package dev.octet.engine.torch.aten.shape;

import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.torch.aten.math.Numbers;
import dev.octet.engine.torch.lower.Call;
import dev.octet.engine.torch.lower.Operand;
import dev.octet.engine.torch.lower.Operators;
import dev.octet.engine.torch.program.Length;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Tensors made of numbers alone. */
public final class Creations {

    private static final String[] PLACE = {"dtype", "layout", "device", "pin_memory", "memory_format", "requires_grad"};

    private Creations() {}

    public static void addTo(Operators operators) {
        operators
                .add("arange.default", call -> range(call, false))
                .add("arange.start arange.start_step", call -> range(call, true))
                .add("full", call -> filled(call, "size", "fill_value"))
                .add("zeros new_zeros", call -> filled(call, "size", 0))
                .add("ones new_ones", call -> filled(call, "size", 1))
                .add("new_full", call -> filled(call, "size", "fill_value"))
                .add("full_like", call -> like(call, "fill_value", 0))
                .add("zeros_like", call -> like(call, "", 0))
                .add("ones_like", call -> like(call, "", 1))
                .add("fill.Scalar fill.Tensor", call -> like(call, "value", 0))
                .add("zero", call -> like(call, "", 0))
                .add(
                        "scalar_tensor",
                        call -> call.ignore(PLACE)
                                .give(call.op(
                                                "Identity",
                                                Numbers.as(
                                                        call, "s", call.result().type()))
                                        .out()))
                .add("meshgrid", Creations::grid)
                .add("tril", call -> triangle(call, 0))
                .add("triu", call -> triangle(call, 1));
    }

    private static void range(Call call, boolean started) {
        call.ignore(PLACE);
        ElementType type = call.result().type();
        // The runtime counts in the wider types only.
        ElementType counted = type.isFloatingPoint() ? ElementType.FLOAT : ElementType.INT64;
        ElementType used = type == ElementType.DOUBLE ? type : counted;
        String start = started ? Numbers.as(call, "start", used) : call.filled(0, used);
        String step = call.has("step") ? Numbers.as(call, "step", used) : call.filled(1, used);
        String range =
                call.op("Range", start, Numbers.as(call, "end", used), step).out();
        call.give(used == type ? range : Numbers.cast(call, range, type));
    }

    private static void filled(Call call, String shape, String value) {
        call.ignore(PLACE);
        spread(call, Numbers.as(call, value, call.result().type()), call.lengths(shape));
    }

    private static void filled(Call call, String shape, double value) {
        call.ignore(PLACE).ignore("self");
        spread(call, call.filled(value, call.result().type()), call.lengths(shape));
    }

    private static void spread(Call call, String value, List<Length> shape) {
        call.ignore("self");
        call.give(call.op(shape.isEmpty() ? "Identity" : "Expand", in(shape, call, value))
                .out());
    }

    private static List<String> in(List<Length> shape, Call call, String value) {
        return shape.isEmpty() ? List.of(value) : List.of(value, Shaping.list(call, shape));
    }

    private static void like(Call call, String argument, double otherwise) {
        call.ignore(PLACE);
        Operand like = call.tensor("self");
        ElementType type = call.result().type();
        String value = argument.isEmpty() ? call.filled(otherwise, type) : Numbers.as(call, argument, type);
        call.give(
                like.rank() == 0
                        ? call.op("Identity", value).out()
                        : call.op("Expand", value, Shaping.sizes(call, like, 0, like.rank()))
                                .out());
    }

    /** Each of the lists of places along an axis of its own; the first two axes change places in the order of images, {@code xy}. */
    private static void grid(Call call) {
        List<Operand> lists = call.tensors("tensors");
        boolean swapped = call.text("indexing", "ij").equals("xy") && lists.size() > 1;
        int rank = lists.size();
        List<String> sizes = new ArrayList<>();
        List<String> spread = new ArrayList<>();
        for (int axis = 0; axis < rank; axis++) {
            int of = swapped && axis < 2 ? 1 - axis : axis;
            sizes.add(call.op("Reshape", call.op("Size", lists.get(of).value()).out(), call.longs(1))
                    .out());
            long[] shape = new long[rank];
            Arrays.fill(shape, 1);
            shape[swapped && axis < 2 ? 1 - axis : axis] = -1;
            spread.add(call.op("Reshape", lists.get(axis).value(), call.longs(shape))
                    .out());
        }
        String whole = call.op("Concat", sizes).with("axis", 0).out();
        call.give(spread.stream()
                .map(list -> call.op("Expand", list, whole).out())
                .toList());
    }

    private static void triangle(Call call, long upper) {
        Operand input = call.tensor("self");
        Length diagonal = call.length("diagonal", 0);
        String k = diagonal instanceof Length.Fixed(long known)
                ? call.whole(known, ElementType.INT64)
                : call.op("Squeeze", call.value(diagonal), call.longs(0)).out();
        boolean truth = input.type() == ElementType.BOOL;
        String x = truth ? Numbers.cast(call, input, ElementType.INT64) : input.value();
        String part = call.op("Trilu", x, k).with("upper", upper).out();
        call.give(truth ? Numbers.cast(call, part, ElementType.BOOL) : part);
    }
}
