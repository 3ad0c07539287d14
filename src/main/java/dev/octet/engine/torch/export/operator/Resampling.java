package dev.octet.engine.torch.export.operator;

import dev.octet.engine.graph.Tensor;
import dev.octet.engine.torch.export.Aten;
import dev.octet.engine.torch.export.OnnxCall;
import dev.octet.engine.torch.export.Operand.OfTensor;
import dev.octet.engine.torch.export.Size;
import dev.octet.engine.torch.export.Translations;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** More or fewer elements along the axes of images: resizing, padding, channels to and from space. */
final class Resampling {

    private Resampling() {}

    static void addTo(Translations translations) {
        translations
                .add("Resize", Resampling::resize)
                .add("Pad", Resampling::pad)
                .add("DepthToSpace", Resampling::depthToSpace)
                .add("SpaceToDepth", Resampling::spaceToDepth);
    }

    private static void resize(OnnxCall call) {
        OfTensor input = call.tensor(0);
        int axes = input.rank() - 2;
        if (axes < 1 || axes > 3 || call.node().attributes().containsKey("axes")) {
            throw call.refuse("an input of rank " + input.rank() + ", or chosen axes");
        }
        List<Double> scales = scales(call, input);
        List<Size> sizes = new ArrayList<>(input.sizes().subList(0, 2));
        for (int i = 0; i < axes; i++) {
            sizes.add(scales.isEmpty() ? call.sizes(3).get(i + 2) : scaled(call, input.size(i + 2), scales.get(i)));
        }
        String name = operator(call, axes);
        Aten aten = call.aten(name + ".vec").tensor("input", input);
        if (scales.isEmpty()) {
            aten.sizes("output_size", sizes.subList(2, sizes.size()));
        } else {
            aten.none("output_size");
        }
        if (!name.contains("nearest")) {
            aten.flag("align_corners", transformation(call).equals("align_corners"));
        }
        if (scales.isEmpty()) {
            aten.none("scale_factors");
        } else {
            aten.numbers("scale_factors", scales);
        }
        call.give(aten.out(input.type(), sizes));
    }

    /** Factors of the spatial axes; none where sizes are given. */
    private static List<Double> scales(OnnxCall call, OfTensor input) {
        if (call.has(3)) {
            return List.of();
        }
        Tensor scales = call.constant(2)
                .filter(tensor -> tensor.elements() == input.rank())
                .orElseThrow(() -> call.refuse("factors that are computed"));
        float[] factors = scales.toFloats();
        if (factors[0] != 1 || factors[1] != 1) {
            throw call.refuse("factors of batch or channels");
        }
        return IntStream.range(2, factors.length)
                .mapToObj(i -> (double) factors[i])
                .toList();
    }

    private static Size scaled(OnnxCall call, Size size, double factor) {
        if (size.isKnown()) {
            return Size.of((long) Math.floor(size.known() * factor));
        }
        if (factor == Math.rint(factor)) {
            return size.times(Size.of((long) factor));
        }
        long inverse = Math.round(1 / factor);
        if (inverse > 1 && 1.0 / inverse == factor) {
            return size.dividedBy(Size.of(inverse));
        }
        throw call.refuse("the factor " + factor + " of a size that depends on the inputs");
    }

    private static String transformation(OnnxCall call) {
        return call.node().stringAttribute("coordinate_transformation_mode", "half_pixel");
    }

    private static String operator(OnnxCall call, int axes) {
        String mode = call.node().stringAttribute("mode", "nearest");
        String places = transformation(call);
        String rounding = call.node().stringAttribute("nearest_mode", "round_prefer_floor");
        boolean centred = places.equals("half_pixel") || places.equals("pytorch_half_pixel");
        if (mode.equals("nearest") && places.equals("asymmetric") && rounding.equals("floor")) {
            return "upsample_nearest" + axes + "d";
        }
        if (mode.equals("nearest") && centred && rounding.equals("round_prefer_ceil")) {
            return "_upsample_nearest_exact" + axes + "d";
        }
        boolean antialias = call.attribute("antialias", 0) != 0;
        if (mode.equals("linear") && (centred || places.equals("align_corners")) && !antialias) {
            return axes == 1 ? "upsample_linear1d" : axes == 2 ? "upsample_bilinear2d" : "upsample_trilinear3d";
        }
        float a = call.node().floatAttribute("cubic_coeff_a", -0.75f);
        if (mode.equals("cubic")
                && axes == 2
                && (centred || places.equals("align_corners"))
                && a == -0.75f
                && !antialias) {
            return "upsample_bicubic2d";
        }
        throw call.refuse("resizing by " + mode + " at " + places + " places, rounded by " + rounding
                + ", which PyTorch does not do");
    }

