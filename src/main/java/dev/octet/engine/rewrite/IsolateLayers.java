package dev.octet.engine.rewrite;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.GraphEditor;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType;
import dev.octet.engine.graph.ValueType.TensorType;
import dev.octet.engine.plan.QuantizationPlan;
import dev.octet.engine.plan.Role;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.Encoding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Puts a quantized copy of each planned layer beside the float one, fed with float inputs.
 *
 * <pre>
 * before:  x ─ Conv(w) ─ Relu ─ y
 * after:   x ─ Conv(w) ─ Relu ─ y        and  x ─ Q ─ DQ ─ Conv(DQ(w8)) ─ Q ─ DQ ─ y'
 * </pre>
 *
 * y - y' is what quantizing this layer alone does; one run gives it for all layers.
 */
public final class IsolateLayers {

    /**
     * The model with the copies, and where their outputs are.
     *
     * @param model with all float values and all copies' outputs among its outputs
     * @param copies name of the copy's output by the name of the float value that it imitates
     */
    public record Isolated(Model model, Map<String, String> copies) {}

    private final Graph graph;
    private final Uses uses;
    private final QuantizationPlan plan;
    private final GraphEditor editor;
    private final QuantizedConstants constants;
    private final Map<String, String> copies = new LinkedHashMap<>();

    private IsolateLayers(Graph graph, QuantizationPlan plan) {
        this.graph = graph;
        this.uses = Uses.of(graph);
        this.plan = plan;
        this.editor = new GraphEditor(graph);
        this.constants = new QuantizedConstants(editor);
    }

    /** The float model with a quantized copy of each layer whose weights {@code plan} encodes. */
    public static Isolated perform(Model model, QuantizationPlan plan) {
        IsolateLayers isolate = new IsolateLayers(model.graph(), plan);
        List<Value> outputs = new ArrayList<>();
        for (Node node : model.graph().nodes()) {
            boolean fixed = plan.placement().rule(node).role() != Role.RECURRENT;
            if (fixed
                    && plan.weight(node).isPresent()
                    && plan.activation(node.input(0)).isPresent()) {
                isolate.copy(node);
            }
        }
        isolate.copies.forEach((value, copy) -> {
            ValueType type = model.graph().typeOf(value);
            outputs.add(new Value(value, free(type)));
            outputs.add(new Value(copy, free(type)));
        });
        Graph isolated = isolate.editor.setOutputs(outputs).build();
        return new Isolated(model.withGraph(isolated).withoutTypes(), isolate.copies);
    }

    private static ValueType free(@Nullable ValueType type) {
        return new TensorType(type instanceof TensorType(var element, var _) ? element : ElementType.FLOAT, null);
    }

    private void copy(Node node) {
        Encoding input = plan.activation(node.input(0)).orElseThrow();
        Encoding weight = plan.weight(node).orElseThrow();
        List<Node> nodes = new ArrayList<>(List.of(node));
        List<String> inputs = new ArrayList<>(node.inputs());
        inputs.set(0, encoded(node.input(0), node.input(0), input, nodes));
        Node weights =
                constants.weights(node.input(1), graph.constant(node.input(1)).orElseThrow(), weight);
        nodes.add(weights);
        inputs.set(1, weights.output(0));
        if (node.hasInput(2)) {
            Node bias =
                    constants.bias(node.input(2), graph.constant(node.input(2)).orElseThrow(), input.scale(0), weight);
            nodes.add(bias);
            inputs.set(2, bias.output(0));
        }
        String raw = editor.freshName(node.output(0) + "_alone");
        nodes.add(node.withName(raw + "_" + node.op()).withInputs(inputs).withOutputs(List.of(raw)));
        String value = plan.placement().encodedOutput(node, uses);
        Optional<Encoding> output = plan.activation(value);
        copies.put(value, output.isPresent() ? encoded(raw, value, output.get(), nodes) : raw);
        editor.replace(node, nodes);
    }

    private String encoded(String source, String value, Encoding encoding, List<Node> nodes) {
        String group = plan.groups().getOrDefault(value, value);
        String quantized = editor.freshName(source + "_alone_quantized");
        String real = editor.freshName(source + "_alone_dequantized");
        nodes.addAll(constants.quantize(source, quantized, group, encoding));
        nodes.add(constants.node("DequantizeLinear", quantized, real, group, encoding));
        return real;
    }
}
