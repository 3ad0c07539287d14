package dev.octet.engine.rewrite;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.GraphEditor;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType.TensorType;
import dev.octet.engine.plan.QuantizationPlan;
import dev.octet.engine.plan.Role;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.Encoding;
import dev.octet.engine.scheme.QuantType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Performs a plan: puts QuantizeLinear and DequantizeLinear where its encodings are.
 *
 * <pre>
 * before:  x ─ Conv(w, b) ─ Relu ─ y ─ …
 * after:   x ─ Q ─ DQ ─ Conv(DQ(w8), DQ(b32)) ─ Q ─ DQ ─ …
 * </pre>
 *
 * One Q a value, one DQ a quantized consumer, one more DQ under the value's old name for everybody else (float consumers, graph
 * outputs, subgraphs). A fused clamp is dropped: the Q after its producer clamps at the same place. Arithmetic: ONNX
 * QuantizeLinear-13; INT32 bias with scale s_x·s_w (Jacob et al. 2018, "Quantization and Training of Neural Networks for
 * Efficient Integer-Arithmetic-Only Inference", arXiv 1712.05877).
 */
public final class InsertQdq {

    /** Operators whose constant float weights ONNX Runtime quantizes unasked. */
    private static final Set<String> QUANTIZED_BY_THE_RUNTIME = Set.of("Conv", "ConvTranspose", "Gemm");

    private final Graph graph;
    private final Uses uses;
    private final QuantizationPlan plan;
    private final GraphEditor editor;
    private final QuantizedConstants constants;
    private final Set<String> instrumented;
    private final Map<String, String> quantized = new LinkedHashMap<>();

    private InsertQdq(Graph graph, QuantizationPlan plan, Set<String> instrumented) {
        this.graph = graph;
        this.uses = Uses.of(graph);
        this.plan = plan;
        this.instrumented = instrumented;
        this.editor = new GraphEditor(graph);
        this.constants = new QuantizedConstants(editor);
    }

    /** The model quantized as {@code plan} says; it must import ONNX's operator set 13 or later. */
    public static Model perform(Model model, QuantizationPlan plan) {
        if (model.opset() < 13) {
            throw new IllegalArgumentException("operator set " + model.opset() + " has no per-channel Q and DQ");
        }
        return model.withGraph(new InsertQdq(model.graph(), plan, Set.of()).build());
    }

    /**
     * The same with {@code outputs}, values of the float graph, as its outputs in floating point: for measuring, not for shipping.
     */
    public static Model instrumented(Model model, QuantizationPlan plan, Set<String> outputs) {
        InsertQdq insert = new InsertQdq(model.graph(), plan, outputs);
        insert.editor.setOutputs(outputs.stream()
                .map(value -> new Value(value, new TensorType(ElementType.FLOAT, null)))
                .toList());
        return model.withGraph(insert.build()).withoutTypes();
    }

    private Graph build() {
        for (Value input : graph.requiredInputs()) {
            plan.activation(input.name())
                    .ifPresent(encoding -> editor.addFirst(quantize(input.name(), input.name(), encoding)));
        }
        for (Node node : graph.nodes()) {
            editor.replace(node, replacement(node));
        }
        return editor.build();
    }

    private List<Node> replacement(Node node) {
        if (plan.placement().isFused(node)) {
            return List.of();
        }
        boolean fixed = plan.placement().rule(node).role() != Role.RECURRENT;
        if (!fixed || !plan.placement().isQuantized(node)) {
            List<Node> nodes = keptInFloat(node);
            for (String value : node.outputs()) {
                plan.activation(value).ifPresent(encoding -> nodes.addAll(quantize(value, value, encoding)));
            }
            return nodes;
        }
        return plan.placement().rule(node).role() == Role.TABLE ? table(node) : onIntegers(node);
    }

    /**
     * The node as it is, shielded where needed: ONNX Runtime quantizes constant weights of a Conv or Gemm behind a DequantizeLinear
     * with one scale by itself, and with one scale for all of them (WeightBiasQuantization, since 1.21). Behind one with a scale a
     * channel, all the same, it does not.
     */
    private List<Node> keptInFloat(Node node) {
        String value = node.input(0);
        Optional<Encoding> encoding = plan.activation(value);
        Optional<Tensor> weights = graph.constant(node.input(1));
        boolean dequantized = uses.producer(value)
                .filter(producer -> plan.placement().isQuantized(producer)
                        && plan.placement().rule(producer).role() != Role.TABLE)
                .isPresent();
        if (!dequantized || encoding.isEmpty() || weights.isEmpty() || !QUANTIZED_BY_THE_RUNTIME.contains(node.op())) {
            return new ArrayList<>(List.of(node));
        }
        Node dequantize = constants.dequantizeByChannel(
                quantized.getOrDefault(value, value),
                editor.freshName(value + "_dequantized"),
                encoding.get(),
                channels(node, weights.get()));
        List<String> inputs = new ArrayList<>(node.inputs());
        inputs.set(0, dequantize.output(0));
        return new ArrayList<>(List.of(dequantize, node.withInputs(inputs)));
    }

    /** Number of channels that {@code node} reads along axis 1. */
    private static int channels(Node node, Tensor weights) {
        return Math.toIntExact(
                switch (node.op()) {
                    case "Conv" -> weights.dim(1) * node.intAttribute("group", 1);
                    case "Gemm" -> weights.dim(node.intAttribute("transB", 0) != 0 ? 1 : 0);
                    default -> weights.dim(0);
                });
    }

    private List<Node> onIntegers(Node node) {
        List<Node> nodes = new ArrayList<>();
        List<String> inputs = new ArrayList<>(node.inputs());
        for (int i : plan.placement().rule(node).activations()) {
            String source = quantized.get(node.input(i));
            Optional<Encoding> encoding = plan.activation(node.input(i));
            if (source != null && encoding.isPresent()) {
                Node dequantize = dequantize(
                        source, node.input(i), editor.freshName(node.input(i) + "_dequantized"), encoding.get());
                nodes.add(dequantize);
                inputs.set(i, dequantize.output(0));
            }
        }
        plan.weight(node).ifPresent(weight -> addWeights(node, weight, nodes, inputs));
        Node quantized = node.withInputs(inputs);
        Optional<Encoding> output = plan.activation(node.output(0));
        nodes.addAll(
                node.is("HardSigmoid") && output.isPresent()
                        ? hardSigmoid(quantized, output.get())
                        : withOutput(quantized));
        return nodes;
    }

    /**
     * A HardSigmoid as an addition: {@code clip(αx + β, 0, 1) = α·clip(x + β/α, 0, 1/α)}. The addition's encoding clips, and the same
     * integers read with α times its scale are the result.
     */
    private List<Node> hardSigmoid(Node node, Encoding encoding) {
        String value = node.output(0);
        float alpha = node.floatAttribute("alpha", 0.2f);
        float shift = node.floatAttribute("beta", 0.5f) / alpha;
        QuantType type = encoding.type();
        Encoding shifts = Encoding.perTensor(type, shift / (type.max() - type.min()), type.min());
        Encoding sums = Encoding.perTensor(type, encoding.scale(0) / alpha, encoding.zeroPoint(0));
        Node shifted = constants.constant(value + "_shift", type.max(), shifts);
        String raw = editor.freshName(value + "_unquantized");
        String output = editor.freshName(value + "_quantized");
        quantized.put(value, output);
        List<Node> nodes = new ArrayList<>(
                List.of(shifted, Node.of(node.name(), "Add", List.of(node.input(0), shifted.output(0)), List.of(raw))));
        nodes.addAll(constants.quantize(raw, output, group(value) + "_sum", sums));
        if (isNeededInFloat(value)) {
            nodes.add(dequantize(output, value, value, encoding));
        }
        return nodes;
    }

    private void addWeights(Node node, Encoding weight, List<Node> nodes, List<String> inputs) {
        Tensor values = graph.constant(node.input(1)).orElseThrow();
        Node dequantizeWeights = constants.weights(node.input(1), values, weight);
        nodes.add(dequantizeWeights);
        inputs.set(1, dequantizeWeights.output(0));
        Optional<Encoding> input = plan.activation(node.input(0));
        if (node.hasInput(2) && input.isPresent()) {
            Tensor bias = graph.constant(node.input(2)).orElseThrow();
            Node dequantizeBias =
                    constants.bias(node.input(2), bias, input.get().scale(0), weight);
            nodes.add(dequantizeBias);
            inputs.set(2, dequantizeBias.output(0));
        }
    }

    /** The node, its output's Q, and a DQ under the old name where anybody needs the value in floating point. */
    private List<Node> withOutput(Node node) {
        String value = plan.placement().encodedOutput(node, uses);
        Optional<Encoding> encoding = plan.activation(value);
        if (encoding.isEmpty()) {
            return List.of(node);
        }
        String raw = editor.freshName(value + "_unquantized");
        List<Node> nodes = new ArrayList<>();
        nodes.add(node.withOutputs(List.of(raw)));
        List<Node> quantize = quantize(value, raw, encoding.get());
        nodes.addAll(quantize);
        if (isNeededInFloat(value)) {
            nodes.add(dequantize(quantize.getLast().output(0), value, value, encoding.get()));
        }
        return nodes;
    }

    private boolean isNeededInFloat(String value) {
        return instrumented.contains(value)
                || graph.isOutput(value)
                || uses.isCaptured(value)
                || uses.consumers(value).stream()
                        .anyMatch(consumer -> !plan.placement().isQuantized(consumer)
                                || plan.placement().rule(consumer).activations().stream()
                                        .noneMatch(i -> consumer.input(i).equals(value)));
    }

    /** QuantizeLinear, and in fewer bits than the stored type has the Clip that its saturation leaves to be done. */
    private List<Node> quantize(String value, String source, Encoding encoding) {
        String output = editor.freshName(value + "_quantized");
        quantized.put(value, output);
        return constants.quantize(source, output, group(value), encoding);
    }

    private Node dequantize(String source, String value, String output, Encoding encoding) {
        return constants.node("DequantizeLinear", source, output, group(value), encoding);
    }

    private String group(String value) {
        return plan.groups().getOrDefault(value, value);
    }

    /** Gather(table, ids) becomes Cast(Gather(table8, ids)) · Gather(scales, ids): one scale a row. */
    private List<Node> table(Node node) {
        Optional<Encoding> encoding = plan.weight(node);
        if (encoding.isEmpty()) {
            return List.of(node);
        }
        List<Node> nodes = new ArrayList<>(
                constants.table(node, graph.constant(node.input(0)).orElseThrow(), encoding.get()));
        plan.activation(node.output(0)).ifPresent(e -> nodes.addAll(quantize(node.output(0), node.output(0), e)));
        return nodes;
    }
}
