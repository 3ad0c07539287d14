package dev.octet.engine.torch.aten.math;

import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.torch.lower.Call;
import dev.octet.engine.torch.lower.Lowering;
import dev.octet.engine.torch.lower.Operand;
import dev.octet.engine.torch.lower.Operators;
import java.util.Map;
import java.util.TreeMap;

/** Functions of one tensor, element by element. */
public final class Functions {

    /** Those that ONNX has under a name of its own. */
    private static final Map<String, String> SAME = new TreeMap<>(Map.ofEntries(
            Map.entry("abs", "Abs"),
            Map.entry("acos", "Acos"),
            Map.entry("asin", "Asin"),
            Map.entry("atan", "Atan"),
            Map.entry("ceil", "Ceil"),
            Map.entry("cos", "Cos"),
            Map.entry("cosh", "Cosh"),
            Map.entry("erf", "Erf"),
            Map.entry("special_erf", "Erf"),
            Map.entry("exp", "Exp"),
            Map.entry("floor", "Floor"),
            Map.entry("log", "Log"),
            Map.entry("neg", "Neg"),
            Map.entry("reciprocal", "Reciprocal"),
            Map.entry("round", "Round"),
            Map.entry("sigmoid", "Sigmoid"),
            Map.entry("sign", "Sign"),
            Map.entry("sgn", "Sign"),
            Map.entry("sin", "Sin"),
            Map.entry("sinh", "Sinh"),
            Map.entry("sqrt", "Sqrt"),
            Map.entry("tan", "Tan"),
            Map.entry("tanh", "Tanh")));

    private Functions() {}

    public static void addTo(Operators operators) {
        SAME.forEach((aten, onnx) -> operators.add(aten, plain(onnx)));
        operators
                .add(
                        "rsqrt",
                        call -> call.give(call.op(
                                        "Reciprocal",
                                        call.op("Sqrt", self(call)).out())
                                .out()))
                .add(
                        "square",
                        call -> call.give(call.op("Mul", self(call), self(call)).out()))
                .add("log2", call -> logarithm(call, Math.log(2)))
                .add("log10", call -> logarithm(call, Math.log(10)))
                .add(
                        "log1p",
                        call -> call.give(
                                call.op("Log", plus(call, self(call), 1)).out()))
                .add(
                        "expm1",
                        call -> call.give(plus(call, call.op("Exp", self(call)).out(), -1)))
                .add(
                        "exp2",
                        call -> call.give(call.op("Pow", call.filled(2, type(call)), self(call))
                                .out()))
                .add("trunc fix", Functions::truncated)
                .add(
                        "isnan",
                        call -> call.give(
                                call.op("IsNaN", call.tensor("self").value()).out()))
                .add(
                        "isinf",
                        call -> call.give(
                                call.op("IsInf", call.tensor("self").value()).out()))
                .add(
                        "logical_not",
                        call -> call.give(call.op("Not", Numbers.as(call, "self", ElementType.BOOL))
                                .out()))
                .add("bitwise_not", Functions::bitwiseNot);
    }

    private static Lowering plain(String op) {
        return call -> call.give(call.op(op, self(call)).out());
    }

    private static ElementType type(Call call) {
        return call.result().type();
    }

    private static String self(Call call) {
        return Numbers.as(call, "self", type(call));
    }

    private static String plus(Call call, String value, double number) {
        return call.op("Add", value, call.filled(number, type(call))).out();
    }

    private static void logarithm(Call call, double base) {
        call.give(call.op("Div", call.op("Log", self(call)).out(), call.filled(base, type(call)))
                .out());
    }

    private static void truncated(Call call) {
        String x = self(call);
        String size = call.op("Floor", call.op("Abs", x).out()).out();
        call.give(call.op("Mul", call.op("Sign", x).out(), size).out());
    }

    private static void bitwiseNot(Call call) {
        Operand input = call.tensor("self");
        String op = input.type() == ElementType.BOOL ? "Not" : "BitwiseNot";
        call.give(call.op(op, input.value()).out());
    }
}
