package dev.octet.engine.torch.aten.shape;

import dev.octet.engine.torch.lower.Call;
import dev.octet.engine.torch.lower.Operand;
import dev.octet.engine.torch.lower.ViewWrite;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Operators whose result may be another view of their first tensor's memory, and how that is written to. */
public final class ViewWrites {

    private ViewWrites() {}

    /** By the operator's name. */
    public static Map<String, ViewWrite> all() {
        Map<String, ViewWrite> all = new TreeMap<>();
        add(
                all,
                (_, _, part, _) -> part.value(),
                "alias as_strided contiguous detach dropout feature_dropout to type_as");
        add(all, ViewWrites::reshaped, "flatten reshape reshape_as squeeze unflatten unsqueeze view view_as");
        add(all, ViewWrites::turned, "mT movedim numpy_T permute swapaxes t transpose");
        add(all, ViewWrites::picked, "chunk narrow select slice split split_with_sizes tensor_split unbind");
        add(all, ViewWrites::repeated, "broadcast_to expand expand_as unfold");
        return all;
    }

    private static void add(Map<String, ViewWrite> all, ViewWrite write, String names) {
        Arrays.stream(names.split(" ", -1)).forEach(name -> all.put(name, write));
    }

    private static String reshaped(Call view, Operand base, Operand part, int result) {
        return view.op("Reshape", part.value(), Shaping.sizes(view, base, 0, base.rank()))
                .out();
    }

    /** Axes go back to where they came from. */
    private static String turned(Call view, Operand base, Operand part, int result) {
        List<Long> order = Views.order(view, base.rank());
        List<Long> back = new ArrayList<>(Collections.nCopies(order.size(), 0L));
        IntStream.range(0, order.size()).forEach(i -> back.set(Math.toIntExact(order.get(i)), (long) i));
        return view.op("Transpose", part.value()).with("perm", back).out();
    }

    private static String repeated(Call view, Operand base, Operand part, int result) {
        throw view.refuse("it shows elements more than once, which are written to in place; clone() it first");
    }

    private static String picked(Call view, Operand base, Operand part, int result) {
        return Span.of(view, base, result).put(view, base, part);
    }
}
