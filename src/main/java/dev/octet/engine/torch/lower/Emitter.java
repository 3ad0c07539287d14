package dev.octet.engine.torch.lower;

import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.scheme.ElementType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongToDoubleFunction;

/** A graph under construction: nodes in order, constants, names that are taken. */
final class Emitter {

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** A node with the number of the call that it was made for. */
    record Emitted(Node node, int call) {}

    private final List<Emitted> nodes = new ArrayList<>();
    private final Map<String, Tensor> constants = new LinkedHashMap<>();
    private final Map<String, String> known = new HashMap<>();
    private final Set<String> zeros = new HashSet<>();
    private final Set<String> taken = new HashSet<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private int calls;

    /** A name that no value has, {@code wish} where that is free. */
    String fresh(String wish) {
        String name = wish.isEmpty() ? "value" : wish;
        while (!taken.add(name)) {
            name = wish + "_" + numbers.merge(wish, 1, Integer::sum);
        }
        return name;
    }

    /** Begins the nodes of another call. */
    int nextCall() {
        return ++calls;
    }

    int size() {
        return nodes.size();
    }

    void add(Node node) {
        nodes.add(new Emitted(node, calls));
    }

    List<Emitted> nodes() {
        return nodes;
    }

    Map<String, Tensor> constants() {
        return constants;
    }

    void stored(String name, Tensor tensor) {
        constants.put(name, tensor);
    }

    /** Gives {@code value} another name where a node from {@code start} on makes it; whether one does. */
    boolean rename(String value, String name, int start) {
        boolean made = nodes.subList(start, nodes.size()).stream()
                .anyMatch(emitted -> emitted.node().outputs().contains(value));
        if (made) {
            for (int i = start; i < nodes.size(); i++) {
                Emitted at = nodes.get(i);
                nodes.set(i, new Emitted(renamed(at.node(), value, name), at.call()));
            }
        }
        return made;
    }

    static Node renamed(Node node, String from, String to) {
        if (!node.inputs().contains(from) && !node.outputs().contains(from)) {
            return node;
        }
        return node.withInputs(replaced(node.inputs(), from, to)).withOutputs(replaced(node.outputs(), from, to));
    }

    private static List<String> replaced(List<String> names, String from, String to) {
        return names.stream().map(name -> name.equals(from) ? to : name).toList();
    }

    /** The name of a constant of whole numbers; equal ones share it. */
    String longs(long... values) {
        return constant("longs " + Arrays.toString(values), Tensor.ofLongs(values, values.length));
    }

    /** The name of a constant of {@code type} with all elements {@code value}; equal ones share it. */
    String filled(double value, ElementType type, long... dims) {
        String key = type + " " + value + " " + Arrays.toString(dims);
        String name = known.get(key);
        if (name == null) {
            name = constant(key, Tensor.of(type, dims, bytes(_ -> value, type, dims)));
        }
        if (value == 0) {
            zeros.add(name);
        }
        return name;
    }

    /** The name of a constant of {@code type} with the elements {@code values}; equal ones share it. */
    String numbers(double[] values, ElementType type, long... dims) {
        String key = type + " " + Arrays.toString(values) + " " + Arrays.toString(dims);
        return constant(key, Tensor.of(type, dims, bytes(i -> values[Math.toIntExact(i)], type, dims)));
    }

    /** Whether {@code value} is made of zeros alone, as far as that can be seen. */
    boolean isZero(String value) {
        for (Emitted emitted : nodes) {
            Node node = emitted.node();
            if (node.outputs().contains(value)) {
                return Set.of("Expand", "Identity").contains(node.op())
                        && zeros.contains(node.inputs().getFirst());
            }
        }
        return zeros.contains(value);
    }

    private String constant(String key, Tensor tensor) {
        return known.computeIfAbsent(key, _ -> {
            String name = fresh("constant");
            constants.put(name, tensor);
            return name;
        });
    }

    private static MemorySegment bytes(LongToDoubleFunction values, ElementType type, long... dims) {
        long elements = Arrays.stream(dims).reduce(1, Math::multiplyExact);
        MemorySegment data = MemorySegment.ofArray(new byte[Math.toIntExact(type.bytes(elements))]);
        for (long i = 0; i < elements; i++) {
            double value = values.applyAsDouble(i);
            switch (type) {
                case FLOAT -> data.setAtIndex(INT, i, Float.floatToRawIntBits((float) value));
                case DOUBLE -> data.setAtIndex(LONG, i, Double.doubleToRawLongBits(value));
                case FLOAT16 -> data.setAtIndex(SHORT, i, Float.floatToFloat16((float) value));
                case BFLOAT16 -> data.setAtIndex(SHORT, i, brief((float) value));
                case INT64, UINT64 -> data.setAtIndex(LONG, i, (long) value);
                case INT32, UINT32 -> data.setAtIndex(INT, i, (int) (long) value);
                case INT16, UINT16 -> data.setAtIndex(SHORT, i, (short) (long) value);
                case INT8, UINT8 -> data.set(ValueLayout.JAVA_BYTE, i, (byte) (long) value);
                case BOOL -> data.set(ValueLayout.JAVA_BYTE, i, (byte) (value == 0 ? 0 : 1));
                default -> throw new IllegalArgumentException("constants of " + type);
            }
        }
        return data;
    }

    /** The nearest bfloat16, ties to even. */
    private static short brief(float value) {
        int bits = Float.floatToRawIntBits(value);
        return Float.isNaN(value) ? (short) 0x7fc0 : (short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
    }
}
