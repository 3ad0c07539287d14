package dev.octet.engine.graph;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A network as operations and the values between them, immutable.
 *
 * <p>Nodes stand in topological order and each value has one producer (static single assignment). A value is a graph input, an
 * initializer, or a node's output; a name may be both input and initializer, then the initializer is the input's default.
 * Subgraphs (bodies of If, Loop, Scan) may use values of the graphs around them.
 *
 * @param name for people
 * @param inputs what the caller gives, in order
 * @param outputs what the caller gets, in order
 * @param nodes in topological order
 * @param initializers constants by name, in the file's order
 * @param types what is known of inner values' types, by name; inputs and outputs carry their own
 */
public record Graph(
        String name,
        List<Value> inputs,
        List<Value> outputs,
        List<Node> nodes,
        Map<String, Tensor> initializers,
        Map<String, ValueType> types) {

    public Graph {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        nodes = List.copyOf(nodes);
        initializers = Collections.unmodifiableMap(new LinkedHashMap<>(initializers));
        types = Collections.unmodifiableMap(new LinkedHashMap<>(types));
    }

    /** The constant named {@code value}; empty where it is none or where the caller may override it. */
    public Optional<Tensor> constant(String value) {
        return isInput(value) ? Optional.empty() : Optional.ofNullable(initializers.get(value));
    }

    public boolean isInput(String value) {
        return inputs.stream().anyMatch(i -> i.name().equals(value));
    }

    public boolean isOutput(String value) {
        return outputs.stream().anyMatch(o -> o.name().equals(value));
    }

    /** Inputs that the caller has to give: those without a default. */
    public List<Value> requiredInputs() {
        return inputs.stream().filter(i -> !initializers.containsKey(i.name())).toList();
    }

    /** What is known of a value's type, from inputs, outputs, initializers or inner types. */
    public @Nullable ValueType typeOf(String value) {
        for (Value input : inputs) {
            if (input.name().equals(value)) {
                return input.type();
            }
        }
        Tensor constant = initializers.get(value);
        if (constant != null) {
            return new ValueType.TensorType(
                    constant.type(),
                    Arrays.stream(constant.dims()).mapToObj(Dim::of).toList());
        }
        ValueType known = types.get(value);
        if (known != null) {
            return known;
        }
        for (Value output : outputs) {
            if (output.name().equals(value)) {
                return output.type();
            }
        }
        return null;
    }

    public Graph withNodes(List<Node> newNodes) {
        return new Graph(name, inputs, outputs, newNodes, initializers, types);
    }

    public Graph withOutputs(List<Value> newOutputs) {
        return new Graph(name, inputs, newOutputs, nodes, initializers, types);
    }

    public Graph withInputs(List<Value> newInputs) {
        return new Graph(name, newInputs, outputs, nodes, initializers, types);
    }

    public Graph withInitializers(Map<String, Tensor> newInitializers) {
        return new Graph(name, inputs, outputs, nodes, newInitializers, types);
    }

    public Graph withTypes(Map<String, ValueType> newTypes) {
        return new Graph(name, inputs, outputs, nodes, initializers, newTypes);
    }
}
