package dev.octet.engine.rewrite.shape;

import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType.TensorType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The sizes that are only known at run time: those of the inputs' free dimensions.
 *
 * <p>Dimensions of the same symbol are one size, unless a sample shows two: real models name different sizes alike. A dimension
 * without a symbol is a size of its own.
 */
final class FreeDims {

    /** What a free dimension is known by: its symbol, or its place where it has none, and its size in the sample. */
    private record Key(String symbol, long sampled) {}

    private final List<Value> inputs;
    private final List<List<@Nullable Key>> keys = new ArrayList<>();
    private final Map<Key, Integer> numbers = new LinkedHashMap<>();

    /**
     * The free dimensions of {@code inputs}.
     *
     * @param sample the same inputs in the same order, with the shapes of one sample
     */
    FreeDims(List<Value> inputs, List<Value> sample) {
        this.inputs = inputs;
        for (int i = 0; i < inputs.size(); i++) {
            List<Dim> dims = dims(inputs.get(i));
            List<Dim> sampled = dims(sample.get(i));
            List<@Nullable Key> own = new ArrayList<>();
            for (int axis = 0; axis < dims.size(); axis++) {
                Dim dim = dims.get(axis);
                Key key = dim.isKnown()
                        ? null
                        : new Key(
                                dim.symbol() == null ? inputs.get(i).name() + "_dim_" + axis : dim.symbol(),
                                axis < sampled.size() ? sampled.get(axis).size() : -1);
                if (key != null) {
                    numbers.putIfAbsent(key, numbers.size());
                }
                own.add(key);
            }
            keys.add(own);
        }
    }

    private static List<Dim> dims(Value value) {
        List<Dim> shape = value.type() instanceof TensorType tensor ? tensor.shape() : null;
        return shape == null ? List.of() : shape;
    }

    /** How many sizes there are. */
    int count() {
        return numbers.size();
    }

    /** A name for each size, by its number; unlike all other names. */
    List<String> names() {
        Set<String> symbols = new HashSet<>();
        numbers.keySet().forEach(key -> symbols.add(key.symbol()));
        Set<String> given = new HashSet<>();
        List<String> names = new ArrayList<>();
        for (Key key : numbers.keySet()) {
            String name = key.symbol();
            for (int i = 1; !given.add(name); i++) {
                String other = key.symbol() + "_" + i;
                name = symbols.contains(other) ? name : other;
            }
            names.add(name);
        }
        return names;
    }

    /** The inputs with every free dimension bound to the size that {@code sizes} has under its number. */
    List<Value> bound(List<Long> sizes) {
        List<Value> bound = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            Value input = inputs.get(i);
            List<Dim> fixed = new ArrayList<>(dims(input));
            List<@Nullable Key> own = keys.get(i);
            for (int axis = 0; axis < fixed.size(); axis++) {
                Key key = own.get(axis);
                if (key != null) {
                    fixed.set(axis, Dim.of(sizes.get(numbers.getOrDefault(key, 0))));
                }
            }
            bound.add(
                    input.type() instanceof TensorType tensor && tensor.shape() != null
                            ? new Value(input.name(), new TensorType(tensor.element(), fixed))
                            : input);
        }
        return bound;
    }
}
