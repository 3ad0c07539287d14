package dev.octet.engine.rewrite.plain;

import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.GraphEditor;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Rewrite;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.scheme.ElementType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Takes apart what the runtime had fused before the model was saved.
 *
 * <pre>
 * before:  x -> com.microsoft.FusedConv(W, b, activation = Relu) -> y
 * after:   x -> Conv(W, b) -> Relu -> y
 *
 * before:  x -> com.microsoft.FusedMatMul(W, alpha = 0.5, transB = 1) -> y
 * after:   W -> Transpose -> Mul(0.5) -> w;  x, w -> MatMul -> y
 * </pre>
 *
 * <p>FusedConv and FusedGemm with their activations, FusedMatMul with a constant second factor: operators of ONNX Runtime's
 * ContribOperators.md that its optimizer puts in. It fuses them again where they stay in floating point.
 */
public final class UnfuseOperators implements Rewrite {

    private static final String RUNTIME = "com.microsoft";

    private static final Set<String> ACTIVATION_ATTRIBUTES =
            Set.of("activation", "activation_params", "activation_alpha", "activation_beta", "activation_gamma");

    @Override
    public String title() {
        return "take fused operators apart";
    }

    @Override
    public Result apply(Model model) {
        Graph graph = model.graph();
        GraphEditor editor = new GraphEditor(graph);
        Map<String, Integer> counts = new TreeMap<>();
        for (Node node : graph.nodes()) {
            Optional<List<Node>> apart = node.domain().equals(RUNTIME) ? apart(node, model, editor) : Optional.empty();
            if (apart.isPresent()) {
                editor.replace(node, apart.get());
                counts.merge(node.op(), 1, Integer::sum);
            }
        }
        if (counts.isEmpty()) {
            return new Result(model, List.of("skipped: none that can be taken apart"));
        }
        List<String> notes = new ArrayList<>();
        counts.forEach((op, count) -> notes.add("took " + count + " " + op + " apart"));
        return new Result(model.withGraph(editor.build()), notes);
    }

    private static Optional<List<Node>> apart(Node node, Model model, GraphEditor editor) {
        return switch (node.op()) {
            case "FusedConv" -> activated(node, "Conv", model, editor);
            case "FusedGemm" -> activated(node, "Gemm", model, editor);
            case "FusedMatMul" -> product(node, model.graph(), editor);
            default -> Optional.empty();
        };
    }

    /** The operator, the addition of FusedConv's fourth input, the activation; those that there are. */
    private static Optional<List<Node>> activated(Node node, String op, Model model, GraphEditor editor) {
        List<Float> parameters = parameters(node);
        String activation = node.stringAttribute("activation", "");
        Map<String, Attribute> own = new LinkedHashMap<>(node.attributes());
        own.keySet().removeAll(ACTIVATION_ATTRIBUTES);
        List<Node> nodes = new ArrayList<>();
        String value = activation.isEmpty() && !node.hasInput(3) ? node.output(0) : fresh(node, "_plain", editor);
        nodes.add(new Node(
                node.name(),
                "",
                op,
                node.inputs().subList(0, Math.min(3, node.inputs().size())),
                List.of(value),
                own));
        if (node.hasInput(3)) {
            String sum = activation.isEmpty() ? node.output(0) : fresh(node, "_sum", editor);
            nodes.add(Node.of(node.label() + "_Add", "Add", List.of(value, node.input(3)), List.of(sum)));
            value = sum;
        }
        if (activation.isEmpty()) {
            return Optional.of(nodes);
        }
        Node plain = Node.of(node.label() + "_" + activation, activation, List.of(value), List.of(node.output(0)));
        switch (activation) {
            case "Relu", "Tanh", "Sigmoid" -> nodes.add(plain);
            case "LeakyRelu" -> nodes.add(with(plain, "alpha", parameters, 0));
            case "HardSigmoid" -> nodes.add(with(with(plain, "alpha", parameters, 0), "beta", parameters, 1));
            case "Clip" -> {
                if (parameters.size() != 2) {
                    return Optional.empty();
                }
                nodes.add(clip(plain, parameters, model, editor));
            }
            default -> {
                return Optional.empty();
            }
        }
        return Optional.of(nodes);
    }

    /** Bounds are attributes before operator set 11. */
    private static Node clip(Node plain, List<Float> bounds, Model model, GraphEditor editor) {
        if (model.opset() < 11) {
            return with(with(plain, "min", bounds, 0), "max", bounds, 1);
        }
        String low = editor.addInitializer(plain.output(0) + "_min", scalar(bounds.get(0)));
        String high = editor.addInitializer(plain.output(0) + "_max", scalar(bounds.get(1)));
        return plain.withInputs(List.of(plain.input(0), low, high));
    }

    private static Node with(Node node, String attribute, List<Float> parameters, int index) {
        return index < parameters.size() ? node.withAttribute(attribute, Attribute.of(parameters.get(index))) : node;
    }

    private static List<Float> parameters(Node node) {
        if (node.attributes().get("activation_params") instanceof Attribute.OfFloats(List<Float> values)) {
            return values;
        }
        List<Float> values = new ArrayList<>();
        for (String name : List.of("activation_alpha", "activation_beta")) {
            if (node.attributes().get(name) instanceof Attribute.OfFloat(float value)) {
                values.add(value);
            }
        }
        return values;
    }

    private static Optional<List<Node>> product(Node node, Graph graph, GraphEditor editor) {
        Tensor factor = graph.constant(node.input(1)).orElse(null);
        boolean transposes = node.intAttribute("transA", 0) != 0
                || node.intAttribute("transBatchA", 0) != 0
                || node.intAttribute("transBatchB", 0) != 0;
        if (factor == null || factor.type() != ElementType.FLOAT || factor.rank() != 2 || transposes) {
            return Optional.empty();
        }
        List<Node> nodes = new ArrayList<>();
        String weights = node.input(1);
        if (node.intAttribute("transB", 0) != 0) {
            String transposed = fresh(node, "_transposed", editor);
            nodes.add(Node.of(node.label() + "_Transpose", "Transpose", List.of(weights), List.of(transposed))
                    .withAttribute("perm", Attribute.of(List.of(1L, 0L))));
            weights = transposed;
        }
        float alpha = node.floatAttribute("alpha", 1);
        if (alpha != 1) {
            String scaled = fresh(node, "_scaled", editor);
            String by = editor.addInitializer(node.output(0) + "_alpha", scalar(alpha));
            nodes.add(Node.of(node.label() + "_Mul", "Mul", List.of(weights, by), List.of(scaled)));
            weights = scaled;
        }
        nodes.add(Node.of(node.name(), "MatMul", List.of(node.input(0), weights), node.outputs()));
        return Optional.of(nodes);
    }

    private static String fresh(Node node, String suffix, GraphEditor editor) {
        return editor.freshName(node.output(0) + suffix);
    }

    private static Tensor scalar(float value) {
        return Tensor.ofFloats(new float[] {value});
    }
}
