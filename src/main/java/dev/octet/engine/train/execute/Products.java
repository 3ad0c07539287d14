package dev.octet.engine.train.execute;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Operators that multiply and add up: convolutions and matrix products. */
final class Products {

    private Products() {}

    static Tensor conv(Call call) {
        Tensor weights = call.input(1);
        int spatial = Math.toIntExact(weights.dim()) - 2;
        Window window = Window.of(call, call.input(0), spatial, kernel(weights));
        Tensor input = window.isSymmetric() ? call.input(0) : window.padded(call.input(0), 0);
        return torch.convolution(
                input,
                weights,
                call.optional(2),
                window.strides(),
                window.isSymmetric() ? window.before() : new long[spatial],
                window.dilations(),
                false,
                new long[spatial],
                call.node().intAttribute("group", 1));
    }

    static Tensor convTranspose(Call call) {
        Tensor weights = call.input(1);
        int spatial = Math.toIntExact(weights.dim()) - 2;
        if (!call.node().stringAttribute("auto_pad", "NOTSET").equals("NOTSET")
                || !call.node()
                        .intsAttribute("output_shape", java.util.List.of())
                        .isEmpty()) {
            throw call.unsupported("has auto_pad or output_shape instead of pads");
        }
        Window window = Window.of(call, call.input(0), spatial, kernel(weights));
        if (!window.isSymmetric()) {
            throw call.unsupported("is padded differently at its two ends");
        }
        return torch.convolution(
                call.input(0),
                weights,
                call.optional(2),
                window.strides(),
                window.before(),
                window.dilations(),
                true,
                call.ints("output_padding", spatial, 0),
                call.node().intAttribute("group", 1));
    }

    private static long[] kernel(Tensor weights) {
        long[] shape = weights.shape();
        return java.util.Arrays.copyOfRange(shape, 2, shape.length);
    }

    static Tensor matMul(Call call) {
        return torch.matmul(call.input(0), call.input(1));
    }

    /** {@code alpha * A' * B' + beta * C}. */
    static Tensor gemm(Call call) {
        Tensor a = call.node().intAttribute("transA", 0) != 0 ? call.input(0).t() : call.input(0);
        boolean transposed = call.node().intAttribute("transB", 0) != 0;
        float alpha = call.node().floatAttribute("alpha", 1);
        float beta = call.node().floatAttribute("beta", 1);
        boolean plain =
                alpha == 1 && beta == 1 && (!call.has(2) || call.input(2).dim() == 1);
        if (plain) {
            Tensor rows = transposed ? call.input(1) : call.input(1).t();
            boolean fits = !call.has(2) || call.input(2).numel() == rows.size(0);
            if (fits) {
                return torch.linear(a, rows, call.has(2) ? new TensorOptional(call.input(2)) : new TensorOptional());
            }
        }
        Tensor b = transposed ? call.input(1).t() : call.input(1);
        Tensor product = torch.matmul(a, b).mul(new Scalar(alpha));
        return call.has(2) ? product.add(call.input(2).mul(new Scalar(beta))) : product;
    }
}
