package dev.octet.engine.rewrite;

import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Channels;
import dev.octet.engine.graph.GraphEditor;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.Encoding;
import dev.octet.engine.scheme.QuantType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Constants of a quantized graph: integer weights and biases, scales, zero points; each stored once. */
final class QuantizedConstants {

    private record Key(String value, Encoding encoding) {}

    private record Stored(String quantized, String scale, String zeroPoint) {}

    private final GraphEditor editor;
    private final Map<Key, Stored> weights = new HashMap<>();
    private final Map<Key, Stored> tables = new HashMap<>();
    private final Map<Key, Stored> parameters = new HashMap<>();
    private final Map<String, String> bounds = new HashMap<>();

    QuantizedConstants(GraphEditor editor) {
        this.editor = editor;
    }

    /**
     * A QuantizeLinear whose parameters are shared by all of {@code group}; 4-bit values lie in bytes, which kernels compute with, and
     * saturate at the ends of 4 bits by a Clip of integers.
     */
    List<Node> quantize(String source, String output, String group, Encoding encoding) {
        QuantType type = encoding.type();
        if (type.bits() >= 8) {
            return List.of(node("QuantizeLinear", source, output, group, encoding));
        }
        String wide = editor.freshName(output + "_wide");
        return List.of(
                node("QuantizeLinear", source, wide, group, encoding),
                Node.of(
                        output + "_Clip",
                        "Clip",
                        List.of(wide, bound(type, type.min()), bound(type, type.max())),
                        List.of(output)));
    }

    private String bound(QuantType type, int value) {
        return bounds.computeIfAbsent(
                type + " " + value,
                name -> editor.addInitializer(
                        name.replace(' ', '_'), Tensor.ofBytes(elementType(type), new byte[] {(byte) value})));
    }

    /** A QuantizeLinear or DequantizeLinear whose parameters are shared by all of {@code group}. */
    Node node(String op, String source, String output, String group, Encoding encoding) {
        Stored stored = parameters.computeIfAbsent(new Key(group, encoding), _ -> parameters(group, "", encoding));
        return Node.of(output + "_" + op, op, List.of(source, stored.scale(), stored.zeroPoint()), List.of(output));
    }

    /** A DequantizeLinear over one integer. */
    Node constant(String name, int value, Encoding encoding) {
        String quantized = editor.addInitializer(
                name + "_quantized", Tensor.ofBytes(elementType(encoding.type()), new byte[] {(byte) value}));
        return dequantize(name, parameters(name, quantized, encoding), Encoding.PER_TENSOR);
    }

    /** A DequantizeLinear that says the one scale of {@code encoding} once for each of {@code channels} along axis 1. */
    Node dequantizeByChannel(String source, String output, Encoding encoding, int channels) {
        float[] scales = new float[channels];
        int[] zeroPoints = new int[channels];
        Arrays.fill(scales, encoding.scale(0));
        Arrays.fill(zeroPoints, encoding.zeroPoint(0));
        Encoding repeated = Encoding.perChannel(encoding.type(), scales, zeroPoints, 1);
        return dequantize(parameters(output, source, repeated), output, 1);
    }

    /** A DequantizeLinear over the weights in integers. */
    Node weights(String name, Tensor values, Encoding encoding) {
        Stored stored = weights.computeIfAbsent(
                new Key(name, encoding), _ -> parameters(name, quantized(name, values, encoding), encoding));
        return dequantize(name, stored, encoding.axis());
    }

    /**
     * A DequantizeLinear over an INT32 bias whose scale is input scale times weight scale.
     *
     * @throws IllegalArgumentException where a value leaves INT32: the plan must have widened that channel's weight scale
     */
    Node bias(String name, Tensor values, float inputScale, Encoding weight) {
        float[] bias = values.toFloats();
        int[] integers = new int[bias.length];
        float[] scales = new float[weight.channels()];
        for (int c = 0; c < scales.length; c++) {
            scales[c] = inputScale * weight.scale(c);
        }
        for (int c = 0; c < bias.length; c++) {
            double q = Math.rint(bias[c] / (double) scales[weight.isPerTensor() ? 0 : c]);
            if (Math.abs(q) > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("bias " + name + " of channel " + c + " leaves INT32");
            }
            integers[c] = (int) q;
        }
        Encoding encoding = weight.isPerTensor()
                ? Encoding.perTensor(QuantType.INT32, scales[0], 0)
                : Encoding.perChannel(QuantType.INT32, scales, new int[scales.length], 0);
        String quantized = editor.addInitializer(name + "_quantized", Tensor.ofInts(integers, bias.length));
        return dequantize(name, parameters(name, quantized, encoding), encoding.isPerTensor() ? -1 : 0);
    }

