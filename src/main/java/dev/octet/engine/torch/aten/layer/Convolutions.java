package dev.octet.engine.torch.aten.layer;

import dev.octet.engine.torch.lower.Call;
import dev.octet.engine.torch.lower.Operand;
import dev.octet.engine.torch.lower.Operators;
import dev.octet.engine.torch.lower.Step;
import dev.octet.engine.torch.program.Argument;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Convolutions and transposed convolutions in one to three dimensions. */
public final class Convolutions {

    private Convolutions() {}

    public static void addTo(Operators operators) {
        operators
                .add("conv1d conv2d conv3d", call -> lower(call, false))
                .add("conv_transpose1d conv_transpose2d conv_transpose3d", call -> lower(call, true))
                .add("convolution _convolution", Convolutions::general);
    }

    private static void general(Call call) {
        call.ignore("benchmark", "deterministic", "cudnn_enabled", "allow_tf32");
        lower(call, call.flag("transposed", false));
    }

    private static void lower(Call call, boolean transposed) {
        Operand weight = call.tensor("weight");
        int axes = weight.rank() - 2;
        Operand input = call.tensor("input");
        if (axes < 1 || axes > 3 || (input.rank() != axes + 2 && input.rank() != axes + 1)) {
            throw call.malformed("has an input of rank " + input.rank() + " and weights of rank " + weight.rank());
        }
        boolean alone = input.rank() == axes + 1;
        String x = alone ? call.op("Unsqueeze", input.value(), call.longs(0)).out() : input.value();
        String bias = call.optionalTensor("bias").map(Operand::value).orElse("");
        List<Long> dilations = perAxis(call, "dilation", axes, 1);
        List<Long> outputPadding = perAxis(call, "output_padding", axes, 0);
        Step step = call.op(transposed ? "ConvTranspose" : "Conv", x, weight.value(), bias)
                .with("dilations", dilations)
                .with("group", call.integer("groups", 1L))
                .with("kernel_shape", kernel(weight))
                .with("pads", pads(call, weight, dilations, axes))
                .with("strides", perAxis(call, "stride", axes, 1));
        if (transposed) {
            step.with("output_padding", outputPadding);
        } else if (outputPadding.stream().anyMatch(p -> p != 0)) {
            throw call.malformed("has output padding without being transposed");
        }
        String y = step.out();
        call.give(alone ? call.op("Squeeze", y, call.longs(0)).out() : y);
    }

    private static List<Long> kernel(Operand weight) {
        return weight.dims().subList(2, weight.rank()).stream()
                .map(dim -> dim.size())
                .toList();
    }

    private static List<Long> pads(Call call, Operand weight, List<Long> dilations, int axes) {
        List<Long> begin = new ArrayList<>();
        List<Long> end = new ArrayList<>();
        if (call.argument("padding") instanceof Argument.OfText(String mode)) {
            for (int i = 0; i < axes; i++) {
                long total = mode.equals("same") ? dilations.get(i) * (weight.size(i + 2) - 1) : 0;
                begin.add(total / 2);
                end.add(total - total / 2);
            }
        } else {
            begin.addAll(perAxis(call, "padding", axes, 0));
            end.addAll(begin);
        }
        begin.addAll(end);
        return begin;
    }

    /** The numbers in {@code name}, one for each spatial axis; a single one counts for all. */
    static List<Long> perAxis(Call call, String name, int axes, long otherwise) {
        List<Long> given = call.integers(name, otherwise);
        if (given.size() == 1) {
            return Collections.nCopies(axes, given.getFirst());
        }
        if (given.size() != axes) {
            throw call.malformed("has " + given.size() + " numbers as '" + name + "' for " + axes + " axes");
        }
        return given;
    }
}
