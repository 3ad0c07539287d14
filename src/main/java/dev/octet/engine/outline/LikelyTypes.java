package dev.octet.engine.outline;

import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType;
import dev.octet.engine.graph.ValueType.TensorType;
import dev.octet.engine.scheme.ElementType;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Element types of a graph's values, guessed where the file does not tell them.
 *
 * <p>Only the runtime knows for sure, and it is not to see an upload here. Most operators compute what their first input is; those
 * that do not are listed. Half precision counts as FLOAT, which it is widened to before quantizing.
 */
final class LikelyTypes {
    private static final Set<String> INDICES = Set.of("Shape", "Size", "NonZero", "ArgMax", "ArgMin");
    private static final Set<String> TRUTHS = Set.of(
            "Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual", "And", "Or", "Xor", "Not", "IsNaN", "IsInf");
    private static final Set<String> FLOATS = Set.of("DequantizeLinear", "RandomNormal", "RandomUniform");

    private final Map<String, ValueType> types = new HashMap<>();

    private LikelyTypes() {}

    /** The types of the inputs, constants and values of {@code graph} by name; of some nothing is known. */
    static Map<String, ValueType> of(Graph graph) {
        LikelyTypes likely = new LikelyTypes();
        graph.outputs().forEach(likely::put);
        graph.types().forEach((name, type) -> likely.put(new Value(name, type)));
        graph.initializers().forEach((name, tensor) -> likely.put(name, tensor.type()));
        graph.inputs().forEach(likely::put);
        for (Node node : graph.nodes()) {
            ElementType type = likely.result(node);
            if (type != null) {
                node.outputs().stream()
                        .filter(output -> !output.isEmpty() && !likely.types.containsKey(output))
                        .forEach(output -> likely.put(output, type));
            }
        }
        return likely.types;
    }

    private void put(Value value) {
        if (value.type() instanceof TensorType(var element, var _)) {
            put(value.name(), element);
        }
    }

    private void put(String name, ElementType type) {
        boolean half = type == ElementType.FLOAT16 || type == ElementType.BFLOAT16;
        types.put(name, new TensorType(half ? ElementType.FLOAT : type, null));
    }

    private @Nullable ElementType result(Node node) {
        String op = node.op();
        if (INDICES.contains(op)) {
            return ElementType.INT64;
        }
        if (TRUTHS.contains(op)) {
            return ElementType.BOOL;
        }
        if (FLOATS.contains(op)) {
            return ElementType.FLOAT;
        }
        return switch (op) {
            case "Cast" ->
                ElementType.ofOnnxCode((int) node.intAttribute("to", 0)).orElse(null);
            case "ConstantOfShape" ->
                node.attributes().get("value") instanceof Attribute.OfTensor(Tensor value)
                        ? value.type()
                        : ElementType.FLOAT;
            case "Where" -> of(node.input(1));
            case "OneHot" -> of(node.input(2));
            default -> of(node.input(0));
        };
    }

    private @Nullable ElementType of(String value) {
        return types.get(value) instanceof TensorType(var element, var _) ? element : null;
    }
}
