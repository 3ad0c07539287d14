package dev.octet.engine.rewrite;

import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Channels;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.GraphEditor;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.plan.QuantizationPlan;
import dev.octet.engine.plan.WeightAxis;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.Encoding;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Performs a plan whose activation encodings are computed at run time.
 *
 * <pre>
 * before:  x ─ MatMul(w) ─ y
 * after:   x ─ DynamicQuantizeLinear ─ MatMulInteger(w8) ─ Cast ─ Mul(s_x · s_w) ─ y
 *
 * before:  x ─ LSTM(W, R, B) ─ y
 * after:   x ─ DynamicQuantizeLSTM(W8, R8, B) ─ y
 * </pre>
 *
 * One DynamicQuantizeLinear a value however many read it; a Gemm becomes the same with its bias added in floating point.
 * Arithmetic: ONNX DynamicQuantizeLinear-11 and MatMulInteger-10; com.microsoft's DynamicQuantizeLSTM, which wants
 * weights as [directions, inputs, 4 · hidden].
 */
public final class InsertDynamicQuantization {

    private static final String RUNTIME = "com.microsoft";
    private static final String LSTM = "DynamicQuantizeLSTM";

    /** The last input that an LSTM has: its peepholes. */
    private static final int LAST_INPUT = 7;

    private record Product(String weights, boolean transposed, Encoding encoding) {}

    private record Quantized(String values, String scale, String zeroPoint) {}

    private final Graph graph;
    private final QuantizationPlan plan;
    private final GraphEditor editor;
    private final QuantizedConstants constants;
    private final Map<Product, Quantized> products = new HashMap<>();
    private final Map<String, Quantized> inputs = new HashMap<>();

    private InsertDynamicQuantization(Graph graph, QuantizationPlan plan) {
        this.graph = graph;
        this.plan = plan;
        this.editor = new GraphEditor(graph);
        this.constants = new QuantizedConstants(editor);
    }

    /** The model with the nodes that {@code plan} quantizes computing on integers. */
    public static Model perform(Model model, QuantizationPlan plan) {
        Graph graph = new InsertDynamicQuantization(model.graph(), plan).build();
        boolean recurrent = graph.nodes().stream().anyMatch(node -> node.op().equals(LSTM));
        // The names made here may be those of other nodes already.
        Model named = new NameNodes().apply(model.withGraph(graph)).model();
        return recurrent ? named.withOpset(RUNTIME, 1) : named;
    }

    private Graph build() {
        for (Node node : graph.nodes()) {
            plan.weight(node)
                    .ifPresent(encoding -> editor.replace(
                            node,
                            switch (plan.placement().rule(node).role()) {
                                case TABLE -> constants.table(node, weights(node), encoding);
                                case RECURRENT -> List.of(recurrent(node, encoding));
                                case COMPUTE, COMPUTE_FLOAT_OUT, CLAMP, ARITHMETIC, MOVEMENT, CONCAT, FLOAT ->
                                    product(node, encoding);
                            }));
        }
        return editor.build();
    }

    /** The LSTM in integers; {@code both} has a channel for each row of W, then for each of R. */
    private Node recurrent(Node node, Encoding both) {
        Quantized inputWeights = gates(node.input(1), both, 0);
        int rows = Math.toIntExact(dims(node.input(1), 0) * dims(node.input(1), 1));
        Quantized stateWeights = gates(node.input(2), both, rows);
        List<String> inputs = new ArrayList<>(List.of(node.input(0), inputWeights.values(), stateWeights.values()));
        for (int i = 3; i <= LAST_INPUT; i++) {
            inputs.add(node.input(i));
        }
        inputs.addAll(List.of(
                inputWeights.scale(), inputWeights.zeroPoint(), stateWeights.scale(), stateWeights.zeroPoint()));
        return new Node(
                node.name(),
                RUNTIME,
                LSTM,
                inputs,
                node.outputs(),
                node.withoutAttribute("layout").attributes());
    }

    private long dims(String value, int axis) {
        return graph.constant(value).orElseThrow().dim(axis);
    }

