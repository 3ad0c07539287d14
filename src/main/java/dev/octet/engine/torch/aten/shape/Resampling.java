package dev.octet.engine.torch.aten.shape;

import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.torch.aten.math.Numbers;
import dev.octet.engine.torch.lower.Call;
import dev.octet.engine.torch.lower.Operand;
import dev.octet.engine.torch.lower.Operators;
import dev.octet.engine.torch.lower.Step;
import dev.octet.engine.torch.program.Argument;
import dev.octet.engine.torch.program.Length;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Images made larger, smaller, padded, or their channels moved into space. */
public final class Resampling {

    private Resampling() {}

    public static void addTo(Operators operators) {
        operators
                .add("upsample_nearest1d upsample_nearest2d upsample_nearest3d", call -> resize(call, "nearest"))
                .add("_upsample_nearest_exact1d _upsample_nearest_exact2d", Resampling::exactly)
                .add("upsample_linear1d upsample_bilinear2d upsample_trilinear3d", call -> resize(call, "linear"))
                .add("upsample_bicubic2d", call -> resize(call, "cubic"))
                .add("pixel_shuffle", Resampling::pixelShuffle)
                .add("pixel_unshuffle", Resampling::pixelUnshuffle)
                .add("channel_shuffle", Resampling::channelShuffle)
                .add("pad", Resampling::pad)
                .add("constant_pad_nd", call -> padded(call, "constant"))
                .add("reflection_pad1d reflection_pad2d reflection_pad3d", call -> padded(call, "reflect"))
                .add("replication_pad1d replication_pad2d replication_pad3d", call -> padded(call, "edge"));
    }

    private static void exactly(Call call) {
        Operand input = input(call);
        call.give(sized(call, call.op("Resize", sizes(call, input)), "nearest")
                .with("coordinate_transformation_mode", "half_pixel")
                .with("nearest_mode", "round_prefer_ceil")
                .out());
    }

    private static void resize(Call call, String mode) {
        Operand input = input(call);
        boolean corners = call.flag("align_corners", false);
        Step step = sized(call, call.op("Resize", sizes(call, input)), mode);
        if (mode.equals("nearest")) {
            step.with("coordinate_transformation_mode", "asymmetric").with("nearest_mode", "floor");
        } else {
            step.with("coordinate_transformation_mode", corners ? "align_corners" : "half_pixel");
        }
        if (mode.equals("cubic")) {
            step.with("cubic_coeff_a", -0.75);
        }
        call.give(step.out());
    }

    private static Operand input(Call call) {
        return call.tensor(call.has("input") ? "input" : "self");
    }

    private static Step sized(Call call, Step step, String mode) {
        call.ignore("output_size", "scale_factors", "scale_factor", "scales", "scales_h", "scales_w", "scales_d");
        return step.with("mode", mode);
    }

    /** Inputs of Resize: by scale where one is given and the size depends on the inputs, else by size. */
    private static List<String> sizes(Call call, Operand input) {
        int spatial = input.rank() - 2;
        List<Double> factors = factors(call);
        boolean known = IntStream.range(2, input.rank())
                .allMatch(i -> call.result().dims().get(i).isKnown());
        if (!known && factors.size() == spatial) {
            List<String> scales = new ArrayList<>();
            scales.add(call.filled(1, ElementType.FLOAT, 2));
            factors.forEach(factor -> scales.add(call.filled(factor, ElementType.FLOAT, 1)));
            return List.of(
                    input.value(), "", call.op("Concat", scales).with("axis", 0).out());
        }
        String shape = known
                ? call.longs(call.result().dims().subList(2, input.rank()).stream()
                        .mapToLong(dim -> dim.size())
                        .toArray())
                : Shaping.list(call, call.lengths("output_size"));
        String front = call.op("Shape", input.value()).with("end", 2).out();
        String sizes = input.size(0) >= 0 && input.size(1) >= 0
                ? call.op("Concat", call.longs(input.size(0), input.size(1)), shape)
                        .with("axis", 0)
                        .out()
                : call.op("Concat", front, shape).with("axis", 0).out();
        return List.of(input.value(), "", "", sizes);
    }

    private static List<Double> factors(Call call) {
        return switch (call.argument("scale_factors")) {
            case Argument.OfNumbers(List<Double> values) -> values;
            case Argument.OfLengths(List<Length> values) ->
                values.stream()
                        .map(value -> value instanceof Length.Fixed(long fixed) ? (double) fixed : Double.NaN)
                        .toList();
            default -> List.of();
        };
    }

    private static void pixelShuffle(Call call) {
        Operand input = call.tensor("self");
        requireImages(call, input);
        call.give(call.op("DepthToSpace", input.value())
                .with("blocksize", call.integer("upscale_factor"))
                .with("mode", "CRD")
                .out());
    }

    private static void pixelUnshuffle(Call call) {
        Operand input = call.tensor("self");
        requireImages(call, input);
        long r = call.integer("downscale_factor");
        long channels = input.size(1);
        long height = input.size(2);
        long width = input.size(3);
        if (height < 0 || width < 0) {
            throw call.refuse("sizes that depend on the inputs");
        }
        String split = call.op("Reshape", input.value(), call.longs(0, channels, height / r, r, width / r, r))
                .out();
        String turned = call.op("Transpose", split)
                .with("perm", List.of(0L, 1L, 3L, 5L, 2L, 4L))
                .out();
        call.give(call.op("Reshape", turned, call.longs(0, channels * r * r, height / r, width / r))
                .out());
    }

    private static void channelShuffle(Call call) {
        Operand input = call.tensor("self");
        requireImages(call, input);
        long groups = call.integer("groups");
        String split = call.op("Reshape", input.value(), call.longs(0, groups, -1, input.size(2), input.size(3)))
                .out();
        String turned = call.op("Transpose", split)
                .with("perm", List.of(0L, 2L, 1L, 3L, 4L))
                .out();
        call.give(call.op("Reshape", turned, call.longs(0, input.size(1), input.size(2), input.size(3)))
                .out());
    }

    private static void requireImages(Call call, Operand input) {
        if (input.rank() != 4 || input.size(1) < 0) {
            throw call.refuse("an input of rank " + input.rank() + "; batches of images can be imported");
        }
    }

    private static void pad(Call call) {
        padded(
                call,
                switch (call.text("mode", "constant")) {
                    case "constant" -> "constant";
                    case "reflect" -> "reflect";
                    case "replicate" -> "edge";
                    case "circular" -> "wrap";
                    default -> throw call.malformed("pads in no known way");
                });
    }

    /** PyTorch names pads from the last axis on, before and after it; ONNX takes all before, then all after. */
    private static void padded(Call call, String mode) {
        Operand input = call.tensor("self");
        List<Length> pads = call.lengths(call.has("pad") ? "pad" : "padding");
        int axes = pads.size() / 2;
        if (pads.size() % 2 != 0 || axes > input.rank()) {
            throw call.malformed("has " + pads.size() + " pads");
        }
        List<Length> ordered = new ArrayList<>();
        for (int side = 0; side < 2; side++) {
            for (int i = axes - 1; i >= 0; i--) {
                ordered.add(pads.get(2 * i + side));
            }
        }
        List<Long> on = IntStream.range(input.rank() - axes, input.rank())
                .mapToObj(i -> (long) i)
                .toList();
        String value = call.has("value") ? Numbers.as(call, "value", input.type()) : "";
        call.give(call.op(
                        "Pad",
                        input.value(),
                        Shaping.list(call, ordered),
                        mode.equals("constant") ? value : "",
                        call.longs(on))
                .with("mode", mode)
                .out());
    }
}
