package dev.octet.engine.runtime;

import dev.octet.engine.data.Column;
import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType.TensorType;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Foretells the shapes of a run's outputs from those of its inputs.
 *
 * <p>A symbol that an input and an output share has the input's size; what that leaves open is remembered from the last runs with
 * the same input shapes. A declared shape may be wrong and a remembered one may hang on the data: {@link #distrust()} ends it all.
 * Several threads may ask.
 */
final class OutputShapes {

    private static final int REMEMBERED = 16;

    private final Map<String, List<Dim>> inputs = new HashMap<>();
    private final Map<String, List<Dim>> outputs = new HashMap<>();
    private final Map<Map<String, List<Long>>, Map<String, List<Long>>> remembered = new LinkedHashMap<>();
    private boolean trusted = true;

    OutputShapes(List<Value> inputs, List<Value> outputs) {
        collect(inputs, this.inputs);
        collect(outputs, this.outputs);
    }

    private static void collect(List<Value> values, Map<String, List<Dim>> into) {
        for (Value value : values) {
            if (value.type() instanceof TensorType tensor && tensor.shape() != null) {
                into.put(value.name(), tensor.shape());
            }
        }
    }

    /** The shapes foretold for a run on {@code columns}, by output; those that can't be are left out. */
    synchronized Map<String, List<Long>> of(List<Column> columns) {
        if (!trusted) {
            return Map.of();
        }
        Map<String, Long> symbols = new HashMap<>();
        for (Column column : columns) {
            List<Dim> dims = inputs.getOrDefault(column.name(), List.of());
            for (int i = 0; i < Math.min(dims.size(), column.shape().size()); i++) {
                String symbol = dims.get(i).symbol();
                if (symbol != null) {
                    // Real models name different sizes alike: then the name tells nothing.
                    symbols.merge(symbol, column.shape().get(i), (one, other) -> one.equals(other) ? one : -1L);
                }
            }
        }
        Map<String, List<Long>> known = new HashMap<>(remembered.getOrDefault(key(columns), Map.of()));
        outputs.forEach((name, dims) -> bind(dims, symbols).ifPresent(shape -> known.putIfAbsent(name, shape)));
        return known;
    }

    private static Optional<List<Long>> bind(List<Dim> dims, Map<String, Long> symbols) {
        List<Long> shape = dims.stream()
                .map(dim -> {
                    String symbol = dim.symbol();
                    return dim.isKnown() ? dim.size() : symbol == null ? -1L : symbols.getOrDefault(symbol, -1L);
                })
                .toList();
        return shape.contains(-1L) ? Optional.empty() : Optional.of(shape);
    }

    /** Takes note that a run on {@code columns} gave output {@code name} this shape. */
    synchronized void remember(List<Column> columns, String name, List<Long> shape) {
        if (!trusted) {
            return;
        }
        Map<String, List<Long>> key = key(columns);
        if (!remembered.containsKey(key) && remembered.size() == REMEMBERED) {
            remembered.remove(remembered.keySet().iterator().next());
        }
        remembered.computeIfAbsent(key, _ -> new HashMap<>()).put(name, shape);
    }

    /** A foretold shape was wrong: from now on nothing is foretold. */
    synchronized void distrust() {
        trusted = false;
        remembered.clear();
    }

    private static Map<String, List<Long>> key(List<Column> columns) {
        Map<String, List<Long>> shapes = new HashMap<>();
        columns.forEach(column -> shapes.put(column.name(), column.shape()));
        return shapes;
    }
}