    /** Reading rows of a table in 8 bits: {@code Cast(Gather(rows, ids)) · Gather(scales, ids)}. */
    List<Node> table(Node gather, Tensor values, Encoding encoding) {
        String name = gather.input(0);
        Stored stored = tables.computeIfAbsent(
                new Key(name, encoding),
                _ -> new Stored(
                        quantized(name, values, encoding),
                        editor.addInitializer(
                                name + "_scale", Tensor.ofFloats(encoding.scales(), encoding.channels(), 1)),
                        ""));
        List<Node> nodes = new ArrayList<>();
        String picked = editor.freshName(gather.output(0) + "_rows");
        String real = editor.freshName(gather.output(0) + "_cast");
        String scale = editor.freshName(gather.output(0) + "_scales");
        nodes.add(
                gather.withInputs(List.of(stored.quantized(), gather.input(1))).withOutputs(List.of(picked)));
        nodes.add(Node.of(real + "_Cast", "Cast", List.of(picked), List.of(real))
                .withAttribute("to", Attribute.of(ElementType.FLOAT.onnxCode())));
        nodes.add(gather.withName(scale + "_Gather")
                .withInputs(List.of(stored.scale(), gather.input(1)))
                .withOutputs(List.of(scale)));
        nodes.add(Node.of(gather.output(0) + "_Mul", "Mul", List.of(real, scale), gather.outputs()));
        return nodes;
    }

    /** Adds the integers of {@code values} as an initializer and returns its name. */
    String quantized(String name, Tensor values, Encoding encoding) {
        return editor.addInitializer(name + "_quantized", quantize(values, encoding));
    }

    /** The integers that {@code values} become, in 8 bits; large ones outside of the heap. */
    static Tensor quantize(Tensor values, Encoding encoding) {
        long elements = values.elements();
        MemorySegment integers = elements <= Channels.PIECE
                ? MemorySegment.ofArray(new byte[(int) elements])
                : Arena.ofAuto().allocate(elements);
        if (elements > 0) {
            Channels channels = Channels.of(values, encoding.axis());
            long[] index = {0};
            channels.forEachElement((real, from, to) -> {
                for (int i = from; i < to; i++) {
                    int c = encoding.isPerTensor() ? 0 : channels.of(index[0]);
                    int q = encoding.quantize(real[i], c);
                    int least = symmetric(encoding, c) ? -encoding.type().max() : q;
                    integers.set(ValueLayout.JAVA_BYTE, index[0]++, (byte) Math.max(q, least));
                }
            });
        }
        return Tensor.of(elementType(encoding.type()), values.dims(), integers);
    }

    /** Whether the integers of channel {@code c} lie around zero, so that -128, which has no counterpart, is left out. */
    private static boolean symmetric(Encoding encoding, int c) {
        return encoding.type().signed() && encoding.zeroPoint(c) == 0;
    }

    /** The type that values of {@code type} are stored in: a byte each where they have 4 bits, for which there are no kernels. */
    static ElementType elementType(QuantType type) {
        return switch (type) {
            case INT4, INT8 -> ElementType.INT8;
            case UINT4, UINT8 -> ElementType.UINT8;
            case INT16 -> ElementType.INT16;
            case UINT16 -> ElementType.UINT16;
            case INT32 -> ElementType.INT32;
        };
    }

    private Node dequantize(String name, Stored stored, int axis) {
        return dequantize(stored, editor.freshName(name + "_dequantized"), axis);
    }

    private static Node dequantize(Stored stored, String output, int axis) {
        Node node = Node.of(
                output + "_DequantizeLinear",
                "DequantizeLinear",
                List.of(stored.quantized(), stored.scale(), stored.zeroPoint()),
                List.of(output));
        return axis < 0 ? node : node.withAttribute("axis", Attribute.of(axis));
    }

    private Stored parameters(String name, String quantized, Encoding encoding) {
        long[] dims = encoding.isPerTensor() ? new long[0] : new long[] {encoding.channels()};
        String scale = editor.addInitializer(name + "_scale", Tensor.ofFloats(encoding.scales(), dims));
        String zeroPoint = editor.addInitializer(name + "_zero_point", zeroPoints(encoding, dims));
        return new Stored(quantized, scale, zeroPoint);
    }

    private static Tensor zeroPoints(Encoding encoding, long[] dims) {
        int[] points = encoding.zeroPoints();
        if (encoding.type() == QuantType.INT32) {
            return Tensor.ofInts(points, dims);
        }
        byte[] bytes = new byte[points.length];
        Arrays.setAll(points, i -> {
            bytes[i] = (byte) points[i];
            return points[i];
        });
        return Tensor.ofBytes(elementType(encoding.type()), bytes, dims);
    }
}