    private static void pad(OnnxCall call) {
        OfTensor input = call.tensor(0);
        int rank = input.rank();
        List<Size> given = call.sizes(1);
        List<Long> axes = call.has(3)
                ? call.integers(3)
                : IntStream.range(0, rank).mapToObj(i -> (long) i).toList();
        List<Size> before = new ArrayList<>(Collections.nCopies(rank, Size.of(0)));
        List<Size> after = new ArrayList<>(before);
        for (int i = 0; i < axes.size(); i++) {
            int axis = call.axis(axes.get(i), rank);
            before.set(axis, given.get(i));
            after.set(axis, given.get(i + axes.size()));
        }
        int first = 0;
        while (first < rank && before.get(first).is(0) && after.get(first).is(0)) {
            first++;
        }
        List<Size> pads = new ArrayList<>();
        List<Size> sizes = new ArrayList<>(input.sizes());
        for (int i = rank - 1; i >= first; i--) {
            pads.add(before.get(i));
            pads.add(after.get(i));
            sizes.set(i, input.size(i).plus(before.get(i)).plus(after.get(i)));
        }
        String mode = call.node().stringAttribute("mode", "constant");
        if (first == rank) {
            call.give(input);
            return;
        }
        Aten aten = call.aten(mode.equals("constant") ? "constant_pad_nd.default" : "pad.default")
                .tensor("self", input)
                .sizes("pad", pads);
        if (mode.equals("constant")) {
            double value = call.has(2) ? call.number(2).orElseThrow(() -> call.refuse("a value that is computed")) : 0;
            if (input.type().isFloatingPoint()) {
                aten.number("value", value);
            } else {
                aten.whole("value", (long) value);
            }
        } else {
            aten.text(
                    "mode",
                    switch (mode) {
                        case "reflect" -> "reflect";
                        case "edge" -> "replicate";
                        case "wrap" -> "circular";
                        default -> throw call.refuse("padding by '" + mode + "'");
                    });
        }
        call.give(aten.out(input.type(), sizes));
    }

    private static void depthToSpace(OnnxCall call) {
        OfTensor input = call.tensor(0);
        Size block = Size.of(call.attribute("blocksize", 1));
        Size channels = input.size(1).dividedBy(block.times(block));
        List<Size> sizes = List.of(
                input.size(0),
                channels,
                input.size(2).times(block),
                input.size(3).times(block));
        if (call.node().stringAttribute("mode", "DCR").equals("CRD")) {
            call.give(call.aten("pixel_shuffle.default")
                    .tensor("self", input)
                    .whole("upscale_factor", block.known())
                    .out(input.type(), sizes));
            return;
        }
        OfTensor split = Views.reshaped(
                call, input, List.of(input.size(0), block, block, channels, input.size(2), input.size(3)));
        OfTensor turned = Views.permuted(call, split, List.of(0L, 3L, 4L, 1L, 5L, 2L));
        call.give(Views.reshaped(call, turned, sizes));
    }

    private static void spaceToDepth(OnnxCall call) {
        OfTensor input = call.tensor(0);
        Size block = Size.of(call.attribute("blocksize", 1));
        Size height = input.size(2).dividedBy(block);
        Size width = input.size(3).dividedBy(block);
        OfTensor split =
                Views.reshaped(call, input, List.of(input.size(0), input.size(1), height, block, width, block));
        OfTensor turned = Views.permuted(call, split, List.of(0L, 3L, 5L, 1L, 2L, 4L));
        call.give(Views.reshaped(
                call, turned, List.of(input.size(0), input.size(1).times(block).times(block), height, width)));
    }
}
