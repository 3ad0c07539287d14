package dev.octet.engine.rewrite.half;

import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Channels;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.GraphEditor;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Rewrite;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType;
import dev.octet.engine.scheme.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Brings 16-bit floating point to 32 bits inside of a model; its inputs and outputs stay as they are.
 *
 * <pre>
 * before:  x16, w16 -> MatMul -> h16 -> Gelu -> y16
 * after:   x16 -> Cast -> x32;  x32, w32 -> MatMul -> h32 -> Gelu -> y32 -> Cast -> y16
 * </pre>
 *
 * <p>Processors compute 16-bit floats by casting around each operator, so islands of 32 bits are what they run fast, and integers are
 * made from the same weights, since widening is exact. Inner results are no longer rounded to 16 bits: outputs move by as much as
 * that rounding. Casts to 16 bits, constants, and the types of bodies' values go along.
 */
public final class WidenHalfPrecision implements Rewrite {

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Attributes that name an element type. */
    private static final Set<String> TYPES = Set.of("to", "dtype", "stash_type");

    @Override
    public String title() {
        return "widen 16-bit floats";
    }

    /** Whether {@code model} computes in 16-bit floating point anywhere. */
    public static boolean applies(Model model) {
        return isHalf(model.graph())
                || model.functions().stream()
                        .flatMap(function -> function.nodes().stream())
                        .anyMatch(WidenHalfPrecision::isHalf);
    }

    @Override
    public Result apply(Model model) {
        if (!isHalf(model.graph())) {
            return new Result(model, List.of("skipped: nothing is in 16-bit floating point"));
        }
        Graph graph = model.graph();
        GraphEditor names = new GraphEditor(graph);
        Map<String, Tensor> initializers = new LinkedHashMap<>();
        graph.initializers()
                .forEach((name, tensor) ->
                        initializers.put(name, graph.isInput(name) || graph.isOutput(name) ? tensor : widened(tensor)));
        List<Node> nodes =
                graph.nodes().stream().map(WidenHalfPrecision::widened).toList();
        Graph wide = graph.withInitializers(initializers).withNodes(nodes).withTypes(Map.of());
        GraphEditor editor = new GraphEditor(wide);
        List<Node> casts = new ArrayList<>();
        Map<String, String> outputs = new LinkedHashMap<>();
        Set<String> given = new LinkedHashSet<>(initializers.keySet());
        graph.inputs().forEach(input -> given.add(input.name()));
        for (String name : given) {
            if (isHalf(graph.typeOf(name)) && (graph.isInput(name) || graph.isOutput(name))) {
                String inside = names.freshName(name + "_float");
                casts.add(cast(name, inside, ElementType.FLOAT));
                editor.redirect(name, inside);
            }
        }
        for (Value output : graph.outputs()) {
            if (output.type() instanceof ValueType.TensorType(ElementType element, var _)
                    && isHalf(element)
                    && !given.contains(output.name())) {
                String inside = names.freshName(output.name() + "_float");
                outputs.put(output.name(), inside);
                casts.add(cast(inside, output.name(), element));
                editor.redirect(output.name(), inside);
            }
        }
        for (Node node : nodes) {
            if (node.outputs().stream().anyMatch(outputs::containsKey)) {
                List<String> renamed = node.outputs().stream()
                        .map(output -> outputs.getOrDefault(output, output))
                        .toList();
                editor.replace(node, List.of(node.withOutputs(renamed)));
            }
        }
        Graph result = editor.addFirst(casts).build();
        long widened = graph.initializers().values().stream()
                .filter(tensor -> isHalf(tensor.type()))
                .count();
        return new Result(
                model.withGraph(result),
                List.of(widened + " constants in 16-bit floating point are now in 32 bits, with " + casts.size()
                        + " casts at inputs and outputs"));
    }

    private static boolean isHalf(Graph graph) {
        return graph.initializers().values().stream().anyMatch(tensor -> isHalf(tensor.type()))
                || graph.inputs().stream().anyMatch(input -> isHalf(input.type()))
                || graph.nodes().stream().anyMatch(WidenHalfPrecision::isHalf);
    }

    private static boolean isHalf(Node node) {
        return node.subgraphs().stream().anyMatch(WidenHalfPrecision::isHalf)
                || node.attributes().entrySet().stream().anyMatch(entry -> switch (entry.getValue()) {
                    case Attribute.OfTensor(Tensor tensor) -> isHalf(tensor.type());
                    case Attribute.OfInt(long code) -> TYPES.contains(entry.getKey()) && isHalf(code);
                    default -> false;
                });
    }

    private static boolean isHalf(long code) {
        return code == ElementType.FLOAT16.onnxCode() || code == ElementType.BFLOAT16.onnxCode();
    }

    private static boolean isHalf(ElementType type) {
        return type == ElementType.FLOAT16 || type == ElementType.BFLOAT16;
    }

    private static boolean isHalf(@Nullable ValueType type) {
        return type instanceof ValueType.TensorType(ElementType element, var _) && isHalf(element);
    }

    private static Node cast(String from, String to, ElementType type) {
        return Node.of(to + "_Cast", "Cast", List.of(from), List.of(to))
                .withAttribute("to", Attribute.of(type.onnxCode()));
    }

    private static Node widened(Node node) {
        Map<String, Attribute> attributes = new LinkedHashMap<>(node.attributes());
        attributes.replaceAll((name, attribute) -> switch (attribute) {
            case Attribute.OfTensor(Tensor tensor) -> new Attribute.OfTensor(widened(tensor));
            case Attribute.OfInt(long code)
            when TYPES.contains(name) && isHalf(code) -> Attribute.of(ElementType.FLOAT.onnxCode());
            default -> attribute;
        });
        return new Node(
                        node.name(),
                        node.domain(),
                        node.op(),
                        node.inputs(),
                        node.outputs(),
                        attributes,
                        node.documentation())
                .mapSubgraphs(WidenHalfPrecision::widened);
    }

    private static Graph widened(Graph body) {
        Map<String, Tensor> initializers = new LinkedHashMap<>(body.initializers());
        initializers.replaceAll((_, tensor) -> widened(tensor));
        return new Graph(
                body.name(),
                body.inputs().stream().map(WidenHalfPrecision::widened).toList(),
                body.outputs().stream().map(WidenHalfPrecision::widened).toList(),
                body.nodes().stream().map(WidenHalfPrecision::widened).toList(),
                initializers,
                Map.of());
    }

    private static Value widened(Value value) {
        return value.type() instanceof ValueType.TensorType(ElementType element, var shape) && isHalf(element)
                ? new Value(value.name(), new ValueType.TensorType(ElementType.FLOAT, shape))
                : value;
    }

    /** The tensor in 32 bits, which is exact; large ones outside of the heap. */
    private static Tensor widened(Tensor tensor) {
        if (!isHalf(tensor.type()) || tensor.elements() == 0) {
            return isHalf(tensor.type()) ? Tensor.ofFloats(new float[0], tensor.dims()) : tensor;
        }
        long bytes = ElementType.FLOAT.bytes(tensor.elements());
        MemorySegment wide = bytes <= Channels.PIECE
                ? MemorySegment.ofArray(new byte[(int) bytes])
                : Arena.ofAuto().allocate(bytes);
        long[] at = {0};
        Channels.of(tensor, -1).forEachElement((values, from, to) -> {
            MemorySegment.copy(values, from, wide, FLOAT, at[0], to - from);
            at[0] += (long) Float.BYTES * (to - from);
        });
        return Tensor.of(ElementType.FLOAT, tensor.dims(), wide);
    }
}
