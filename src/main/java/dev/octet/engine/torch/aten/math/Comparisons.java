package dev.octet.engine.torch.aten.math;

import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.torch.lower.Call;
import dev.octet.engine.torch.lower.Lowering;
import dev.octet.engine.torch.lower.Operators;

/** Comparisons, logic, and choices by them. */
public final class Comparisons {

    private Comparisons() {}

    public static void addTo(Operators operators) {
        operators
                .add("eq", compare("Equal"))
                .add(
                        "ne not_equal",
                        call -> call.give(
                                call.op("Not", compared(call, "Equal")).out()))
                .add("lt less", compare("Less"))
                .add("le less_equal", compare("LessOrEqual"))
                .add("gt greater", compare("Greater"))
                .add("ge greater_equal", compare("GreaterOrEqual"))
                .add("logical_and", logic("And"))
                .add("logical_or", logic("Or"))
                .add("logical_xor", logic("Xor"))
                .add("bitwise_and __and__", bits("And", "BitwiseAnd"))
                .add("bitwise_or __or__", bits("Or", "BitwiseOr"))
                .add("bitwise_xor __xor__", bits("Xor", "BitwiseXor"))
                .add("where.self where.ScalarSelf where.ScalarOther where.Scalar", Comparisons::where)
                .add("masked_fill", Comparisons::maskedFill);
    }

    private static Lowering compare(String op) {
        return call -> call.give(compared(call, op));
    }

    private static String compared(Call call, String op) {
        ElementType type = Numbers.common(call, "self", "other");
        if (type == ElementType.BOOL && !op.equals("Equal")) {
            type = ElementType.INT32;
        }
        return call.op(op, Numbers.as(call, "self", type), Numbers.as(call, "other", type))
                .out();
    }

    private static Lowering logic(String op) {
        return call -> call.give(
                call.op(op, Numbers.as(call, "self", ElementType.BOOL), Numbers.as(call, "other", ElementType.BOOL))
                        .out());
    }

    private static Lowering bits(String ofTruth, String ofNumbers) {
        return call -> {
            ElementType type = call.result().type();
            call.give(call.op(
                            type == ElementType.BOOL ? ofTruth : ofNumbers,
                            Numbers.as(call, "self", type),
                            Numbers.as(call, "other", type))
                    .out());
        };
    }

    private static void where(Call call) {
        ElementType type = call.result().type();
        call.give(chosen(
                call,
                Numbers.as(call, "condition", ElementType.BOOL),
                Numbers.as(call, "self", type),
                Numbers.as(call, "other", type)));
    }

    private static void maskedFill(Call call) {
        ElementType type = call.result().type();
        call.give(chosen(
                call,
                Numbers.as(call, "mask", ElementType.BOOL),
                Numbers.as(call, "value", type),
                Numbers.as(call, "self", type)));
    }

    /** The runtime chooses between truth values as between bytes. */
    private static String chosen(Call call, String condition, String yes, String no) {
        if (call.result().type() != ElementType.BOOL) {
            return call.op("Where", condition, yes, no).out();
        }
        String a = Numbers.cast(call, yes, ElementType.UINT8);
        String b = Numbers.cast(call, no, ElementType.UINT8);
        return Numbers.cast(call, call.op("Where", condition, a, b).out(), ElementType.BOOL);
    }
}
