package dev.octet.engine.torch.export.operator;

import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.torch.export.NumberRule;
import dev.octet.engine.torch.export.OnnxCall;
import dev.octet.engine.torch.export.Operand.OfNumbers;
import dev.octet.engine.torch.export.Operand.OfTensor;
import dev.octet.engine.torch.export.Size;
import dev.octet.engine.torch.export.Translations;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;

/** What ONNX computes on shapes in small tensors: here it is done on sizes, before any call is made. */
final class SizeArithmetic {

    private SizeArithmetic() {}

    static void addTo(Translations translations) {
        translations.add("Shape", SizeArithmetic::shape).add("Size", SizeArithmetic::count);
        translations
                .onNumbers("Add", two(Size::plus))
                .onNumbers("Sub", two(Size::minus))
                .onNumbers("Mul", two(Size::times))
                .onNumbers("Div", two(Size::dividedBy))
                .onNumbers("Mod", two(Size::remainder))
                .onNumbers("Neg", call -> mapped(call, size -> size.times(Size.of(-1))))
                .onNumbers("Identity", call -> mapped(call, size -> size))
                .onNumbers("Cast", SizeArithmetic::cast)
                .onNumbers("Squeeze Unsqueeze Reshape", SizeArithmetic::reshaped)
                .onNumbers("Concat", SizeArithmetic::concat)
                .onNumbers("Gather", SizeArithmetic::gather)
                .onNumbers("Slice", SizeArithmetic::slice)
                .onNumbers("ReduceProd", SizeArithmetic::product)
                .onNumbers("ConstantOfShape", SizeArithmetic::filled)
                .onNumbers("Equal", SizeArithmetic::equal)
                .onNumbers("Where", SizeArithmetic::where);
    }

    private static void shape(OnnxCall call) {
        OfTensor input = call.tensor(0);
        int rank = input.rank();
        int start = bound(call.attribute("start", 0), rank);
        int end = bound(call.attribute("end", rank), rank);
        call.give(new OfNumbers(ElementType.INT64, input.sizes().subList(start, Math.max(start, end)), true));
    }

    private static int bound(long place, int rank) {
        return Math.clamp(place < 0 ? place + rank : place, 0, rank);
    }

    private static void count(OnnxCall call) {
        call.give(new OfNumbers(
                ElementType.INT64, List.of(Views.elements(call.tensor(0).sizes())), false));
    }

    private static OfNumbers input(OnnxCall call, int i) {
        return call.numbers(i).orElseThrow();
    }

    private static Optional<OfNumbers> mapped(OnnxCall call, java.util.function.UnaryOperator<Size> each) {
        OfNumbers in = input(call, 0);
        return Optional.of(
                new OfNumbers(in.type(), in.values().stream().map(each).toList(), in.list()));
    }

    private static NumberRule two(BinaryOperator<Size> rule) {
        return call -> combined(
                List.of(input(call, 0), input(call, 1)),
                input(call, 0).type(),
                each -> rule.apply(each.get(0), each.get(1)));
    }

