package dev.octet.engine.plan;

import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType;
import dev.octet.engine.graph.ValueType.TensorType;
import dev.octet.engine.runtime.OrtRunner;
import dev.octet.engine.scheme.ElementType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;

/**
 * A float network written down for tests of quantization.
 *
 * <p>{@code network().input("x", -1, 3, 8, 8).weight("w", 4, 3, 3, 3).node("y = Conv(x, w)").output("y")}; a dimension of -1 is
 * the batch, N, any other negative one a free size of its own. A node is named after its first output.
 */
public final class Network {

    private final List<Value> inputs = new ArrayList<>();
    private final List<String> outputs = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Tensor> constants = new LinkedHashMap<>();

    private Network() {}

    public static Network network() {
        return new Network();
    }

    public Network input(String name, long... dims) {
        return input(name, ElementType.FLOAT, dims);
    }

    public Network input(String name, ElementType type, long... dims) {
        List<Dim> shape = Arrays.stream(dims)
                .mapToObj(d -> d < 0 ? Dim.symbolic(d == -1 ? "N" : "D" + -d) : Dim.of(d))
                .toList();
        inputs.add(new Value(name, new TensorType(type, shape)));
        return this;
    }

    public Network constant(String name, Tensor tensor) {
        constants.put(name, tensor);
        return this;
    }

    public Network floats(String name, float... values) {
        return constant(name, Tensor.ofFloats(values, values.length));
    }

    public Network scalar(String name, float value) {
        return constant(name, Tensor.ofFloats(new float[] {value}));
    }

    public Network longs(String name, long... values) {
        return constant(name, Tensor.ofLongs(values, values.length));
    }

    /** Weights of mean 0 and variance 2 over the fan-in, the same for the same name. */
    public Network weight(String name, long... dims) {
        long fanIn = Math.max(1, LongStream.of(dims).skip(1).reduce(1, (a, b) -> a * b));
        return constant(name, normal(name.hashCode(), (float) Math.sqrt(2.0 / fanIn), dims));
    }

    /** A node as {@code "y = Op(a, , b)"}, then attributes as names and values. */
    public Network node(String text, Object... attributes) {
        String[] sides = text.split("=", 2);
        String call = sides[1].strip();
        String op = call.substring(0, call.indexOf('('));
        List<String> ins = names(call.substring(call.indexOf('(') + 1, call.lastIndexOf(')')));
        List<String> outs = names(sides[0]);
        Map<String, Attribute> map = new LinkedHashMap<>();
        for (int i = 0; i < attributes.length; i += 2) {
            map.put((String) attributes[i], attribute(attributes[i + 1]));
        }
        nodes.add(new Node(outs.getFirst(), "", op, ins, outs, map));
        return this;
    }

    /** A convolution of {@code out} channels over {@code in}, padded so that a stride of 1 keeps the size, with bias. */
    public Network conv(String output, String input, int out, int in, int kernel, int group) {
        long half = kernel / 2;
        weight(output + ".w", out, in / group, kernel, kernel);
        constant(output + ".b", normal(output.hashCode(), 0.1f, out));
        return node(
                output + " = Conv(" + input + ", " + output + ".w, " + output + ".b)",
                "group",
                group,
                "pads",
                new long[] {half, half, half, half});
    }

    public Network conv(String output, String input, int channels, int kernel) {
        return conv(output, input, channels, channels, kernel, 1);
    }

    /** A product with a constant of {@code in} rows and {@code out} columns. */
    public Network matMul(String output, String input, int in, int out) {
        constant(output + ".w", normal(output.hashCode(), (float) Math.sqrt(1.0 / in), in, out));
        return node(output + " = MatMul(" + input + ", " + output + ".w)");
    }

    public Network output(String... names) {
        outputs.addAll(List.of(names));
        return this;
    }

    /** The model as a file would give it: nothing known of inner values. */
    public Model model() {
        List<Value> values = outputs.stream()
                .map(name -> new Value(name, new TensorType(ElementType.FLOAT, null)))
                .toList();
        Graph graph = new Graph("network", inputs, values, nodes, constants, Map.of());
        return new Model(graph, Map.of("", 17L), List.of(), Map.of(), "test");
    }

    /** The model with the types that the runtime gives its inner values at batch 1. */
    public Model typed(Path scratch) {
        Model model = model();
        Graph graph = model.graph();
        List<Value> single =
                inputs.stream().map(v -> new Value(v.name(), atBatch(v, 1))).toList();
        Map<String, ValueType> types = new OrtRunner(scratch).types(model.withGraph(graph.withInputs(single)));
        return model.withGraph(graph.withTypes(types));
    }

    /** Standard normal values for each input at {@code batch}; integers are 0 or 1. */
    public Map<String, Tensor> sample(long seed, long batch) {
        Map<String, Tensor> sample = new LinkedHashMap<>();
        for (Value input : inputs) {
            TensorType type = atBatch(input, batch);
            long[] dims = type.shape().stream().mapToLong(Dim::size).toArray();
            Random random = new Random(seed + input.name().hashCode());
            int n = Math.toIntExact(LongStream.of(dims).reduce(1, (a, b) -> a * b));
            sample.put(
                    input.name(),
                    switch (type.element()) {
                        case INT64 -> Tensor.ofLongs(random.longs(n, 0, 2).toArray(), dims);
                        case BOOL -> {
                            byte[] bits = new byte[n];
                            Arrays.fill(bits, (byte) 1);
                            yield Tensor.ofBytes(ElementType.BOOL, bits, dims);
                        }
                        default -> normal(seed + input.name().hashCode(), 1, dims);
                    });
        }
        return sample;
    }

    public static Tensor normal(long seed, float deviation, long... dims) {
        Random random = new Random(seed);
        float[] values = new float[Math.toIntExact(LongStream.of(dims).reduce(1, (a, b) -> a * b))];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian() * deviation;
        }
        return Tensor.ofFloats(values, dims);
    }

    private static TensorType atBatch(Value input, long batch) {
        TensorType type = (TensorType) input.type();
        return new TensorType(
                type.element(),
                type.shape().stream().map(d -> d.isKnown() ? d : Dim.of(batch)).toList());
    }

    private static List<String> names(String text) {
        return text.isBlank()
                ? List.of()
                : Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    }

    private static Attribute attribute(Object value) {
        return switch (value) {
            case Integer i -> Attribute.of(i.longValue());
            case Long l -> Attribute.of(l);
            case Float f -> Attribute.of(f);
            case String s -> Attribute.of(s);
            case Graph g -> new Attribute.OfGraph(g);
            case long[] longs -> Attribute.of(Arrays.stream(longs).boxed().toList());
            default -> throw new IllegalArgumentException(value.toString());
        };
    }
}
