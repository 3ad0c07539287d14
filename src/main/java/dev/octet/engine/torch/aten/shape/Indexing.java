package dev.octet.engine.torch.aten.shape;

import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.torch.aten.math.Numbers;
import dev.octet.engine.torch.lower.Call;
import dev.octet.engine.torch.lower.Operand;
import dev.octet.engine.torch.lower.Operators;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Elements picked and put by tensors of places. */
public final class Indexing {

    private Indexing() {}

    public static void addTo(Operators operators) {
        operators
                .add("index", Indexing::index)
                .add("index_select", Indexing::indexSelect)
                .add("gather", Indexing::gather)
                .add("scatter.src scatter.value", Indexing::scatter)
                .add("index_put _unsafe_index_put", Indexing::indexPut)
                .add("_unsafe_index", Indexing::index)
                .add("slice_scatter select_scatter", Indexing::putSpan);
    }

    private static void index(Call call) {
        Operand input = call.tensor("self");
        List<Optional<Operand>> indices = Masks.asPlaces(call, call.optionalTensors("indices"));
        List<Integer> axes = indexed(call, indices);
        if (axes.size() == 1) {
            Operand at = indices.get(axes.getFirst()).orElseThrow();
            call.give(call.op("Gather", input.value(), at.value())
                    .with("axis", axes.getFirst())
                    .out());
            return;
        }
        List<Long> order = new ArrayList<>(axes.stream().map(Integer::longValue).toList());
        IntStream.range(0, input.rank()).filter(i -> !axes.contains(i)).forEach(i -> order.add((long) i));
        String front = ascending(order)
                ? input.value()
                : call.op("Transpose", input.value()).with("perm", order).out();
        List<Operand> picks =
                axes.stream().map(axis -> indices.get(axis).orElseThrow()).toList();
        String picked = call.op("GatherND", front, places(call, picks)).out();
        int shapeRank = picks.stream().mapToInt(Operand::rank).max().orElse(0);
        boolean adjacent = axes.getLast() - axes.getFirst() == axes.size() - 1;
        int before = adjacent ? axes.getFirst() : 0;
        if (before == 0) {
            call.give(picked);
            return;
        }
        List<Long> back = new ArrayList<>();
        int rank = shapeRank + input.rank() - axes.size();
        IntStream.range(0, before).forEach(i -> back.add((long) shapeRank + i));
        IntStream.range(0, shapeRank).forEach(i -> back.add((long) i));
        IntStream.range(shapeRank + before, rank).forEach(i -> back.add((long) i));
        call.give(call.op("Transpose", picked).with("perm", back).out());
    }

    private static List<Integer> indexed(Call call, List<Optional<Operand>> indices) {
        List<Integer> axes = new ArrayList<>();
        for (int i = 0; i < indices.size(); i++) {
            if (indices.get(i).isPresent()) {
                axes.add(i);
            }
        }
        if (axes.isEmpty()) {
            throw call.malformed("has no indices");
        }
        return axes;
    }

    private static boolean ascending(List<Long> order) {
        return IntStream.range(0, order.size()).allMatch(i -> order.get(i) == i);
    }

    /** Places along several axes as one list: what they have in common in shape, and the axes last. */
    private static String places(Call call, List<Operand> picks) {
        boolean same = picks.stream()
                .allMatch(pick -> pick.dims().equals(picks.getFirst().dims()));
        String shape = same ? "" : commonShape(call, picks);
        List<String> columns = new ArrayList<>();
        for (Operand pick : picks) {
            String at = Numbers.cast(call, pick, ElementType.INT64);
            String whole = same ? at : call.op("Expand", at, shape).out();
            columns.add(call.op("Unsqueeze", whole, call.longs(-1)).out());
        }
        return call.op("Concat", columns).with("axis", -1).out();
    }

    private static String commonShape(Call call, List<Operand> picks) {
        String sum = "";
        for (Operand pick : picks) {
            String zero = call.op("Mul", Numbers.cast(call, pick, ElementType.INT64), call.filled(0, ElementType.INT64))
                    .out();
            sum = sum.isEmpty() ? zero : call.op("Add", sum, zero).out();
        }
        return call.op("Shape", sum).out();
    }

    private static void indexSelect(Call call) {
        Operand input = call.tensor("self");
        int axis = call.axis("dim", 0, input.rank());
        call.give(call.op("Gather", input.value(), call.tensor("index").value())
                .with("axis", axis)
                .out());
    }

    private static void gather(Call call) {
        call.ignore("sparse_grad");
        Operand input = call.tensor("self");
        int axis = call.axis("dim", 0, input.rank());
        call.give(call.op("GatherElements", input.value(), call.tensor("index").value())
                .with("axis", axis)
                .out());
    }

    private static void scatter(Call call) {
        Operand input = call.tensor("self");
        Operand index = call.tensor("index");
        String source = call.has("src")
                ? call.tensor("src").value()
                : call.op(
                                "Expand",
                                Numbers.as(call, "value", input.type()),
                                Shaping.sizes(call, index, 0, index.rank()))
                        .out();
        if (call.has("src") && !call.tensor("src").dims().equals(index.dims())) {
            throw call.refuse("a source of another shape than the places");
        }
        call.give(call.op("ScatterElements", input.value(), index.value(), source)
                .with("axis", call.axis("dim", 0, input.rank()))
                .out());
    }

    private static void indexPut(Call call) {
        if (call.flag("accumulate", false)) {
            throw call.refuse("adds up what is put at one place");
        }
        Operand input = call.tensor("self");
        List<Optional<Operand>> given = call.optionalTensors("indices");
        Optional<String> filled = Masks.filled(call, input, given);
        if (filled.isPresent()) {
            call.give(filled.get());
            return;
        }
        List<Optional<Operand>> indices = Masks.asPlaces(call, given);
        List<Integer> axes = indexed(call, indices);
        if (axes.getLast() != axes.size() - 1) {
            throw call.refuse("puts along axes " + axes + " which are not the first");
        }
        List<Operand> picks =
                axes.stream().map(axis -> indices.get(axis).orElseThrow()).toList();
        String places = places(call, picks);
        String head = call.op("Shape", places).with("end", -1).out();
        String shape = call.op("Concat", head, Shaping.sizes(call, input, axes.size(), input.rank()))
                .with("axis", 0)
                .out();
        String values = call.op("Expand", Numbers.as(call, "values", input.type()), shape)
                .out();
        call.give(call.op("ScatterND", input.value(), places, values).out());
    }

    private static void putSpan(Call call) {
        Operand input = call.tensor("self");
        call.give(Span.of(call, input, 0).put(call, input, call.tensor("src")));
    }
}
