package dev.octet.engine.rewrite;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.plan.QuantizationPlan;
import dev.octet.engine.plan.WeightAxis;
import dev.octet.engine.scheme.Encoding;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Computes in plain Java, in double precision, what a plan says: the float graph with every encoded value rounded to its encoding.
 *
 * <p>Knows nothing of how a plan is written into a file. Convolutions of one and two dimensions, Gemm, MatMul, Relu, Add, Tanh.
 */
final class FakeQuantization {

    private static final class Array {
        final double[] values;
        final long[] dims;

        Array(double[] values, long[] dims) {
            this.values = values;
            this.dims = dims;
        }

        int dim(int axis) {
            return (int) dims[axis];
        }
    }

    private final Uses uses;
    private final QuantizationPlan plan;
    private final Map<String, Array> values = new HashMap<>();

    private FakeQuantization(Graph graph, QuantizationPlan plan) {
        this.uses = Uses.of(graph);
        this.plan = plan;
    }

    /** The value {@code output} for {@code inputs}. */
    static double[] run(Graph graph, QuantizationPlan plan, Map<String, Tensor> inputs, String output) {
        FakeQuantization run = new FakeQuantization(graph, plan);
        graph.initializers().forEach((name, tensor) -> {
            if (tensor.type().isFloatingPoint()) {
                run.values.put(name, array(tensor));
            }
        });
        inputs.forEach((name, tensor) -> run.values.put(name, array(tensor)));
        graph.nodes().forEach(run::compute);
        return run.values.get(output).values;
    }

    private static Array array(Tensor tensor) {
        float[] floats = tensor.toFloats();
        return new Array(
                IntStream.range(0, floats.length).mapToDouble(i -> floats[i]).toArray(), tensor.dims());
    }

    private void compute(Node node) {
        Array x = activation(node, 0);
        Array y = switch (node.op()) {
            case "Conv" -> conv(node, x, weights(node), bias(node));
            case "Gemm" -> gemm(node, x, weights(node), bias(node));
            case "MatMul" -> product(x, weights(node), false, null);
            case "Relu" -> map(x, v -> Math.max(0, v));
            case "Tanh" -> map(x, Math::tanh);
            case "Add" -> add(x, activation(node, 1));
            default -> throw new IllegalArgumentException(node.op());
        };
        Optional<Encoding> encoding = plan.activation(node.output(0));
        boolean written = plan.placement().isQuantized(node)
                && uses.consumers(node.output(0)).stream().noneMatch(plan.placement()::isFused);
        values.put(node.output(0), written && encoding.isPresent() ? rounded(y, encoding.get()) : y);
    }

    private Array activation(Node node, int i) {
        Array raw = values.get(node.input(i));
        Optional<Encoding> encoding = plan.activation(node.input(i));
        boolean taken = plan.placement().isQuantized(node)
                && plan.placement().rule(node).activations().contains(i);
        return taken && encoding.isPresent() ? rounded(raw, encoding.get()) : raw;
    }

    private static Array rounded(Array x, Encoding encoding) {
        return map(x, v -> encoding.dequantize(encoding.quantize((float) v, 0), 0));
    }

    private Array weights(Node node) {
        Array raw = values.get(node.input(1));
        Optional<Encoding> encoding = plan.weight(node);
        if (encoding.isEmpty()) {
            return raw;
        }
        int inner = 1;
        int axis = WeightAxis.of(node);
        for (int i = axis + 1; i < raw.dims.length; i++) {
            inner *= raw.dim(i);
        }
        double[] out = new double[raw.values.length];
        for (int i = 0; i < out.length; i++) {
            int c = i / inner % raw.dim(axis);
            out[i] = encoding.get().dequantize(encoding.get().quantize((float) raw.values[i], c), c);
        }
        return new Array(out, raw.dims);
    }

