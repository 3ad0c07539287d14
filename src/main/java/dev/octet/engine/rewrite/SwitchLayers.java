package dev.octet.engine.rewrite;

import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.GraphEditor;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType.TensorType;
import dev.octet.engine.plan.QuantizationPlan;
import dev.octet.engine.plan.Role;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.Encoding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts a switch at each planned layer that turns its quantization on and off at run time.
 *
 * <pre>
 * before:  x ─ Conv(w) ─ y
 * after:   x ─ Conv(w) ─ y ──────────────┬─ y + s·(y' - y)
 *          x ─ Q ─ DQ ─ Conv(DQ(w8)) ─ y' ┘      s = switches[i]
 * </pre>
 *
 * With all switches at 0 the model is the float one; with one at 1 it is the model in which that layer alone is quantized, so that
 * one session measures every layer's effect on the output. A layer's noise is that of its inputs and weights; its output's is the next
 * layer's.
 */
public final class SwitchLayers {

    /**
     * The model with its switches.
     *
     * @param model with the input {@code switches}, FLOAT of as many elements as there are layers, and the first output only
     * @param switches name of that input
     * @param layers {@link Node#id ids} of the switched nodes, in the order of the switches
     */
    public record Switched(Model model, String switches, List<String> layers) {}

    private final Graph graph;
    private final QuantizationPlan plan;
    private final GraphEditor editor;
    private final QuantizedConstants constants;
    private final String switches;
    private final List<String> layers = new ArrayList<>();
    private final Map<String, String> switched = new HashMap<>();

    private SwitchLayers(Graph graph, QuantizationPlan plan) {
        this.graph = graph;
        this.plan = plan;
        this.editor = new GraphEditor(graph);
        this.constants = new QuantizedConstants(editor);
        this.switches = editor.freshName("switches");
    }

    /** {@code model} with a switch at each node that {@code plan} lets compute on integers. */
    public static Switched perform(Model model, QuantizationPlan plan) {
        SwitchLayers switching = new SwitchLayers(model.graph(), plan);
        model.graph().nodes().forEach(switching::addSwitch);
        List<Value> inputs = new ArrayList<>(model.graph().inputs());
        inputs.add(new Value(
                switching.switches,
                new TensorType(ElementType.FLOAT, List.of(Dim.of(Math.max(1, switching.layers.size()))))));
        Graph switched =
                switching.editor.setOutputs(List.of(switching.output())).build().withInputs(inputs);
        return new Switched(model.withGraph(switched).withoutTypes(), switching.switches, switching.layers);
    }

    /** The first output, behind its switch where it has one. */
    private Value output() {
        Value output = graph.outputs().getFirst();
        return new Value(switched.getOrDefault(output.name(), output.name()), output.type());
    }

    private void addSwitch(Node node) {
        Role role = plan.placement().rule(node).role();
        boolean computes = role == Role.COMPUTE || role == Role.COMPUTE_FLOAT_OUT || role == Role.ARITHMETIC;
        if (!computes || !plan.placement().isQuantized(node)) {
            return;
        }
        List<Node> nodes = new ArrayList<>(List.of(node));
        List<String> inputs = new ArrayList<>(node.inputs());
        for (int i : plan.placement().rule(node).activations()) {
            Optional<Encoding> encoding = plan.activation(node.input(i));
            if (encoding.isPresent()) {
                inputs.set(i, encoded(node.input(i), encoding.get(), nodes));
            }
        }
        Optional<Encoding> weight = plan.weight(node);
        if (weight.isPresent()) {
            Tensor values = graph.constant(node.input(1)).orElseThrow();
            Node weights = constants.weights(node.input(1), values, weight.get());
            nodes.add(weights);
            inputs.set(1, weights.output(0));
        }
        String value = node.output(0);
        String noisy = editor.freshName(value + "_noisy");
        String index = editor.addInitializer(value + "_index", Tensor.ofLongs(new long[] {layers.size()}, 1));
        String on = editor.freshName(value + "_switch");
        String noise = editor.freshName(value + "_noise");
        String scaled = editor.freshName(value + "_switched_noise");
        String mixed = editor.freshName(value + "_switched");
        nodes.add(node.withName(noisy + "_" + node.op()).withInputs(inputs).withOutputs(List.of(noisy)));
        nodes.add(Node.of(on + "_Gather", "Gather", List.of(switches, index), List.of(on)));
        nodes.add(Node.of(noise + "_Sub", "Sub", List.of(noisy, value), List.of(noise)));
        nodes.add(Node.of(scaled + "_Mul", "Mul", List.of(noise, on), List.of(scaled)));
        nodes.add(Node.of(mixed + "_Add", "Add", List.of(value, scaled), List.of(mixed)));
        editor.replace(node, nodes);
        editor.redirect(value, mixed);
        switched.put(value, mixed);
        layers.add(node.id());
    }

    private String encoded(String value, Encoding encoding, List<Node> nodes) {
        String group = plan.groups().getOrDefault(value, value);
        String quantized = editor.freshName(value + "_switch_quantized");
        String real = editor.freshName(value + "_switch_dequantized");
        nodes.addAll(constants.quantize(value, quantized, group, encoding));
        nodes.add(constants.node("DequantizeLinear", quantized, real, group, encoding));
        return real;
    }
}
