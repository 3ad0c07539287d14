package dev.octet.engine.torch.export.operator;

import dev.octet.engine.torch.export.OnnxCall;
import dev.octet.engine.torch.export.Operand.OfTensor;
import dev.octet.engine.torch.export.Size;
import dev.octet.engine.torch.export.Translations;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** The same elements under other axes, several tensors as one, one as several. */
final class Views {

    private Views() {}

    static void addTo(Translations translations) {
        translations
                .add("Reshape", Views::reshape)
                .add("Flatten", Views::flatten)
                .add("Transpose", Views::transpose)
                .add("Squeeze", Views::squeeze)
                .add("Unsqueeze", Views::unsqueeze)
                .add("Concat", Views::concat)
                .add("Split", Views::split)
                .add("Expand", Views::expand)
                .add("Tile", Views::tile);
    }

    static Size elements(List<Size> sizes) {
        return sizes.stream().reduce(Size.of(1), Size::times);
    }

    static OfTensor reshaped(OnnxCall call, OfTensor input, List<Size> sizes) {
        return call.aten("reshape.default")
                .tensor("self", input)
                .sizes("shape", sizes)
                .out(input.type(), sizes);
    }

    private static void reshape(OnnxCall call) {
        OfTensor input = call.tensor(0);
        List<Size> wanted = new ArrayList<>(call.sizes(1));
        boolean zeros = call.attribute("allowzero", 0) != 0;
        for (int i = 0; i < wanted.size(); i++) {
            if (wanted.get(i).is(0) && !zeros) {
                wanted.set(i, input.size(i));
            }
        }
        int open = wanted.indexOf(Size.of(-1));
        List<Size> sizes = new ArrayList<>(wanted);
        if (open >= 0) {
            sizes.set(open, Size.of(1));
            sizes.set(open, elements(input.sizes()).dividedBy(elements(sizes)));
        }
        call.give(call.aten("reshape.default")
                .tensor("self", input)
                .sizes("shape", wanted)
                .out(input.type(), sizes));
    }

    private static void flatten(OnnxCall call) {
        OfTensor input = call.tensor(0);
        long given = call.attribute("axis", 1);
        int axis = given == input.rank() ? input.rank() : call.axis(given, input.rank());
        if (axis == 1 && input.rank() > 1) {
            call.give(call.aten("flatten.using_ints")
                    .tensor("self", input)
                    .whole("start_dim", 1)
                    .out(
                            input.type(),
                            List.of(input.size(0), elements(input.sizes().subList(1, input.rank())))));
            return;
        }
        call.give(reshaped(
                call,
                input,
                List.of(
                        elements(input.sizes().subList(0, axis)),
                        elements(input.sizes().subList(axis, input.rank())))));
    }

    private static void transpose(OnnxCall call) {
        OfTensor input = call.tensor(0);
        List<Long> reversed = IntStream.range(0, input.rank())
                .mapToObj(i -> (long) input.rank() - 1 - i)
                .toList();
        List<Long> order = call.node().intsAttribute("perm", reversed);
        call.give(permuted(call, input, order));
    }

    static OfTensor permuted(OnnxCall call, OfTensor input, List<Long> order) {
        return call.aten("permute.default")
                .tensor("self", input)
                .wholes("dims", order)
                .out(
                        input.type(),
                        order.stream().map(axis -> input.size(axis.intValue())).toList());
    }

    private static void squeeze(OnnxCall call) {
        OfTensor input = call.tensor(0);
        List<Integer> axes = new ArrayList<>();
        call.integers("axes", 1).forEach(axis -> axes.add(call.axis(axis, input.rank())));
        if (axes.isEmpty()) {
            IntStream.range(0, input.rank()).filter(i -> input.size(i).is(1)).forEach(axes::add);
        }
        List<Size> sizes = new ArrayList<>();
        for (int i = 0; i < input.rank(); i++) {
            if (!axes.contains(i)) {
                sizes.add(input.size(i));
            }
        }
        call.give(call.aten("squeeze.dims")
                .tensor("self", input)
                .wholes("dim", axes.stream().map(Integer::longValue).toList())
                .out(input.type(), sizes));
    }

    private static void unsqueeze(OnnxCall call) {
        OfTensor input = call.tensor(0);
        List<Long> given = call.integers("axes", 1);
        int rank = input.rank() + given.size();
        List<Integer> axes =
                given.stream().map(axis -> call.axis(axis, rank)).sorted().toList();
        OfTensor value = input;
        for (int axis : axes) {
            List<Size> sizes = new ArrayList<>(value.sizes());
            sizes.add(axis, Size.of(1));
            value = call.aten("unsqueeze.default")
                    .tensor("self", value)
                    .whole("dim", axis)
                    .out(value.type(), sizes);
        }
        call.give(value);
    }

    private static void concat(OnnxCall call) {
        List<OfTensor> parts = call.tensors();
        OfTensor first = parts.getFirst();
        int axis = call.axis(call.attribute("axis", 0), first.rank());
        List<Size> sizes = new ArrayList<>(first.sizes());
        for (OfTensor part : parts.subList(1, parts.size())) {
            sizes.set(axis, sizes.get(axis).plus(part.size(axis)));
            for (int i = 0; i < sizes.size(); i++) {
                // Where one of them tells a size, it is that of all.
                if (i != axis && part.size(i).isKnown()) {
                    sizes.set(i, part.size(i));
                }
            }
        }
        call.give(call.aten("cat.default")
                .tensors("tensors", parts)
                .whole("dim", axis)
                .out(first.type(), sizes));
    }

    private static void split(OnnxCall call) {
        OfTensor input = call.tensor(0);
        int axis = call.axis(call.attribute("axis", 0), input.rank());
        List<Size> lengths = call.has(1) ? call.sizes(1) : equal(call, input.size(axis));
        List<List<Size>> sizes = new ArrayList<>();
        for (Size length : lengths) {
            List<Size> part = new ArrayList<>(input.sizes());
            part.set(axis, length);
            sizes.add(part);
        }
        call.give(call.aten("split_with_sizes.default")
                .tensor("self", input)
                .sizes("split_sizes", lengths)
                .whole("dim", axis)
                .list(input.type(), sizes));
    }

    private static List<Size> equal(OnnxCall call, Size total) {
        int parts = call.node().outputs().size();
        if (!total.isKnown()) {
            Size each = total.dividedBy(Size.of(parts));
            if (!each.times(Size.of(parts)).equals(total)) {
                throw call.refuse("parts of a size that depends on the inputs");
            }
            return Collections.nCopies(parts, each);
        }
        long each = Math.ceilDiv(total.known(), (long) parts);
        List<Size> lengths = new ArrayList<>(Collections.nCopies(parts - 1, Size.of(each)));
        lengths.add(Size.of(total.known() - each * (parts - 1)));
        return lengths;
    }

    private static void expand(OnnxCall call) {
        OfTensor input = call.tensor(0);
        List<Size> sizes = Broadcast.of(call, input.sizes(), call.sizes(1));
        call.give(call.aten("expand.default")
                .tensor("self", input)
                .sizes("size", sizes)
                .out(input.type(), sizes));
    }

    private static void tile(OnnxCall call) {
        OfTensor input = call.tensor(0);
        List<Size> times = call.sizes(1);
        List<Size> sizes = new ArrayList<>();
        for (int i = 0; i < input.rank(); i++) {
            sizes.add(input.size(i).times(times.get(i)));
        }
        call.give(call.aten("repeat.default")
                .tensor("self", input)
                .sizes("repeats", times)
                .out(input.type(), sizes));
    }
}