    /** The matrix {@code name} of shape [directions, 4 · hidden, inputs] as the kernel wants it, its channels from {@code first} on. */
    private Quantized gates(String name, Encoding both, int first) {
        Tensor weights = graph.constant(name).orElseThrow();
        long directions = weights.dim(0);
        int rows = Math.toIntExact(directions * weights.dim(1));
        float[] scales = Arrays.copyOfRange(both.scales(), first, first + rows);
        Encoding encoding = Encoding.perChannel(both.type(), scales, new int[rows], 0);
        return products.computeIfAbsent(new Product(name, true, encoding), _ -> {
            Tensor integers = transpose(
                    QuantizedConstants.quantize(weights.reshaped(rows, weights.dim(2)), encoding), directions);
            long[] dims = {directions, weights.dim(1)};
            return new Quantized(
                    editor.addInitializer(
                            name + "_quantized", integers.reshaped(directions, weights.dim(2), weights.dim(1))),
                    editor.addInitializer(name + "_scale", Tensor.ofFloats(scales, dims)),
                    editor.addInitializer(
                            name + "_zero_point", Tensor.ofBytes(ElementType.INT8, new byte[rows], dims)));
        });
    }

    private Tensor weights(Node node) {
        return graph.constant(node.input(WeightAxis.input(node))).orElseThrow();
    }

    private List<Node> product(Node node, Encoding encoding) {
        List<Node> nodes = new ArrayList<>();
        Quantized input = inputs.computeIfAbsent(node.input(0), value -> quantizeInput(value, nodes));
        String name = node.output(0);
        Quantized weights = weights(node, encoding);
        String sums = editor.freshName(name + "_sums");
        String real = editor.freshName(name + "_cast");
        String scales = editor.freshName(name + "_scales");
        boolean biased = node.is("Gemm") && node.hasInput(2);
        String scaled = biased ? editor.freshName(name + "_unbiased") : name;
        nodes.add(Node.of(
                node.label() + "_MatMulInteger",
                "MatMulInteger",
                List.of(input.values(), weights.values(), input.zeroPoint(), weights.zeroPoint()),
                List.of(sums)));
        nodes.add(Node.of(node.label() + "_Cast", "Cast", List.of(sums), List.of(real))
                .withAttribute("to", Attribute.of(ElementType.FLOAT.onnxCode())));
        nodes.add(
                Node.of(node.label() + "_scales_Mul", "Mul", List.of(input.scale(), weights.scale()), List.of(scales)));
        nodes.add(Node.of(node.label() + "_Mul", "Mul", List.of(real, scales), List.of(scaled)));
        if (biased) {
            nodes.add(Node.of(node.label() + "_Add", "Add", List.of(scaled, node.input(2)), List.of(name)));
        }
        return nodes;
    }

    /** The weights as [K, N] integers, stored once for all nodes that multiply by them in the same way. */
    private Quantized weights(Node node, Encoding encoding) {
        boolean transposed = node.is("Gemm") && node.intAttribute("transB", 0) != 0;
        String name = node.input(1);
        return products.computeIfAbsent(new Product(name, transposed, encoding), _ -> {
            Tensor integers = QuantizedConstants.quantize(weights(node), encoding);
            long[] dims = encoding.isPerTensor() ? new long[0] : new long[] {encoding.channels()};
            return new Quantized(
                    editor.addInitializer(name + "_quantized", transposed ? transpose(integers, 1) : integers),
                    editor.addInitializer(name + "_scale", Tensor.ofFloats(encoding.scales(), dims)),
                    editor.addInitializer(
                            name + "_zero_point",
                            Tensor.ofBytes(ElementType.INT8, new byte[encoding.channels()], dims)));
        });
    }

    private Quantized quantizeInput(String value, List<Node> nodes) {
        Quantized quantized = new Quantized(
                editor.freshName(value + "_quantized"),
                editor.freshName(value + "_scale"),
                editor.freshName(value + "_zero_point"));
        nodes.add(Node.of(
                value + "_DynamicQuantizeLinear",
                "DynamicQuantizeLinear",
                List.of(value),
                List.of(quantized.values(), quantized.scale(), quantized.zeroPoint())));
        return quantized;
    }

    /** The transposes of {@code count} matrices, which lie one below the other. */
    private static Tensor transpose(Tensor matrix, long count) {
        long rows = matrix.dim(0) / count;
        long columns = matrix.dim(1);
        MemorySegment from = matrix.data();
        MemorySegment to = from.byteSize() <= Channels.PIECE
                ? MemorySegment.ofArray(new byte[(int) from.byteSize()])
                : Arena.ofAuto().allocate(from.byteSize());
        for (long start = 0; start < count * rows * columns; start += rows * columns) {
            for (long r = 0; r < rows; r++) {
                for (long c = 0; c < columns; c++) {
                    to.set(
                            ValueLayout.JAVA_BYTE,
                            start + c * rows + r,
                            from.get(ValueLayout.JAVA_BYTE, start + r * columns + c));
                }
            }
        }
        return Tensor.of(matrix.type(), new long[] {count * columns, rows}, to);
    }
}
