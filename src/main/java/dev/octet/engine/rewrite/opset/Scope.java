package dev.octet.engine.rewrite.opset;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.graph.ValueType;
import dev.octet.engine.scheme.ElementType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The graph around a node that is being raised: what is known of its values, and what is added. */
public final class Scope {

    /** Operators whose first output has the element type of their first input. */
    private static final Set<String> SAME_TYPE = Set.of(
            "Add",
            "AveragePool",
            "BatchNormalization",
            "Clip",
            "Concat",
            "Conv",
            "ConvTranspose",
            "Div",
            "Dropout",
            "Elu",
            "Flatten",
            "Gather",
            "Gemm",
            "GlobalAveragePool",
            "Identity",
            "InstanceNormalization",
            "LeakyRelu",
            "MatMul",
            "MaxPool",
            "Mul",
            "PRelu",
            "Pad",
            "ReduceMax",
            "ReduceMean",
            "ReduceSum",
            "Relu",
            "Reshape",
            "Resize",
            "Sigmoid",
            "Slice",
            "Softmax",
            "Split",
            "Squeeze",
            "Sub",
            "Tanh",
            "Transpose",
            "Unsqueeze",
            "Upsample");

    private final Graph graph;
    private final @Nullable Scope outer;
    private final Uses uses;
    private final Raise raise;
    private final Map<String, Tensor> added = new LinkedHashMap<>();

    /** @param outer the scope around a body, null for the model's graph */
    public Scope(Graph graph, @Nullable Scope outer, Raise raise) {
        this.graph = graph;
        this.outer = outer;
        this.uses = Uses.of(graph);
        this.raise = raise;
    }

    /** The initializers that adapters added, by name. */
    public Map<String, Tensor> added() {
        return Collections.unmodifiableMap(added);
    }

    long from() {
        return raise.from();
    }

    /** The constant that {@code value} is, here or in a graph around. */
    Optional<Tensor> constant(String value) {
        if (outer != null && !isDefined(value)) {
            return outer.constant(value);
        }
        return graph.constant(value);
    }

    /** The number of dimensions of {@code value}, as known or as what it is made from tells; -1 where nothing does. */
    int rank(String value) {
        if (outer != null && !isDefined(value)) {
            return outer.rank(value);
        }
        return Ranks.of(graph, uses, value);
    }

    /** The element type of {@code value}: as declared, or as what it is made from; null where it is not known. */
    @Nullable
    ElementType elementType(String value) {
        String current = value;
        for (int i = 0; i <= graph.nodes().size(); i++) {
            if (outer != null && !isDefined(current)) {
                return outer.elementType(current);
            }
            if (graph.typeOf(current) instanceof ValueType.TensorType tensor) {
                return tensor.element();
            }
            Node producer = uses.producer(current).orElse(null);
            if (producer != null && producer.is("Cast")) {
                return ElementType.ofOnnxCode((int) producer.intAttribute("to", 0))
                        .orElse(null);
            }
            if (producer == null
                    || !producer.domain().isEmpty()
                    || !SAME_TYPE.contains(producer.op())
                    || !producer.output(0).equals(current)) {
                return null;
            }
            current = producer.input(0);
        }
        return null;
    }

    private boolean isDefined(String value) {
        return graph.isInput(value)
                || graph.initializers().containsKey(value)
                || uses.producer(value).isPresent();
    }

    /** Whether anything takes {@code value}. */
    boolean isUsed(String value) {
        return !value.isEmpty() && (!uses.consumers(value).isEmpty() || uses.isOutput(value));
    }

    String freshName(String wish) {
        return raise.freshName(wish);
    }

    String addConstant(String wish, Tensor tensor) {
        String name = freshName(wish);
        added.put(name, tensor);
        return name;
    }

    /** A vector of INT64 as a constant. */
    String addLongs(String wish, List<Long> values) {
        return addConstant(
                wish, Tensor.ofLongs(values.stream().mapToLong(Long::longValue).toArray(), values.size()));
    }

    /** Notes that {@code node} can't be raised, and why; gives the node back. */
    List<Node> refuse(Node node, String why) {
        raise.refuse(node, why);
        return List.of(node);
    }
}
