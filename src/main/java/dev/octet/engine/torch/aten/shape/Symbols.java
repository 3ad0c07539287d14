package dev.octet.engine.torch.aten.shape;

import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.torch.aten.math.Numbers;
import dev.octet.engine.torch.lower.Call;
import dev.octet.engine.torch.lower.Lowering;
import dev.octet.engine.torch.lower.Operand;
import dev.octet.engine.torch.lower.Operators;
import dev.octet.engine.torch.program.Argument;
import java.util.Map;
import java.util.TreeMap;

/** Sizes that depend on the inputs, and arithmetic on them. Each is a list of one number. */
public final class Symbols {

    private static final Map<String, String> PYTHON = new TreeMap<>(Map.of(
            "_operator::add", "Add",
            "_operator::sub", "Sub",
            "_operator::mul", "Mul",
            "_operator::mod", "Mod",
            "_operator::eq", "Equal",
            "_operator::lt", "Less",
            "_operator::le", "LessOrEqual",
            "_operator::gt", "Greater",
            "_operator::ge", "GreaterOrEqual"));

    private Symbols() {}

    public static void addTo(Operators operators) {
        PYTHON.forEach((python, onnx) -> operators.add(python, arithmetic(onnx)));
        operators
                .add("sym_size", Symbols::size)
                .add(
                        "sym_numel",
                        call -> call.giveSymbol(call.op(
                                        "Reshape",
                                        call.op("Size", call.tensor("self").value())
                                                .out(),
                                        call.longs(1))
                                .out()))
                .add("_operator::floordiv", Symbols::floored)
                .add("_operator::truediv", Symbols::divided)
                .add(
                        "_operator::neg",
                        call -> call.giveSymbol(call.op("Neg", call.value(call.length(first(call), 0)))
                                .out()))
                .add("torch::sym_max", arithmetic("Max"))
                .add("torch::sym_min", arithmetic("Min"))
                .add("torch::sym_float", call -> converted(call, ElementType.FLOAT))
                .add("torch::sym_int math::trunc", call -> converted(call, ElementType.INT64))
                .add(
                        "item _local_scalar_dense",
                        call -> call.giveSymbol(
                                call.op("Reshape", call.tensor("self").value(), call.longs(1))
                                        .out()));
    }

    private static void size(Call call) {
        Operand input = call.tensor("self");
        int axis = call.axis("dim", 0, input.rank());
        call.giveSymbol(call.op("Shape", input.value())
                .with("start", axis)
                .with("end", axis + 1)
                .out());
    }

    private static String first(Call call) {
        return call.names().getFirst();
    }

    private static String operand(Call call, int i) {
        if (i >= call.names().size()) {
            throw call.malformed("has too few operands");
        }
        String name = call.names().get(i);
        return call.argument(name) instanceof Argument.OfNumber(double value)
                ? call.filled(value, ElementType.FLOAT, 1)
                : call.value(call.length(name, 0));
    }

    private static Lowering arithmetic(String op) {
        return call ->
                call.giveSymbol(call.op(op, operand(call, 0), operand(call, 1)).out());
    }

    private static void floored(Call call) {
        String a = operand(call, 0);
        String b = operand(call, 1);
        String rest = call.op("Mod", a, b).out();
        call.giveSymbol(call.op("Div", call.op("Sub", a, rest).out(), b).out());
    }

    private static void divided(Call call) {
        call.giveSymbol(call.op(
                        "Div",
                        Numbers.cast(call, operand(call, 0), ElementType.FLOAT),
                        Numbers.cast(call, operand(call, 1), ElementType.FLOAT))
                .out());
    }

    private static void converted(Call call, ElementType type) {
        call.giveSymbol(Numbers.cast(call, operand(call, 0), type));
    }
}
