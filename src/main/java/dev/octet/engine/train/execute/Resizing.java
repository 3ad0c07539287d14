package dev.octet.engine.train.execute;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Resize of images, in the forms that libtorch knows. */
final class Resizing {

    private Resizing() {}

    static Tensor resize(Call call) {
        Tensor input = call.input(0);
        if (input.dim() != 4) {
            throw call.unsupported("resizes other than images of [N, C, H, W]");
        }
        long[] size = size(call, input);
        if (size[0] != input.size(0) || size[1] != input.size(1)) {
            throw call.unsupported("resizes batch or channels");
        }
        long[] space = {size[2], size[3]};
        String coordinates = call.node().stringAttribute("coordinate_transformation_mode", "half_pixel");
        return switch (call.node().stringAttribute("mode", "nearest")) {
            case "nearest" -> nearest(call, input, space, coordinates);
            case "linear" -> {
                boolean corners = coordinates.equals("align_corners");
                boolean known = corners
                        || coordinates.equals("half_pixel")
                        || (coordinates.equals("pytorch_half_pixel") && space[0] > 1 && space[1] > 1);
                if (!known) {
                    throw call.unsupported("interpolates with coordinates '" + coordinates + "'");
                }
                yield torch.upsample_bilinear2d(input, space, corners, new DoubleOptional(), new DoubleOptional());
            }
            default -> throw call.unsupported("resizes by '" + call.node().stringAttribute("mode", "") + "'");
        };
    }

    /** Counted from the front and rounded down, or any rounding where each pixel is repeated a whole number of times. */
    private static Tensor nearest(Call call, Tensor input, long[] space, String coordinates) {
        boolean whole = space[0] % input.size(2) == 0 && space[1] % input.size(3) == 0;
        String rounding = call.node().stringAttribute("nearest_mode", "round_prefer_floor");
        boolean asymmetric = coordinates.equals("asymmetric") && rounding.equals("floor");
        boolean repeated = whole && coordinates.equals("half_pixel") && rounding.startsWith("round");
        if (!asymmetric && !repeated) {
            throw call.unsupported("takes the nearest pixel by '" + coordinates + "' and '" + rounding + "'");
        }
        return torch.upsample_nearest2d(input, space, new DoubleOptional(), new DoubleOptional());
    }

    private static long[] size(Call call, Tensor input) {
        if (call.has(3) && call.input(3).numel() > 0) {
            return call.longs(3);
        }
        float[] scales = Tensors.floats(call.input(2));
        long[] size = new long[4];
        for (int i = 0; i < size.length; i++) {
            size[i] = (long) Math.floor(input.size(i) * (double) scales[i]);
        }
        return size;
    }
}