    private double[] bias(Node node) {
        if (!node.hasInput(2)) {
            return null;
        }
        double[] raw = values.get(node.input(2)).values;
        Optional<Encoding> input = plan.activation(node.input(0));
        Optional<Encoding> weight = plan.weight(node);
        if (input.isEmpty() || weight.isEmpty()) {
            return raw;
        }
        double[] out = new double[raw.length];
        for (int c = 0; c < out.length; c++) {
            double scale = (double) input.get().scale(0) * weight.get().scale(c);
            out[c] = Math.rint(raw[c] / scale) * scale;
        }
        return out;
    }

    private static Array conv(Node node, Array x, Array w, double[] bias) {
        boolean flat = x.dims.length == 3;
        List<Long> ones = flat ? List.of(1L) : List.of(1L, 1L);
        List<Long> strides = node.intsAttribute("strides", ones);
        List<Long> pads = node.intsAttribute("pads", flat ? List.of(0L, 0L) : List.of(0L, 0L, 0L, 0L));
        int group = (int) node.intAttribute("group", 1);
        int n = x.dim(0);
        int cin = x.dim(1);
        int h = flat ? 1 : x.dim(2);
        int wide = x.dim(flat ? 2 : 3);
        int kh = flat ? 1 : w.dim(2);
        int kw = w.dim(flat ? 2 : 3);
        int cout = w.dim(0);
        int sh = flat ? 1 : strides.get(0).intValue();
        int sw = strides.getLast().intValue();
        int top = flat ? 0 : pads.get(0).intValue();
        int bottom = flat ? 0 : pads.get(2).intValue();
        int left = pads.get(flat ? 0 : 1).intValue();
        int right = pads.get(flat ? 1 : 3).intValue();
        int oh = (h + top + bottom - kh) / sh + 1;
        int ow = (wide + left + right - kw) / sw + 1;
        double[] out = new double[n * cout * oh * ow];
        int perGroup = cin / group;
        for (int at = 0; at < out.length; at++) {
            int ox = at % ow;
            int oy = at / ow % oh;
            int oc = at / (ow * oh) % cout;
            int sample = at / (ow * oh * cout);
            double sum = bias == null ? 0 : bias[oc];
            for (int ic = 0; ic < perGroup; ic++) {
                int channel = oc / (cout / group) * perGroup + ic;
                for (int ky = 0; ky < kh; ky++) {
                    for (int kx = 0; kx < kw; kx++) {
                        int iy = oy * sh - top + ky;
                        int ix = ox * sw - left + kx;
                        if (iy >= 0 && iy < h && ix >= 0 && ix < wide) {
                            sum += x.values[((sample * cin + channel) * h + iy) * wide + ix]
                                    * w.values[((oc * perGroup + ic) * kh + ky) * kw + kx];
                        }
                    }
                }
            }
            out[at] = sum;
        }
        return new Array(out, flat ? new long[] {n, cout, ow} : new long[] {n, cout, oh, ow});
    }

    private static Array gemm(Node node, Array x, Array w, double[] bias) {
        return product(x, w, node.intAttribute("transB", 0) != 0, bias);
    }

    private static Array product(Array x, Array w, boolean transposed, double[] bias) {
        int inner = x.dim(x.dims.length - 1);
        int columns = w.dim(transposed ? 0 : 1);
        int rows = x.values.length / inner;
        double[] out = new double[rows * columns];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                double sum = bias == null ? 0 : bias[c];
                for (int k = 0; k < inner; k++) {
                    sum += x.values[r * inner + k] * w.values[transposed ? c * inner + k : k * columns + c];
                }
                out[r * columns + c] = sum;
            }
        }
        long[] dims = x.dims.clone();
        dims[dims.length - 1] = columns;
        return new Array(out, dims);
    }

    private static Array add(Array a, Array b) {
        return new Array(
                IntStream.range(0, a.values.length)
                        .mapToDouble(i -> a.values[i] + b.values[i])
                        .toArray(),
                a.dims);
    }

    private static Array map(Array x, java.util.function.DoubleUnaryOperator f) {
        return new Array(java.util.Arrays.stream(x.values).map(f).toArray(), x.dims);
    }
}
