package dev.octet.engine.graph;

import dev.octet.engine.graph.ValueType.OtherType;
import dev.octet.engine.graph.ValueType.TensorType;
import dev.octet.engine.scheme.TensorInfo;
import java.util.List;

/**
 * A named edge of a graph with its type.
 *
 * @param name unique in its graph, never empty
 * @param type what flows along it
 */
public record Value(String name, ValueType type) {

    /** Name and type as people and clients see them. */
    public TensorInfo info() {
        return switch (type) {
            case TensorType(var element, List<Dim> shape) ->
                new TensorInfo(
                        name,
                        element.name(),
                        shape == null
                                ? List.of()
                                : shape.stream().map(Value::dimension).toList());
            case OtherType(String text, var _) -> new TensorInfo(name, text, List.of());
        };
    }

    private static Object dimension(Dim dim) {
        String symbol = dim.symbol();
        return symbol != null ? symbol : (Object) dim.size();
    }
}
