package dev.octet.engine.runtime.kernel;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.ValueType;
import dev.octet.engine.graph.ValueType.TensorType;
import dev.octet.engine.scheme.ElementType;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which kernels of ONNX Runtime's CPU provider work on integers.
 *
 * <p>Operators that compute are known by name (onnxruntime's ContribOperators.md, version 1.29). Those that only move data
 * (Transpose, Reshape, MaxPool and the like) work on what they are given, so that is followed from the nodes that quantize.
 */
public final class Kernels {

    private static final Set<String> INTEGER = Set.of(
            "ConvInteger",
            "MatMulInteger",
            "MatMulIntegerToFloat",
            "MatMulInteger16",
            "DynamicQuantizeMatMul",
            "DynamicQuantizeLSTM",
            "QGemm",
            "QAttention",
            "QEmbedLayerNormalization",
            "GatherBlockQuantized");

    /** Their result is floating-point or a 32-bit sum, no longer a quantized value. */
    private static final Set<String> INTEGER_TO_WIDE = Set.of(
            "ConvInteger",
            "MatMulInteger",
            "MatMulIntegerToFloat",
            "MatMulInteger16",
            "DynamicQuantizeMatMul",
            "DynamicQuantizeLSTM",
            "QAttention",
            "MatMulNBits",
            "GatherBlockQuantized");

    private static final Set<String> CONVERSION = Set.of("QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear");

    /** Operators that the runtime can fuse into an integer kernel, or run on integers as they are. */
    private static final Set<String> FUSIBLE = Set.of(
            "Conv",
            "FusedConv",
            "MatMul",
            "FusedMatMul",
            "Gemm",
            "FusedGemm",
            "Add",
            "Mul",
            "AveragePool",
            "GlobalAveragePool",
            "Sigmoid",
            "LeakyRelu",
            "Softmax",
            "Concat",
            "Where",
            "Relu",
            "Clip",
            "MaxPool",
            "Reshape",
            "Transpose",
            "Flatten",
            "Squeeze",
            "Unsqueeze",
            "Slice",
            "Gather",
            "Split",
            "Pad",
            "Resize",
            "Expand",
            "DepthToSpace",
            "SpaceToDepth",
            "Identity");

    /** Operators that give their elements another place or shape and nothing else. */
    private static final Set<String> MOVING = Set.of(
            "Reshape",
            "Transpose",
            "Flatten",
            "Squeeze",
            "Unsqueeze",
            "Slice",
            "Gather",
            "Split",
            "Expand",
            "DepthToSpace",
            "SpaceToDepth",
            "Identity");

    private Kernels() {}

    /** Whether the runtime has an integer kernel that {@code node}'s operator, quantized around, could become. */
    static boolean isFusible(Node node) {
        return FUSIBLE.contains(node.op());
    }

    /** Whether {@code node} is a convolution or a matrix product in floating point. */
    static boolean multiplies(Node node) {
        return switch (node.op()) {
            case "Conv", "ConvTranspose", "FusedConv", "Gemm", "FusedGemm", "MatMul", "FusedMatMul" -> true;
            default -> false;
        };
    }

    static boolean onlyMoves(Node node) {
        return MOVING.contains(node.op());
    }

    static boolean isConversion(Node node) {
        return CONVERSION.contains(node.op());
    }

    private static boolean computesOnIntegers(Node node) {
        return INTEGER.contains(node.op())
                || node.op().startsWith("QLinear")
                || (node.op().equals("MatMulNBits") && node.intAttribute("accuracy_level", 0) == 4);
    }

    /**
     * The kind of each node of {@code executed}.
     *
     * @param types what is known of a value's type by name; null where nothing is
     */
    public static IdentityHashMap<Node, Arithmetic> classify(
            Graph executed, Function<String, @Nullable ValueType> types) {
        Set<String> quantized = new HashSet<>();
        executed.inputs().stream()
                .filter(input -> isEightBit(input.type()))
                .forEach(input -> quantized.add(input.name()));
        for (Map.Entry<String, Tensor> constant : executed.initializers().entrySet()) {
            ElementType type = constant.getValue().type();
            if (type == ElementType.INT8 || type == ElementType.UINT8) {
                quantized.add(constant.getKey());
            }
        }
        IdentityHashMap<Node, Arithmetic> kinds = new IdentityHashMap<>();
        for (Node node : executed.nodes()) {
            kinds.put(node, classify(node, quantized, types));
        }
        return kinds;
    }

    private static Arithmetic classify(Node node, Set<String> quantized, Function<String, @Nullable ValueType> types) {
        if (isConversion(node)) {
            if (!node.op().equals("DequantizeLinear")) {
                quantized.add(node.output(0));
            }
            return Arithmetic.CONVERSION;
        }
        if (computesOnIntegers(node)) {
            if (!INTEGER_TO_WIDE.contains(node.op())) {
                quantized.addAll(node.outputs());
            }
            return Arithmetic.INTEGER;
        }
        if (quantized.contains(node.input(0))
                && node.subgraphs().isEmpty()
                && !node.op().equals("Cast")) {
            quantized.addAll(node.outputs());
            return Arithmetic.INTEGER;
        }
        List<String> outputs =
                node.outputs().stream().filter(output -> !output.isEmpty()).toList();
        boolean index = !outputs.isEmpty() && outputs.stream().allMatch(output -> isIndex(types.apply(output)));
        return index ? Arithmetic.INDEX : Arithmetic.FLOAT;
    }

    private static boolean isEightBit(ValueType type) {
        return type instanceof TensorType tensor
                && (tensor.element() == ElementType.INT8 || tensor.element() == ElementType.UINT8);
    }

    private static boolean isIndex(@Nullable ValueType type) {
        return type instanceof TensorType tensor
                && switch (tensor.element()) {
                    case INT32, INT64, UINT32, UINT64, BOOL, STRING -> true;
                    default -> false;
                };
    }
}
