package dev.octet.engine.plan;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;

/**
 * Costs from shapes alone: what is known before anything was measured.
 *
 * <p>Nanoseconds on one thread at batch 1, fitted to profiles of ResNet-20, MobileNetV1-0.25 and MobileNetV3-small in ONNX Runtime
 * 1.29 on a processor with AVX512-VNNI. A dense convolution's cost for one multiply-accumulate falls with the length of its sums, and its
 * integer kernel gathers patches of fewer than eight channels value by value. A depthwise one costs by outputs in floating point, by
 * multiply-accumulates on integers, where channels beyond a multiple of sixteen are slow.
 * Only the proportions matter.
 */
public final class AnalyticCosts implements CostModel {

    private static final double CALL = 3_000;
    private static final double FLOAT_ELEMENT = 0.15;
    private static final double INT8_ELEMENT = 0.12;
    private static final double FLOAT_FUNCTION_ELEMENT = 1.0;
    private static final double INT8_FUNCTION_ELEMENT = 0.4;
    private static final double QUANTIZE_ELEMENT = 0.12;
    private static final double DEQUANTIZE_ELEMENT = 0.10;
    private static final double GATHERED_ELEMENT = 0.75;
    private static final int FEWEST_CHANNELS = 8;
    private static final double INT8_PRODUCT_ELEMENT = 0.26;
    private static final double SPREAD_PRODUCT = 24;

    /** Taps of a kernel of 3 by 3. */
    private static final int SMALL_KERNEL = 9;

    /** Channels that the integer depthwise kernel takes at a time; those that are left over go one by one. */
    private static final double VECTOR = 16;

    private final Work work;

    public AnalyticCosts(Graph graph) {
        this.work = new Work(graph);
    }

    @Override
    public double floatNanos(Node node) {
        return switch (node.op()) {
            case "Conv" ->
                CALL
                        + (isDepthwise(node)
                                ? work.elements(node.output(0)) * floatDepthwiseElement(node)
                                : work.macs(node) * (0.018 + 0.4 / work.sumLength(node)));
            case "Gemm", "MatMul" -> CALL + work.macs(node) * 0.018;
            case "Relu", "Clip", "Reshape", "Flatten", "Squeeze", "Unsqueeze" -> 0;
            case "Sigmoid", "Softmax" -> CALL + largest(node) * FLOAT_FUNCTION_ELEMENT;
            default -> CALL + largest(node) * FLOAT_ELEMENT;
        };
    }

    @Override
    public double int8Nanos(Node node) {
        return switch (node.op()) {
            case "Conv" -> CALL + work.macs(node) * int8Mac(node);
            case "Gemm", "MatMul" -> CALL + work.macs(node) * 0.006;
            case "Relu", "Clip", "Reshape", "Flatten", "Squeeze", "Unsqueeze" -> 0;
            case "Sigmoid", "Softmax" -> CALL + largest(node) * INT8_FUNCTION_ELEMENT;
            case "Mul" -> CALL + largest(node) * int8Product(node);
            default -> CALL + largest(node) * INT8_ELEMENT;
        };
    }

    /** A vector of outputs at a time: what it takes hardly grows with the kernel. */
    private double floatDepthwiseElement(Node conv) {
        return 0.36 + 3.6 / channels(conv) + 0.006 * Math.max(0, work.sumLength(conv) - SMALL_KERNEL);
    }

    /** Channels come first, then the place: a factor for each channel is walked anew at each place. */
    private double int8Product(Node mul) {
        long smaller = Math.min(work.elements(mul.input(0)), work.elements(mul.input(1)));
        boolean spread = smaller > 1 && smaller < largest(mul);
        return INT8_PRODUCT_ELEMENT + (spread ? SPREAD_PRODUCT / smaller : 0);
    }

    private double int8Mac(Node conv) {
        if (isDepthwise(conv)) {
            double tail = channels(conv) % VECTOR / channels(conv);
            return (work.sumLength(conv) > SMALL_KERNEL ? 0.07 : 0.055) + 0.7 / channels(conv) + 0.2 * tail;
        }
        boolean gathers =
                work.channelsPerGroup(conv) < FEWEST_CHANNELS && work.sumLength(conv) > work.channelsPerGroup(conv);
        return 0.006 + 0.18 / work.sumLength(conv) + (gathers ? GATHERED_ELEMENT / channels(conv) : 0);
    }

    @Override
    public double quantizeNanos(String value) {
        return CALL + work.elements(value) * QUANTIZE_ELEMENT;
    }

    @Override
    public double dequantizeNanos(String value) {
        return CALL + work.elements(value) * DEQUANTIZE_ELEMENT;
    }

    private boolean isDepthwise(Node conv) {
        return conv.intAttribute("group", 1) > 1 && work.channelsPerGroup(conv) <= 4;
    }

    private double channels(Node conv) {
        return work.outputChannels(conv);
    }

    private long largest(Node node) {
        return Math.max(work.elements(node.output(0)), work.elements(node.input(0)));
    }
}
