package dev.octet.engine.algorithm.layer;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.rewrite.equalize.WeightLayout;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;

/**
 * What a layer multiplies its weights by, position by position: the patch under a Conv's kernel, the row that a MatMul reads.
 *
 * <p>A patch has the weights' order: input channels, then the kernel; padding is zeros. Convolutions over one and two dimensions.
 */
final class Patches {

    private final WeightLayout layout;
    private final boolean convolution;
    private final int[] kernel = {1, 1};
    private final int[] strides = {1, 1};
    private final int[] dilations = {1, 1};
    private final int[] before = {0, 0};
    private final int[] after = {0, 0};
    private final String autoPad;

    private Patches(WeightLayout layout, Node layer, Tensor weights) {
        this.layout = layout;
        this.convolution = layer.is("Conv");
        this.autoPad = layer.stringAttribute("auto_pad", "NOTSET");
        int dimensions = convolution ? weights.rank() - 2 : 0;
        List<Long> pads = layer.intsAttribute("pads", List.of());
        for (int d = 0; d < dimensions; d++) {
            int at = 2 - dimensions + d;
            kernel[at] = (int) weights.dim(2 + d);
            strides[at] = attribute(layer.intsAttribute("strides", List.of()), d, 1);
            dilations[at] = attribute(layer.intsAttribute("dilations", List.of()), d, 1);
            before[at] = attribute(pads, d, 0);
            after[at] = attribute(pads, dimensions + d, 0);
        }
    }

    /** The patches of {@code layer}; empty where it is no Conv over one or two dimensions, Gemm or MatMul with constant weights. */
    static Optional<Patches> of(Graph graph, Node layer) {
        return WeightLayout.of(graph, layer)
                .filter(_ -> !layer.is("Conv")
                        || graph.constant(layer.input(1)).orElseThrow().rank() <= 4)
                .map(layout -> new Patches(
                        layout, layer, graph.constant(layer.input(1)).orElseThrow()));
    }

    private static int attribute(List<Long> values, int i, int otherwise) {
        return i < values.size() ? Math.toIntExact(values.get(i)) : otherwise;
    }

    /** Length of a patch: all input channels times the kernel. */
    int width() {
        return layout.inputs() * layout.kernel();
    }

    /** Number of positions in one sample of a batch of {@code shape}. */
    int positions(long[] shape) {
        if (!convolution) {
            long each = 1;
            for (int i = 1; i < shape.length - 1; i++) {
                each = Math.multiplyExact(each, shape[i]);
            }
            return Math.toIntExact(each);
        }
        return outputs(shape, 0) * outputs(shape, 1);
    }

    private static int size(long[] shape, int dimension) {
        int at = shape.length - 2 + dimension;
        return at < 2 ? 1 : Math.toIntExact(shape[at]);
    }

    private int outputs(long[] shape, int dimension) {
        int size = size(shape, dimension);
        if (autoPad.startsWith("SAME")) {
            return Math.ceilDiv(size, strides[dimension]);
        }
        int pads = autoPad.equals("VALID") ? 0 : before[dimension] + after[dimension];
        return (size + pads - dilations[dimension] * (kernel[dimension] - 1) - 1) / strides[dimension] + 1;
    }

    private int padding(long[] shape, int dimension) {
        if (autoPad.equals("VALID")) {
            return 0;
        }
        if (!autoPad.startsWith("SAME")) {
            return before[dimension];
        }
        int reach = (outputs(shape, dimension) - 1) * strides[dimension]
                + dilations[dimension] * (kernel[dimension] - 1)
                + 1;
        int total = Math.max(0, reach - size(shape, dimension));
        return autoPad.equals("SAME_LOWER") ? total - total / 2 : total / 2;
    }

    /** Writes the patch at {@code position} of sample {@code sample} of a batch to {@code into}, from {@code at} on. */
    void copy(long[] shape, FloatBuffer values, int sample, int position, float[] into, int at) {
        int width = width();
        if (!convolution) {
            values.get((sample * positions(shape) + position) * width, into, at, width);
            return;
        }
        int height = size(shape, 0);
        int length = size(shape, 1);
        int columns = outputs(shape, 1);
        int top = position / columns * strides[0] - padding(shape, 0);
        int left = position % columns * strides[1] - padding(shape, 1);
        int to = at;
        for (int c = 0; c < layout.inputs(); c++) {
            int plane = (sample * layout.inputs() + c) * height * length;
            for (int i = 0; i < kernel[0]; i++) {
                int y = top + i * dilations[0];
                for (int j = 0; j < kernel[1]; j++) {
                    int x = left + j * dilations[1];
                    boolean inside = y >= 0 && y < height && x >= 0 && x < length;
                    into[to++] = inside ? values.get(plane + y * length + x) : 0;
                }
            }
        }
    }
}
