package dev.octet.engine.rewrite;

import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType;
import dev.octet.engine.rewrite.constant.Floats;
import dev.octet.engine.scheme.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A small network written down: {@code Net.opset(13).input("x", 1, 3, 8, 8).node("y = Relu(x)").output("y")}. */
final class Net {

    private final long opset;
    private final List<Value> inputs = new ArrayList<>();
    private final List<Value> outputs = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Tensor> initializers = new LinkedHashMap<>();
    private final Map<String, ValueType> types = new LinkedHashMap<>();

    private Net(long opset) {
        this.opset = opset;
    }

    static Net opset(long opset) {
        return new Net(opset);
    }

    Net input(String name, long... dims) {
        return input(name, ElementType.FLOAT, dims);
    }

    Net input(String name, ElementType type, long... dims) {
        inputs.add(new Value(name, tensor(type, dims)));
        return this;
    }

    Net type(String name, ElementType type, long... dims) {
        types.put(name, tensor(type, dims));
        return this;
    }

    Net constant(String name, Tensor tensor) {
        initializers.put(name, tensor);
        return this;
    }

    Net longs(String name, long... values) {
        return constant(name, Tensor.ofLongs(values, values.length));
    }

    Net floats(String name, float... values) {
        return constant(name, Tensor.ofFloats(values, values.length));
    }

    /** A normally distributed constant, always the same for the same name. */
    Net weight(String name, long... dims) {
        return constant(name, random(name.hashCode(), ElementType.FLOAT, dims));
    }

    /** Values between 0.5 and 1.5, for variances. */
    Net positive(String name, int n) {
        Random random = new Random(name.hashCode());
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = 0.5f + random.nextFloat();
        }
        return floats(name, values);
    }

    /** A node as {@code "y, z = Op(a, , b)"}, or {@code "y = domain:Op(a)"}, then attributes as names and values. */
    Net node(String text, Object... attributes) {
        String[] sides = text.split("=", 2);
        String call = sides[1].strip();
        String op = call.substring(0, call.indexOf('('));
        String domain = op.contains(":") ? op.substring(0, op.indexOf(':')) : "";
        List<String> ins = names(call.substring(call.indexOf('(') + 1, call.lastIndexOf(')')));
        Map<String, Attribute> map = new LinkedHashMap<>();
        for (int i = 0; i < attributes.length; i += 2) {
            map.put((String) attributes[i], attribute(attributes[i + 1]));
        }
        List<String> outs = names(sides[0]);
        nodes.add(new Node(outs.getFirst() + "_node", domain, op.substring(op.indexOf(':') + 1), ins, outs, map));
        return this;
    }

    private static Attribute attribute(Object value) {
        return switch (value) {
            case Attribute attribute -> attribute;
            case Integer i -> Attribute.of(i.longValue());
            case Long l -> Attribute.of(l);
            case Float f -> Attribute.of(f);
            case String s -> Attribute.of(s);
            case Tensor t -> new Attribute.OfTensor(t);
            case Graph g -> new Attribute.OfGraph(g);
            case long[] longs -> Attribute.of(Arrays.stream(longs).boxed().toList());
            case float[] floats -> {
                List<Float> list = new ArrayList<>();
                for (float f : floats) {
                    list.add(f);
                }
                yield new Attribute.OfFloats(list);
            }
            default -> throw new IllegalArgumentException(value.toString());
        };
    }

    private static List<String> names(String text) {
        return text.isBlank()
                ? List.of()
                : Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    }

    Net output(String... names) {
        return output(ElementType.FLOAT, names);
    }

    Net output(ElementType type, String... names) {
        for (String name : names) {
            outputs.add(new Value(name, new ValueType.TensorType(type, null)));
        }
        return this;
    }

    Graph graph() {
        return new Graph("net", inputs, outputs, nodes, initializers, types);
    }

    Model model() {
        return new Model(graph(), Map.of("", opset, "com.microsoft", 1L), List.of(), Map.of(), "test");
    }

    private static ValueType tensor(ElementType type, long... dims) {
        return new ValueType.TensorType(
                type,
                Arrays.stream(dims)
                        .mapToObj(d -> d < 0 ? Dim.symbolic("N") : Dim.of(d))
                        .toList());
    }

    static long[] ints(long... values) {
        return values;
    }

    /** Normally distributed values of a floating-point type, or integers from 0 to 3. */
    static Tensor random(long seed, ElementType type, long... dims) {
        Random random = new Random(seed);
        int n = (int) Arrays.stream(dims).reduce(1, (a, b) -> a * b);
        if (type == ElementType.INT64) {
            return Tensor.ofLongs(random.longs(n, 0, 4).toArray(), dims);
        }
        double[] values = random.doubles(n, -2, 2).toArray();
        return Floats.vector(type, values).orElseThrow().reshaped(dims);
    }
}
