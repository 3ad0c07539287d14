package dev.octet.engine.torch.aten.math;

import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.torch.lower.Call;
import dev.octet.engine.torch.lower.Lowering;
import dev.octet.engine.torch.lower.Operators;

/** Arithmetic of two tensors, or of a tensor and a number. */
public final class Arithmetic {

    private Arithmetic() {}

    public static void addTo(Operators operators) {
        operators
                .add("add", call -> sum(call, "Add", "self", "other"))
                .add("sub subtract", call -> sum(call, "Sub", "self", "other"))
                .add("rsub", call -> sum(call, "Sub", "other", "self"))
                .add("mul multiply", Arithmetic::product)
                .add("div divide true_divide", Arithmetic::quotient)
                .add("floor_divide", call -> call.give(floored(call)))
                .add("remainder", Arithmetic::remainder)
                .add(
                        "fmod",
                        call -> call.give(call.op("Mod", self(call), other(call))
                                .with("fmod", 1)
                                .out()))
                .add("pow", Arithmetic::power)
                .add("maximum max.other", both("Max"))
                .add("minimum min.other", both("Min"))
                .add("clamp clip", call -> clamp(call, "min", "max"))
                .add("clamp_min", call -> clamp(call, "min", ""))
                .add("clamp_max", call -> clamp(call, "", "max"))
                .add("addcmul", call -> withProduct(call, "Mul"))
                .add("addcdiv", call -> withProduct(call, "Div"))
                .add("lerp", Arithmetic::lerp);
    }

    private static ElementType type(Call call) {
        return call.result().type();
    }

    private static String self(Call call) {
        return Numbers.as(call, "self", type(call));
    }

    private static String other(Call call) {
        return Numbers.as(call, "other", type(call));
    }

    private static Lowering both(String op) {
        return call -> call.give(call.op(op, self(call), other(call)).out());
    }

    /** The second of them times alpha. */
    private static void sum(Call call, String op, String left, String right) {
        ElementType type = type(call);
        double alpha = call.number("alpha", 1);
        String a = Numbers.as(call, left, type);
        String b = Numbers.as(call, right, type);
        if (alpha != 1) {
            String scaled = left.equals("self") ? b : a;
            String product = call.op("Mul", scaled, call.filled(alpha, type)).out();
            a = left.equals("self") ? a : product;
            b = left.equals("self") ? product : b;
        }
        if (type == ElementType.BOOL) {
            call.give(call.op("Or", a, b).out());
        } else {
            call.give(call.op(op, a, b).out());
        }
    }

    private static void product(Call call) {
        call.give(call.op(type(call) == ElementType.BOOL ? "And" : "Mul", self(call), other(call))
                .out());
    }

    private static void quotient(Call call) {
        switch (call.text("rounding_mode", "")) {
            case "" -> call.give(call.op("Div", self(call), other(call)).out());
            case "floor" -> call.give(floored(call));
            case "trunc" -> call.give(truncated(call));
            default -> throw call.malformed("rounds in no known way");
        }
    }

    private static String floored(Call call) {
        String a = self(call);
        String b = other(call);
        if (type(call).isFloatingPoint()) {
            return call.op("Floor", call.op("Div", a, b).out()).out();
        }
        String rest = call.op("Mod", a, b).out();
        return call.op("Div", call.op("Sub", a, rest).out(), b).out();
    }

    private static String truncated(Call call) {
        String quotient = call.op("Div", self(call), other(call)).out();
        if (!type(call).isFloatingPoint()) {
            return quotient;
        }
        String size = call.op("Floor", call.op("Abs", quotient).out()).out();
        return call.op("Mul", call.op("Sign", quotient).out(), size).out();
    }

    private static void remainder(Call call) {
        String a = self(call);
        String b = other(call);
        if (!type(call).isFloatingPoint()) {
            call.give(call.op("Mod", a, b).out());
            return;
        }
        String whole = call.op("Floor", call.op("Div", a, b).out()).out();
        call.give(call.op("Sub", a, call.op("Mul", whole, b).out()).out());
    }

    private static void power(Call call) {
        call.give(call.op("Pow", self(call), Numbers.as(call, "exponent", type(call)))
                .out());
    }

    private static void clamp(Call call, String low, String high) {
        String x = self(call);
        if (!low.isEmpty() && call.has(low)) {
            x = call.op("Max", x, Numbers.as(call, low, type(call))).out();
        }
        if (!high.isEmpty() && call.has(high)) {
            x = call.op("Min", x, Numbers.as(call, high, type(call))).out();
        }
        call.give(x);
    }

    private static void withProduct(Call call, String op) {
        ElementType type = type(call);
        String product = call.op(op, Numbers.as(call, "tensor1", type), Numbers.as(call, "tensor2", type))
                .out();
        double value = call.number("value", 1);
        String scaled = value == 1
                ? product
                : call.op("Mul", product, call.filled(value, type)).out();
        call.give(call.op("Add", self(call), scaled).out());
    }

    private static void lerp(Call call) {
        ElementType type = type(call);
        String from = self(call);
        String way = call.op("Sub", Numbers.as(call, "end", type), from).out();
        String part = call.op("Mul", way, Numbers.as(call, "weight", type)).out();
        call.give(call.op("Add", from, part).out());
    }
}
