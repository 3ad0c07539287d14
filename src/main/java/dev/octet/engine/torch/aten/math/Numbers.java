package dev.octet.engine.torch.aten.math;

import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.torch.lower.Call;
import dev.octet.engine.torch.lower.Operand;
import dev.octet.engine.torch.program.Argument;
import dev.octet.engine.torch.program.Length;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Arguments that are tensors or numbers, brought to one element type as PyTorch's promotion does. */
public final class Numbers {

    private Numbers() {}

    /** The tensor or number in {@code name} with elements of {@code type}. */
    public static String as(Call call, String name, ElementType type) {
        return switch (call.argument(name)) {
            case Argument.OfTensor _ -> cast(call, call.tensor(name), type);
            case Argument.OfLength(Length.Fixed(long value)) -> call.whole(value, type);
            case Argument.OfNumber(double value) -> call.filled(value, type);
            case Argument.OfFlag(boolean value) -> call.filled(value ? 1 : 0, type);
            case Argument.OfLength(Length.Named named) ->
                cast(call, call.op("Squeeze", call.value(named), call.longs(0)).out(), type);
            default -> throw call.malformed("has neither a tensor nor a number as '" + name + "'");
        };
    }

    /** {@code operand} with elements of {@code type}. */
    public static String cast(Call call, Operand operand, ElementType type) {
        return operand.type() == type ? operand.value() : cast(call, operand.value(), type);
    }

    public static String cast(Call call, String value, ElementType type) {
        return call.op("Cast", value).with("to", type.onnxCode()).out();
    }

    /**
     * The type that the arguments {@code names} are compared in: the highest of the tensors with axes, unless a scalar tensor, or then a
     * number, is of a higher kind (boolean, whole, floating).
     */
    public static ElementType common(Call call, String... names) {
        List<ElementType> tensors = new ArrayList<>();
        List<ElementType> scalars = new ArrayList<>();
        List<ElementType> numbers = new ArrayList<>();
        for (String name : names) {
            switch (call.argument(name)) {
                case Argument.OfTensor _ -> {
                    Operand operand = call.tensor(name);
                    (operand.rank() > 0 ? tensors : scalars).add(operand.type());
                }
                case Argument.OfLength _ -> numbers.add(ElementType.INT64);
                case Argument.OfNumber _ -> numbers.add(ElementType.FLOAT);
                case Argument.OfFlag _ -> numbers.add(ElementType.BOOL);
                default -> throw call.malformed("has neither a tensor nor a number as '" + name + "'");
            }
        }
        ElementType common = null;
        for (List<ElementType> group : List.of(tensors, scalars, numbers)) {
            ElementType own = group.stream().reduce(Numbers::promoted).orElse(null);
            if (own != null && (common == null || kind(own) > kind(common))) {
                common = own;
            }
        }
        return required(call, common);
    }

    private static ElementType required(Call call, @Nullable ElementType type) {
        if (type == null) {
            throw call.malformed("has no arguments");
        }
        return type;
    }

    private static int kind(ElementType type) {
        return type == ElementType.BOOL ? 0 : type.isFloatingPoint() ? 2 : 1;
    }

    private static ElementType promoted(ElementType a, ElementType b) {
        if (a == b) {
            return a;
        }
        if (kind(a) != kind(b)) {
            return kind(a) > kind(b) ? a : b;
        }
        if (a.bits() != b.bits()) {
            return a.bits() > b.bits() ? a : b;
        }
        // bfloat16 with float16, and a signed type with an unsigned one, meet in the next wider.
        return kind(a) == 2 ? ElementType.FLOAT : a.bits() == 8 ? ElementType.INT16 : ElementType.INT32;
    }
}
