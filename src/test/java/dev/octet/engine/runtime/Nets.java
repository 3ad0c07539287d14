package dev.octet.engine.runtime;

import dev.octet.engine.data.Column;
import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType;
import dev.octet.engine.onnx.OnnxWriter;
import dev.octet.engine.scheme.ElementType;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/** Small networks and inputs that tests of the runtime are made of. */
final class Nets {

    private Nets() {}

    /** A value; a dimension of -1 is the batch, named N, one of -2 is free without a name. */
    static Value value(String name, ElementType type, long... dims) {
        return new Value(
                name,
                new ValueType.TensorType(
                        type,
                        Arrays.stream(dims)
                                .mapToObj(d -> d == -1 ? Dim.symbolic("N") : d == -2 ? Dim.UNKNOWN : Dim.of(d))
                                .toList()));
    }

    static Value floats(String name, long... dims) {
        return value(name, ElementType.FLOAT, dims);
    }

    static Node node(String op, List<String> inputs, String output) {
        return Node.of(output + "/" + op, op, inputs, List.of(output));
    }

    static Model model(List<Value> inputs, List<Value> outputs, Map<String, Tensor> constants, Node... nodes) {
        Graph graph = new Graph("test", inputs, outputs, List.of(nodes), constants, Map.of());
        return new Model(graph, Map.of("", 17L), List.of(), Map.of(), "test");
    }

    static Path write(Model model, Path folder) {
        Path file = folder.resolve("net.onnx");
        OnnxWriter.write(model, file);
        return file;
    }

    /** y = relu(x W + b) with x [N,3], W [3,2]. */
    static Model dense() {
        return model(
                List.of(floats("x", -1, 3)),
                List.of(floats("y", -1, 2)),
                Map.of(
                        "w", Tensor.ofFloats(new float[] {1, -1, 2, -2, 3, -3}, 3, 2),
                        "b", Tensor.ofFloats(new float[] {0.5f, 0.25f}, 2)),
                node("MatMul", List.of("x", "w"), "product"),
                node("Add", List.of("product", "b"), "sum"),
                node("Relu", List.of("sum"), "y"));
    }

    /** Two 3x3 convolutions with ReLU, of {@code channels} channels, on x [N,8,12,12]; the result is y. */
    static Model convolutions(int channels) {
        return model(
                List.of(floats("x", -1, 8, 12, 12)),
                List.of(floats("y", -1, channels, 8, 8)),
                Map.of("w1", weights(channels, 8, 1), "w2", weights(channels, channels, 2)),
                node("Conv", List.of("x", "w1"), "c1"),
                node("Relu", List.of("c1"), "r1"),
                node("Conv", List.of("r1", "w2"), "c2"),
                node("Relu", List.of("c2"), "y"));
    }

    /** Multiply-accumulates of one sample of {@link #convolutions}. */
    static long macsOfConvolutions(int channels) {
        return 100L * channels * 8 * 9 + 64L * channels * channels * 9;
    }

    /**
     * {@link #convolutions} of 16 channels quantized as QDQ, unsigned activations and signed weights; the second convolution only
     * where {@code both}.
     */
    static Model quantizedConvolutions(boolean both) {
        Map<String, Tensor> constants = new LinkedHashMap<>();
        constants.put("s", Tensor.ofFloats(new float[] {0.05f}));
        constants.put("z", Tensor.ofBytes(ElementType.UINT8, new byte[] {(byte) 128}));
        constants.put("sr", Tensor.ofFloats(new float[] {0.05f}));
        constants.put("zr", Tensor.ofBytes(ElementType.UINT8, new byte[] {0}));
        constants.put("sw", Tensor.ofFloats(new float[] {0.01f}));
        constants.put("zw", Tensor.ofBytes(ElementType.INT8, new byte[] {0}));
        constants.put("q1", bytes(1, 16, 8, 3, 3));
        List<Node> nodes = new ArrayList<>(List.of(
                node("QuantizeLinear", List.of("x", "s", "z"), "xq"),
                node("DequantizeLinear", List.of("xq", "s", "z"), "xd"),
                node("DequantizeLinear", List.of("q1", "sw", "zw"), "w1"),
                node("Conv", List.of("xd", "w1"), "c1"),
                node("Relu", List.of("c1"), "r1"),
                node("QuantizeLinear", List.of("r1", "sr", "zr"), "rq"),
                node("DequantizeLinear", List.of("rq", "sr", "zr"), "rd")));
        if (both) {
            constants.put("q2", bytes(2, 16, 16, 3, 3));
            nodes.addAll(List.of(
                    node("DequantizeLinear", List.of("q2", "sw", "zw"), "w2"),
                    node("Conv", List.of("rd", "w2"), "c2"),
                    node("Relu", List.of("c2"), "r2"),
                    node("QuantizeLinear", List.of("r2", "sr", "zr"), "yq"),
                    node("DequantizeLinear", List.of("yq", "sr", "zr"), "y")));
        } else {
            constants.put("w2", weights(16, 16, 2));
            nodes.addAll(List.of(node("Conv", List.of("rd", "w2"), "c2"), node("Relu", List.of("c2"), "y")));
        }
        return model(
                List.of(floats("x", -1, 8, 12, 12)),
                List.of(floats("y", -1, 16, 8, 8)),
                constants,
                nodes.toArray(Node[]::new));
    }

    private static Tensor weights(int out, int in, long seed) {
        Random random = new Random(seed);
        float[] values = new float[out * in * 9];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian() / in;
        }
        return Tensor.ofFloats(values, out, in, 3, 3);
    }

    private static Tensor bytes(long seed, long... dims) {
        byte[] values = new byte[(int) Arrays.stream(dims).reduce(1, (a, b) -> a * b)];
        new Random(seed).nextBytes(values);
        return Tensor.ofBytes(ElementType.INT8, values, dims);
    }

    static Column column(String name, float[] values, long... shape) {
        ByteBuffer data = ByteBuffer.allocateDirect(values.length * 4).order(ByteOrder.nativeOrder());
        data.asFloatBuffer().put(values);
        return new Column(name, ElementType.FLOAT, Arrays.stream(shape).boxed().toList(), data);
    }

    /** Standard normal values, always the same for a shape. */
    static Column random(String name, long... shape) {
        Random random = new Random(7);
        float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return column(name, values, shape);
    }

    /** A real network, ResNet-20 for CIFAR-10: input [batch,3,32,32], logits [batch,10]. */
    static Path resnet20() throws URISyntaxException {
        return Path.of(Objects.requireNonNull(Nets.class.getResource("/fixtures/resnet20.onnx"))
                .toURI());
    }

    static float[] copy(OutputView view) {
        float[] values = new float[view.floats().remaining()];
        view.floats().get(0, values);
        return values;
    }
}
