package dev.octet.engine.plan;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import java.util.List;

/**
 * Costs from shapes alone: what is known before anything was measured.
 *
 * <p>Nanoseconds for one multiply-accumulate or element on one thread, rounded from profiles of ResNet-20, MobileNetV1-0.25 and
 * MobileNetV3-small in ONNX Runtime 1.29 on a processor with AVX512-VNNI. Only their proportions matter.
 */
public final class AnalyticCosts implements CostModel {

    private static final double FLOAT_MAC = 0.016;
    private static final double INT8_MAC = 0.006;
    private static final double FLOAT_DEPTHWISE_MAC = 0.10;
    private static final double INT8_DEPTHWISE_MAC = 0.09;
    private static final double FLOAT_ELEMENT = 0.15;
    private static final double INT8_ELEMENT = 0.12;
    private static final double FLOAT_FUNCTION_ELEMENT = 1.0;
    private static final double INT8_FUNCTION_ELEMENT = 0.4;
    private static final double QUANTIZE_ELEMENT = 0.12;
    private static final double DEQUANTIZE_ELEMENT = 0.10;
    private static final double CALL = 1_500;

    private final Work work;

    public AnalyticCosts(Graph graph) {
        this.work = new Work(graph);
    }

    @Override
    public double floatNanos(Node node) {
        return switch (node.op()) {
            case "Conv" -> work.macs(node) * (isDepthwise(node) ? FLOAT_DEPTHWISE_MAC : FLOAT_MAC) + CALL;
            case "Gemm", "MatMul" -> work.macs(node) * FLOAT_MAC + CALL;
            case "Relu", "Clip", "Reshape", "Flatten", "Squeeze", "Unsqueeze" -> 0;
            case "Sigmoid", "Softmax" -> largest(node) * FLOAT_FUNCTION_ELEMENT + CALL;
            default -> largest(node) * FLOAT_ELEMENT + CALL;
        };
    }

    @Override
    public double int8Nanos(Node node) {
        return switch (node.op()) {
            case "Conv" -> work.macs(node) * (isDepthwise(node) ? INT8_DEPTHWISE_MAC : INT8_MAC) + CALL;
            case "Gemm", "MatMul" -> work.macs(node) * INT8_MAC + CALL;
            case "Relu", "Clip", "Reshape", "Flatten", "Squeeze", "Unsqueeze" -> 0;
            case "Sigmoid", "Softmax" -> largest(node) * INT8_FUNCTION_ELEMENT + CALL;
            default -> largest(node) * INT8_ELEMENT + CALL;
        };
    }

    @Override
    public double quantizeNanos(String value) {
        return work.elements(value) * QUANTIZE_ELEMENT + CALL;
    }

    @Override
    public double dequantizeNanos(String value) {
        return work.elements(value) * DEQUANTIZE_ELEMENT + CALL;
    }

    private boolean isDepthwise(Node conv) {
        return conv.intAttribute("group", 1) > 1 && work.channelsPerGroup(conv) <= 4;
    }

    private long largest(Node node) {
        return List.of(node.output(0), node.input(0)).stream()
                .mapToLong(work::elements)
                .max()
                .orElse(0);
    }
}