    /** Element by element, lists of one and single numbers stretched; empty where the lists differ. */
    private static Optional<OfNumbers> combined(
            List<OfNumbers> inputs, ElementType type, java.util.function.Function<List<Size>, Size> rule) {
        int length = inputs.stream().mapToInt(in -> in.values().size()).max().orElse(0);
        if (inputs.stream()
                .anyMatch(in -> in.values().size() != length && in.values().size() != 1)) {
            return Optional.empty();
        }
        List<Size> values = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            int at = i;
            values.add(rule.apply(inputs.stream()
                    .map(in -> in.values().get(in.values().size() == 1 ? 0 : at))
                    .toList()));
        }
        return Optional.of(new OfNumbers(type, values, inputs.stream().anyMatch(OfNumbers::list)));
    }

    private static Optional<OfNumbers> cast(OnnxCall call) {
        ElementType to = ElementType.ofOnnxCode((int) call.attribute("to", 0)).orElse(ElementType.STRING);
        return to == ElementType.INT64 || to == ElementType.INT32
                ? Optional.of(new OfNumbers(
                        to, input(call, 0).values(), input(call, 0).list()))
                : Optional.empty();
    }

    /** To a list, or to a single number; more axes take a tensor. */
    private static Optional<OfNumbers> reshaped(OnnxCall call) {
        OfNumbers in = input(call, 0);
        int change = call.has(1)
                ? input(call, 1).values().size()
                : call.node().intsAttribute("axes", List.of(0L)).size();
        int rank = switch (call.node().op()) {
            case "Squeeze" -> in.values().size() == 1 ? 0 : -1;
            case "Unsqueeze" -> in.rank() + change;
            default -> change;
        };
        return rank == 1 || (rank == 0 && in.values().size() == 1)
                ? Optional.of(new OfNumbers(in.type(), in.values(), rank == 1))
                : Optional.empty();
    }

    private static Optional<OfNumbers> concat(OnnxCall call) {
        List<Size> values = new ArrayList<>();
        for (int i = 0; i < call.node().inputs().size(); i++) {
            values.addAll(input(call, i).values());
        }
        return Optional.of(new OfNumbers(input(call, 0).type(), values, true));
    }

    private static Optional<OfNumbers> gather(OnnxCall call) {
        OfNumbers in = input(call, 0);
        OfNumbers places = input(call, 1);
        List<Size> values = new ArrayList<>();
        for (Size place : places.values()) {
            if (!place.isKnown()) {
                return Optional.empty();
            }
            values.add(in.values().get(call.axis(place.known(), in.values().size())));
        }
        return Optional.of(new OfNumbers(in.type(), values, places.list()));
    }

    private static Optional<OfNumbers> slice(OnnxCall call) {
        OfNumbers in = input(call, 0);
        int length = in.values().size();
        int start = bound(call.integers(1).getFirst(), length);
        int end = bound(call.integers(2).getFirst(), length);
        long step = call.has(4) ? call.integers(4).getFirst() : 1;
        if (step != 1) {
            return Optional.empty();
        }
        return Optional.of(new OfNumbers(in.type(), in.values().subList(start, Math.max(start, end)), true));
    }

    private static Optional<OfNumbers> product(OnnxCall call) {
        OfNumbers in = input(call, 0);
        return Optional.of(
                new OfNumbers(in.type(), List.of(Views.elements(in.values())), call.attribute("keepdims", 1) != 0));
    }

    /** A list of one number many times, as shapes are made of; others are tensors. */
    private static Optional<OfNumbers> filled(OnnxCall call) {
        List<Size> sizes = input(call, 0).values();
        return call.node().attributes().get("value") instanceof Attribute.OfTensor(Tensor value)
                        && value.type() == ElementType.INT64
                        && sizes.size() == 1
                        && sizes.getFirst().isKnown()
                        && sizes.getFirst().known() <= 64
                ? Optional.of(new OfNumbers(
                        ElementType.INT64,
                        Collections.nCopies((int) sizes.getFirst().known(), Size.of(value.toLongs()[0])),
                        true))
                : Optional.empty();
    }

    private static Optional<OfNumbers> equal(OnnxCall call) {
        OfNumbers one = input(call, 0);
        OfNumbers two = input(call, 1);
        boolean[] unsure = {false};
        Optional<OfNumbers> answers = combined(List.of(one, two), ElementType.BOOL, each -> {
            if (each.get(0).equals(each.get(1))) {
                return Size.of(1);
            }
            boolean never = each.get(0).minus(each.get(1)).isNever(0)
                    || each.get(1).minus(each.get(0)).isNever(0);
            unsure[0] |= !never;
            return Size.of(0);
        });
        return unsure[0] ? Optional.empty() : answers;
    }

    private static Optional<OfNumbers> where(OnnxCall call) {
        OfNumbers condition = input(call, 0);
        return condition.values().stream().allMatch(Size::isKnown)
                ? combined(
                        List.of(condition, input(call, 1), input(call, 2)),
                        input(call, 1).type(),
                        each -> each.get(0).is(0) ? each.get(2) : each.get(1))
                : Optional.empty();
    }
}
