package dev.octet.engine.torch.export.operator;

import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.torch.export.Aten;
import dev.octet.engine.torch.export.OnnxCall;
import dev.octet.engine.torch.export.Operand.OfTensor;
import dev.octet.engine.torch.export.Size;
import dev.octet.engine.torch.export.Translations;
import java.util.Optional;

/**
 * Quantizing and dequantizing, as PyTorch's {@code quantized_decomposed} library says it.
 *
 * <pre>
 * QuantizeLinear       quantize_per_tensor, quantize_per_channel
 * DequantizeLinear     dequantize_per_tensor, dequantize_per_channel
 * </pre>
 *
 * Values of 4 bits lie in bytes in both worlds; what ONNX says by a Clip of integers is said by {@code quant_min} and
 * {@code quant_max} there.
 */
final class Quantization {

    private static final String LIBRARY = "quantized_decomposed::";

    private Quantization() {}

    static void addTo(Translations translations) {
        translations.add("QuantizeLinear", Quantization::quantize).add("DequantizeLinear", Quantization::dequantize);
    }

    private static void quantize(OnnxCall call) {
        OfTensor input = call.tensor(0);
        Tensor scale = scale(call);
        ElementType type = call.constant(2)
                .map(Tensor::type)
                .orElseGet(() -> ElementType.ofOnnxCode((int) call.attribute("output_dtype", 0))
                        .orElse(ElementType.UINT8));
        Optional<Node> clip = call.onlyConsumer().filter(Quantization::isClip);
        IntegerBounds bounds = clip.flatMap(node -> clipped(call, node))
                .orElseGet(() -> IntegerBounds.of(type).orElseThrow(() -> noPlace(call, type)));
        OfTensor quantized =
                bounds.give(encoded(call, "quantize", input, scale), type).out(type, input.sizes());
        call.give(quantized);
        clip.filter(node -> clipped(call, node).isPresent())
                .ifPresent(node -> call.alsoGive(node.output(0), quantized));
    }

    private static void dequantize(OnnxCall call) {
        OfTensor input = call.tensor(0);
        Tensor scale = scale(call);
        IntegerBounds bounds = call.constant(0)
                .flatMap(weights -> IntegerBounds.of(weights, isSymmetric(call)))
                .or(() -> call.producer(0).filter(Quantization::isClip).flatMap(node -> clipped(call, node)))
                .or(() -> IntegerBounds.of(input.type()))
                .orElseThrow(() -> noPlace(call, input.type()));
        call.give(bounds.give(encoded(call, "dequantize", input, scale), input.type())
                .out(ElementType.FLOAT, input.sizes()));
    }

    private static EngineException noPlace(OnnxCall call, ElementType type) {
        return call.refuse("values of " + type + " have no place in PyTorch");
    }

    private static boolean isSymmetric(OnnxCall call) {
        return call.constant(2)
                .map(points -> {
                    for (long point : points.toLongs()) {
                        if (point != 0) {
                            return false;
                        }
                    }
                    return true;
                })
                .orElse(true);
    }

    private static Aten encoded(OnnxCall call, String what, OfTensor input, Tensor scale) {
        return scale.elements() == 1 ? perTensor(call, what, input, scale) : perChannel(call, what, input, scale);
    }

    private static Aten perTensor(OnnxCall call, String what, OfTensor input, Tensor scale) {
        return call.aten(LIBRARY + what + "_per_tensor.default")
                .tensor("input", input)
                .number("scale", scale.toFloats()[0])
                .whole(
                        "zero_point",
                        call.constant(2).map(point -> point.toLongs()[0]).orElse(0L));
    }

    private static Aten perChannel(OnnxCall call, String what, OfTensor input, Tensor scale) {
        int axis = call.axis(call.attribute("axis", 1), input.rank());
        Size channels = input.size(axis);
        if (scale.rank() != 1 || call.attribute("block_size", 0) != 0 || !channels.is(scale.elements())) {
            throw call.refuse("scales of shape " + scale + " along axis " + axis + " of " + input.rank());
        }
        long[] points = call.constant(2).map(Tensor::toLongs).orElseGet(() -> new long[(int) scale.elements()]);
        return call.aten(LIBRARY + what + "_per_channel.default")
                .tensor("input", input)
                .tensor("scales", call.tensor(1))
                .tensor("zero_points", call.wholes(zeroPoints(call), points))
                .whole("axis", axis);
    }

    private static String zeroPoints(OnnxCall call) {
        return call.has(2) ? call.node().input(2) : call.node().input(1) + "_zero_point";
    }

    private static Tensor scale(OnnxCall call) {
        return call.constant(1)
                .filter(scale -> scale.type() == ElementType.FLOAT)
                .filter(scale -> !call.has(2) || call.constant(2).isPresent())
                .orElseThrow(() -> call.refuse("scale and zero point are no constants in 32-bit floating point"));
    }

    private static boolean isClip(Node node) {
        return node.is("Clip") && node.hasInput(1) && node.hasInput(2);
    }

    private static Optional<IntegerBounds> clipped(OnnxCall call, Node clip) {
        Optional<Tensor> least = call.constant(clip.input(1));
        Optional<Tensor> most = call.constant(clip.input(2));
        return least.isPresent() && most.isPresent() && !least.get().type().isFloatingPoint()
                ? Optional.of(
                        new IntegerBounds(least.get().toLongs()[0], most.get().toLongs()[0]))
                : Optional.empty();
    }
}
