package dev.octet.engine.torch.aten;

import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.torch.aten.math.Numbers;
import dev.octet.engine.torch.lower.Call;
import dev.octet.engine.torch.lower.Operand;
import dev.octet.engine.torch.lower.Operators;
import dev.octet.engine.torch.lower.Step;
import dev.octet.engine.torch.program.Argument;
import java.util.List;

/**
 * Quantizing and dequantizing by PyTorch's {@code quantized_decomposed} library, which the PT2E flow and this project write.
 *
 * <p>A value in fewer bits than its type is held to {@code quant_min} and {@code quant_max} by a Clip of integers.
 */
final class Quantization {

    private static final String LIBRARY = "quantized_decomposed::";

    private Quantization() {}

    static void addTo(Operators operators) {
        operators
                .add(
                        LIBRARY + "quantize_per_tensor.default",
                        call -> quantize(call, number(call, "scale"), point(call)))
                .add(LIBRARY + "quantize_per_tensor.tensor", call -> quantize(call, scalar(call, "scale"), given(call)))
                .add(LIBRARY + "quantize_per_channel", Quantization::quantizeChannels)
                .add(
                        LIBRARY + "dequantize_per_tensor.default",
                        call -> dequantize(call, number(call, "scale"), point(call)))
                .add(
                        LIBRARY + "dequantize_per_tensor.tensor",
                        call -> dequantize(call, scalar(call, "scale"), given(call)))
                .add(LIBRARY + "dequantize_per_channel", Quantization::dequantizeChannels)
                .add(LIBRARY + "dequantize_per_channel_group", Quantization::dequantizeGroups)
                .add(LIBRARY + "choose_qparams.tensor", Quantization::choose);
    }

    private static String number(Call call, String name) {
        return call.filled(call.number(name, 1), ElementType.FLOAT);
    }

    private static String point(Call call) {
        return call.whole(call.integer("zero_point"), type(call));
    }

    private static String scalar(Call call, String name) {
        return call.op("Reshape", Numbers.as(call, name, ElementType.FLOAT), call.longs())
                .out();
    }

    private static String given(Call call) {
        return call.op("Reshape", Numbers.as(call, "zero_point", type(call)), call.longs())
                .out();
    }

    /** The type of the integers: that of the result, or of what is dequantized. */
    private static ElementType type(Call call) {
        if (!(call.argument("dtype") instanceof Argument.OfType(ElementType type))) {
            throw call.malformed("has no element type as 'dtype'");
        }
        boolean dequantizes = call.target().contains(".dequantize");
        boolean known =
                type == ElementType.INT8 || type == ElementType.UINT8 || (dequantizes && type == ElementType.INT32);
        if (!known) {
            throw call.refuse("integers of " + type + "; those of 8 bits can be imported");
        }
        return type;
    }

    private static void quantize(Call call, String scale, String point) {
        String wide = call.op("QuantizeLinear", call.tensor("input").value(), scale, point)
                .out();
        call.give(bounded(call, wide));
    }

    private static void quantizeChannels(Call call) {
        Operand input = call.tensor("input");
        Step step = call.op(
                "QuantizeLinear",
                input.value(),
                call.tensor("scales").value(),
                Numbers.cast(call, call.tensor("zero_points"), type(call)));
        call.give(bounded(
                call, step.with("axis", call.axis("axis", 0, input.rank())).out()));
    }

    /** {@code wide} where the bounds are the type's own, else held to them. */
    private static String bounded(Call call, String wide) {
        ElementType type = type(call);
        long least = call.integer("quant_min");
        long most = call.integer("quant_max");
        boolean whole = type == ElementType.INT8 ? least <= -128 && most >= 127 : least <= 0 && most >= 255;
        return whole
                ? wide
                : call.op("Clip", wide, call.whole(least, type), call.whole(most, type))
                        .out();
    }

    private static void dequantize(Call call, String scale, String point) {
        requireFloat(call);
        call.give(call.op("DequantizeLinear", call.tensor("input").value(), scale, point)
                .out());
    }

    private static void dequantizeChannels(Call call) {
        requireFloat(call);
        Operand input = call.tensor("input");
        ElementType type = type(call);
        String points = call.optionalTensor("zero_points")
                .map(given -> Numbers.cast(call, given, type))
                .orElse("");
        call.give(
                call.op("DequantizeLinear", input.value(), call.tensor("scales").value(), points)
                        .with("axis", call.axis("axis", 0, input.rank()))
                        .out());
    }

    /** (q - z) · s in groups of a row, said by plain arithmetic: operator set 20 has no DequantizeLinear in blocks. */
    private static void dequantizeGroups(Call call) {
        Operand input = call.tensor("input");
        type(call);
        call.ignore("quant_min", "quant_max", "output_dtype");
        String groups = call.op(
                        "Reshape",
                        Numbers.cast(call, input, ElementType.FLOAT),
                        call.longs(-1, call.integer("group_size")))
                .out();
        String moved = call.optionalTensor("zero_points")
                .map(points -> call.op("Sub", groups, column(call, points)).out())
                .orElse(groups);
        String scaled =
                call.op("Mul", moved, column(call, call.tensor("scales"))).out();
        call.give(call.op("Reshape", scaled, call.op("Shape", input.value()).out())
                .out());
    }

    private static String column(Call call, Operand values) {
        return call.op("Reshape", Numbers.cast(call, values, ElementType.FLOAT), call.longs(-1, 1))
                .out();
    }

    private static void requireFloat(Call call) {
        call.ignore("quant_min", "quant_max");
        type(call);
        if (call.has("out_dtype") && !call.argument("out_dtype").equals(new Argument.OfType(ElementType.FLOAT))) {
            throw call.refuse("results in " + call.argument("out_dtype") + "; 32-bit floating point can be imported");
        }
    }

    /** The range of what is there now, in unsigned bytes. */
    private static void choose(Call call) {
        call.ignore("eps");
        if (type(call) != ElementType.UINT8 || call.integer("quant_min") != 0 || call.integer("quant_max") != 255) {
            throw call.refuse("ranges in anything but unsigned bytes");
        }
        List<String> all =
                call.op("DynamicQuantizeLinear", call.tensor("input").value()).outs(List.of(true, true, true));
        call.give(List.of(
                list(call, all.get(1), call.result(0).type()),
                list(call, all.get(2), call.result(1).type())));
    }

    private static String list(Call call, String value, ElementType type) {
        return call.op("Reshape", Numbers.cast(call, value, type), call.longs(1))
                .out();
    }
}
