package dev.octet.engine.torch.aten.shape;

import dev.octet.engine.graph.Dim;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.torch.aten.math.Numbers;
import dev.octet.engine.torch.lower.Call;
import dev.octet.engine.torch.lower.Operand;
import dev.octet.engine.torch.lower.Operators;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/** Elements picked by truth values, so many as are true. */
public final class Masks {

    private Masks() {}

    public static void addTo(Operators operators) {
        operators
                .add(
                        "nonzero",
                        call -> call.give(call.op("Transpose", places(call, call.tensor("self")))
                                .with("perm", List.of(1L, 0L))
                                .out()))
                .add("nonzero_numpy", call -> call.give(rows(call, call.tensor("self"))))
                .add("where.default", call -> call.give(rows(call, call.tensor("condition"))))
                .add("masked_select", Masks::select);
    }

    private static void select(Call call) {
        Operand input = call.tensor("self");
        Operand mask = call.tensor("mask");
        if (!mask.dims().equals(input.dims())) {
            throw call.refuse("picks from " + input.dims() + " by truth values of another shape, " + mask.dims());
        }
        String flat = call.op("Reshape", mask.value(), call.longs(-1)).out();
        call.give(call.op("Compress", input.value(), flat).out());
    }

    /** Indices in which places of what is true stand for truth values: as many tensors as those have axes. */
    static List<Optional<Operand>> asPlaces(Call call, List<Optional<Operand>> indices) {
        List<Optional<Operand>> places = new ArrayList<>();
        for (Optional<Operand> index : indices) {
            if (index.isPresent() && isMask(index.get())) {
                Operand mask = index.get();
                Dim count = Dim.symbolic("true in " + mask.value());
                rows(call, mask)
                        .forEach(row -> places.add(Optional.of(new Operand(row, ElementType.INT64, List.of(count)))));
            } else {
                places.add(index);
            }
        }
        return places;
    }

    /** {@code input} with one number where the only index is true; empty where it is indexed otherwise. */
    static Optional<String> filled(Call call, Operand input, List<Optional<Operand>> indices) {
        List<Operand> given = indices.stream().flatMap(Optional::stream).toList();
        Operand value = call.tensor("values");
        boolean single = value.dims().stream().allMatch(dim -> dim.size() == 1);
        if (given.size() != 1 || !isMask(given.getFirst()) || !single) {
            return Optional.empty();
        }
        Operand mask = given.getFirst();
        int behind = indices.indexOf(Optional.of(mask)) + mask.rank();
        long[] axes = LongStream.range(mask.rank(), mask.rank() + (long) input.rank() - behind)
                .toArray();
        String truth = Numbers.cast(call, mask, ElementType.BOOL);
        String wide = axes.length == 0
                ? truth
                : call.op("Unsqueeze", truth, call.longs(axes)).out();
        String number = Numbers.cast(call, value, input.type());
        String scalar = value.rank() == 0 ? number : call.op("Squeeze", number).out();
        return Optional.of(call.op("Where", wide, scalar, input.value()).out());
    }

    private static boolean isMask(Operand index) {
        return index.type() == ElementType.BOOL || index.type() == ElementType.UINT8;
    }

    /** Where {@code value} is not zero: an axis a row. */
    private static String places(Call call, Operand value) {
        if (value.rank() == 0) {
            throw call.refuse("picks by a single truth value");
        }
        return call.op("NonZero", value.value()).out();
    }

    private static List<String> rows(Call call, Operand value) {
        String places = places(call, value);
        List<String> rows = value.rank() == 1
                ? List.of(places)
                : call.op("Split", places)
                        .with("axis", 0)
                        .with("num_outputs", value.rank())
                        .outs(value.rank());
        return rows.stream()
                .map(row -> call.op("Squeeze", row, call.longs(0)).out())
                .toList();
    }
}
