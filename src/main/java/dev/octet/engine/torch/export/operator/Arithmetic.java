package dev.octet.engine.torch.export.operator;

import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.torch.export.Aten;
import dev.octet.engine.torch.export.OnnxCall;
import dev.octet.engine.torch.export.Operand.OfTensor;
import dev.octet.engine.torch.export.Translation;
import dev.octet.engine.torch.export.Translations;
import java.util.List;
import java.util.OptionalDouble;

/** Functions of two or more values. */
final class Arithmetic {

    private Arithmetic() {}

    static void addTo(Translations translations) {
        translations
                .add("Add", call -> call.give(two(call, "add.Tensor")))
                .add("Sub", call -> call.give(two(call, "sub.Tensor")))
                .add("Mul", call -> call.give(two(call, "mul.Tensor")))
                .add("Div", Arithmetic::quotient)
                .add("Pow", Arithmetic::power)
                .add("Mod", Arithmetic::remainder)
                .add("Min", many("minimum.default"))
                .add("Max", many("maximum.default"))
                .add("Sum", many("add.Tensor"))
                .add("Mean", Arithmetic::mean)
                .add("And", logical("logical_and.default"))
                .add("Or", logical("logical_or.default"))
                .add("Xor", logical("logical_xor.default"))
                .add("BitwiseAnd", call -> call.give(tensors(call, "bitwise_and.Tensor")))
                .add("BitwiseOr", call -> call.give(tensors(call, "bitwise_or.Tensor")))
                .add("BitwiseXor", call -> call.give(tensors(call, "bitwise_xor.Tensor")))
                .add("Where", Arithmetic::where);
    }

    /** A call on both inputs; a constant number on the right stays a number. */
    private static OfTensor two(OnnxCall call, String aten) {
        OfTensor left = call.tensor(0);
        OptionalDouble number = number(call, left);
        return number.isPresent()
                ? other(call.aten(aten).tensor("self", left), left, number.getAsDouble())
                        .outLike(left)
                : tensors(call, aten);
    }

    private static OfTensor tensors(OnnxCall call, String aten) {
        OfTensor left = call.tensor(0);
        OfTensor right = call.tensor(1);
        return call.aten(aten)
                .tensor("self", left)
                .tensor("other", right)
                .out(left.type(), Broadcast.of(call, List.of(left, right)));
    }

    /** The right input where it is one constant number that stretches nothing. */
    private static OptionalDouble number(OnnxCall call, OfTensor left) {
        boolean fits = call.constant(1)
                .filter(right -> right.rank() <= left.rank() && right.type() == left.type())
                .isPresent();
        return fits ? call.number(1) : OptionalDouble.empty();
    }

    private static Aten other(Aten aten, OfTensor like, double value) {
        return like.type().isFloatingPoint() ? aten.number("other", value) : aten.whole("other", (long) value);
    }

    private static void quotient(OnnxCall call) {
        if (call.tensor(0).type().isFloatingPoint()) {
            call.give(two(call, "div.Tensor"));
            return;
        }
        OfTensor left = call.tensor(0);
        OfTensor right = call.tensor(1);
        call.give(call.aten("div.Tensor_mode")
                .tensor("self", left)
                .tensor("other", right)
                .keyword()
                .text("rounding_mode", "trunc")
                .out(left.type(), Broadcast.of(call, List.of(left, right))));
    }

    private static void power(OnnxCall call) {
        OfTensor base = call.tensor(0);
        OptionalDouble exponent = call.number(1);
        if (exponent.isPresent()
                && call.constant(1).orElseThrow().rank() <= base.rank()
                && base.type().isFloatingPoint()) {
            call.give(call.aten("pow.Tensor_Scalar")
                    .tensor("self", base)
                    .number("exponent", exponent.getAsDouble())
                    .outLike(base));
            return;
        }
        OfTensor by = call.tensor(1);
        OfTensor power = call.aten("pow.Tensor_Tensor")
                .tensor("self", base)
                .tensor("exponent", call.cast(by, base.type()))
                .out(base.type(), Broadcast.of(call, List.of(base, by)));
        call.give(power);
    }

    /** ONNX's Mod has the divisor's sign, as remainder has; with fmod the dividend's, as fmod has. */
    private static void remainder(OnnxCall call) {
        call.give(two(call, call.attribute("fmod", 0) == 0 ? "remainder.Tensor" : "fmod.Tensor"));
    }

    private static Translation many(String aten) {
        return call -> call.give(folded(call, aten));
    }

    private static OfTensor folded(OnnxCall call, String aten) {
        OfTensor all = call.tensor(0);
        for (int i = 1; i < call.node().inputs().size(); i++) {
            OfTensor next = call.tensor(i);
            all = call.aten(aten)
                    .tensor("self", all)
                    .tensor("other", next)
                    .out(all.type(), Broadcast.of(call, List.of(all, next)));
        }
        return all;
    }

    private static void mean(OnnxCall call) {
        OfTensor sum = folded(call, "add.Tensor");
        call.give(call.aten("div.Tensor")
                .tensor("self", sum)
                .number("other", call.node().inputs().size())
                .outLike(sum));
    }

    private static Translation logical(String aten) {
        return call -> call.give(call.aten(aten)
                .tensor("self", call.tensor(0))
                .tensor("other", call.tensor(1))
                .out(ElementType.BOOL, Broadcast.of(call, List.of(call.tensor(0), call.tensor(1)))));
    }

    private static void where(OnnxCall call) {
        OfTensor one = call.tensor(1);
        call.give(call.aten("where.self")
                .tensor("condition", call.tensor(0))
                .tensor("self", one)
                .tensor("other", call.tensor(2))
                .out(one.type(), Broadcast.of(call, call.tensors())));
    }
}
