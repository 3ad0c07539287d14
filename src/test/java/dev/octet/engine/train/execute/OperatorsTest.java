package dev.octet.engine.train.execute;

import static dev.octet.engine.plan.Network.network;
import static dev.octet.engine.plan.Network.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Value;
import dev.octet.engine.plan.Network;
import dev.octet.engine.runtime.OrtRunner;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.train.Libtorch;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each operator against ONNX Runtime, to a share of 1e-4 of the largest number. */
class OperatorsTest {

    private static final double BOUND = 1e-4;

    @TempDir
    static Path scratch;

    @BeforeAll
    static void load() {
        Libtorch.require(1);
    }

    /** Networks by name; each ends in y. */
    private static Map<String, Model> cases() {
        Map<String, Model> cases = new LinkedHashMap<>();
        convolutions(cases);
        products(cases);
        elements(cases);
        pools(cases);
        axes(cases);
        movement(cases);
        shapes(cases);
        return cases;
    }

    private static Network image() {
        return network().input("x", -1, 6, 9, 7);
    }

    private static Network rows() {
        return network().input("x", -1, 5, 8);
    }

    private static void put(Map<String, Model> cases, String name, Network network) {
        cases.put(name, network.output("y").model());
    }

    private static void convolutions(Map<String, Model> cases) {
        put(cases, "Conv", image().conv("y", "x", 4, 6, 3, 1));
        put(cases, "Conv grouped", image().conv("y", "x", 4, 6, 3, 2));
        put(cases, "Conv depthwise", image().conv("y", "x", 6, 6, 3, 6));
        put(
                cases,
                "Conv strided, dilated, padded unevenly",
                image().weight("w", 4, 6, 3, 3)
                        .node(
                                "y = Conv(x, w)",
                                "strides",
                                new long[] {2, 1},
                                "dilations",
                                new long[] {1, 2},
                                "pads",
                                new long[] {0, 1, 1, 2}));
        put(
                cases,
                "Conv same",
                image().weight("w", 4, 6, 3, 2)
                        .node("y = Conv(x, w)", "strides", new long[] {2, 2}, "auto_pad", "SAME_UPPER"));
        put(cases, "Conv of sequences", rows().weight("w", 4, 5, 3).node("y = Conv(x, w)", "pads", new long[] {1, 1}));
        put(
                cases,
                "ConvTranspose",
                image().weight("w", 6, 4, 3, 3)
                        .node(
                                "y = ConvTranspose(x, w)",
                                "strides",
                                new long[] {2, 2},
                                "pads",
                                new long[] {1, 1, 1, 1},
                                "output_padding",
                                new long[] {1, 1}));
    }

    private static void products(Map<String, Model> cases) {
        put(cases, "MatMul", rows().matMul("y", "x", 8, 3));
        put(
                cases,
                "MatMul of activations",
                rows().node("t = Transpose(x)", "perm", new long[] {0, 2, 1}).node("y = MatMul(x, t)"));
        Network flat = network().input("x", -1, 8).weight("w", 3, 8).constant("b", normal(3, 1, 3));
        put(cases, "Gemm transposed", flat.node("y = Gemm(x, w, b)", "transB", 1));
        put(
                cases,
                "Gemm scaled",
                network()
                        .input("x", -1, 8)
                        .weight("w", 8, 3)
                        .constant("b", normal(3, 1, 1, 3))
                        .node("y = Gemm(x, w, b)", "alpha", 0.5f, "beta", 2f));
    }

    private static void elements(Map<String, Model> cases) {
        for (String op : List.of(
                "Relu",
                "Sigmoid",
                "HardSwish",
                "Tanh",
                "Softplus",
                "Erf",
                "Exp",
                "Neg",
                "Abs",
                "Sin",
                "Cos",
                "Floor",
                "Ceil",
                "LeakyRelu",
                "Elu",
                "HardSigmoid",
                "Identity",
                "Dropout",
                "Reciprocal")) {
            put(cases, op, rows().node("y = " + op + "(x)"));
        }
        put(cases, "HardSigmoid steep", rows().node("y = HardSigmoid(x)", "alpha", 0.7f, "beta", 0.3f));
        put(cases, "Log", rows().node("a = Abs(x)").node("y = Log(a)"));
        put(cases, "Sqrt", rows().node("a = Abs(x)").node("y = Sqrt(a)"));
        put(cases, "PRelu", rows().constant("s", normal(1, 1, 8)).node("y = PRelu(x, s)"));
        put(cases, "Clip", rows().scalar("a", -0.5f).scalar("b", 0.4f).node("y = Clip(x, a, b)"));
        put(cases, "Clip from below", rows().scalar("a", -0.5f).node("y = Clip(x, a)"));
        for (String op : List.of("Add", "Sub", "Mul", "Div")) {
            put(cases, op, rows().constant("c", normal(2, 1, 5, 1)).node("y = " + op + "(x, c)"));
        }
        put(cases, "Pow", rows().scalar("c", 3).node("y = Pow(x, c)"));
        for (String op : List.of("Sum", "Max", "Min")) {
            put(
                    cases,
                    op,
                    rows().constant("c", normal(2, 1, 8))
                            .constant("d", normal(4, 1, 5, 1))
                            .node("y = " + op + "(x, c, d)"));
        }
        for (String op : List.of("Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual")) {
            put(
                    cases,
                    op,
                    rows().node("r = Floor(x)")
                            .scalar("c", 0)
                            .node("b = " + op + "(r, c)")
                            .node("y = Cast(b)", "to", 1));
        }
        put(
                cases,
                "Not, And, Or, Where",
                rows().scalar("c", 0)
                        .scalar("d", 0.5f)
                        .node("g = Greater(x, c)")
                        .node("l = Less(x, d)")
                        .node("n = Not(l)")
                        .node("a = And(g, l)")
                        .node("o = Or(a, n)")
                        .node("s = Neg(x)")
                        .node("y = Where(o, x, s)"));
        cases.put("Gelu", rows().node("y = Gelu(x)").output("y").model().withOpset("", 20));
        cases.put(
                "Gelu by tanh",
                rows().node("y = Gelu(x)", "approximate", "tanh")
                        .output("y")
                        .model()
                        .withOpset("", 20));
    }

    private static void pools(Map<String, Model> cases) {
        long[] three = {3, 3};
        long[] two = {2, 2};
        put(cases, "MaxPool", image().node("y = MaxPool(x)", "kernel_shape", three, "strides", two, "pads", new long[] {
            1, 1, 1, 1
        }));
        put(
                cases,
                "MaxPool unevenly padded",
                image().node("y = MaxPool(x)", "kernel_shape", three, "strides", two, "pads", new long[] {0, 0, 1, 1}));
        put(cases, "AveragePool", image().node("y = AveragePool(x)", "kernel_shape", three, "strides", two));
        put(cases, "AveragePool padded", image().node("y = AveragePool(x)", "kernel_shape", three, "pads", new long[] {
            1, 0, 1, 1
        }));
        put(
                cases,
                "AveragePool with padding counted",
                image().node(
                                "y = AveragePool(x)",
                                "kernel_shape",
                                three,
                                "pads",
                                new long[] {1, 1, 1, 1},
                                "count_include_pad",
                                1));
        put(cases, "GlobalAveragePool", image().node("y = GlobalAveragePool(x)"));
        put(cases, "GlobalMaxPool", image().node("y = GlobalMaxPool(x)"));
        put(
                cases,
                "Resize nearest",
                image().floats("scales", 1, 1, 2, 2)
                        .node(
                                "y = Resize(x, , scales)",
                                "coordinate_transformation_mode",
                                "asymmetric",
                                "nearest_mode",
                                "floor"));
        put(
                cases,
                "Resize linear",
                image().longs("sizes", 3, 6, 13, 11)
                        .node(
                                "y = Resize(x, , , sizes)",
                                "mode",
                                "linear",
                                "coordinate_transformation_mode",
                                "half_pixel"));
        put(
                cases,
                "Resize to corners",
                image().longs("sizes", 3, 6, 13, 11)
                        .node(
                                "y = Resize(x, , , sizes)",
                                "mode",
                                "linear",
                                "coordinate_transformation_mode",
                                "align_corners"));
    }

    private static void axes(Map<String, Model> cases) {
        for (String op : List.of("ReduceMean", "ReduceMax", "ReduceMin", "ReduceL2", "ReduceSumSquare")) {
            put(cases, op, rows().node("y = " + op + "(x)", "axes", new long[] {-1, 1}, "keepdims", 0));
        }
        put(cases, "ReduceMean of all", rows().node("y = ReduceMean(x)"));
        put(cases, "ReduceSum", rows().longs("axes", 1).node("y = ReduceSum(x, axes)"));
        put(cases, "ArgMax", rows().node("i = ArgMax(x)", "axis", 2).node("y = Cast(i)", "to", 1));
        put(cases, "Softmax", rows().node("y = Softmax(x)", "axis", 1));
        put(cases, "LogSoftmax", rows().node("y = LogSoftmax(x)"));
        put(
                cases,
                "LayerNormalization",
                rows().constant("s", normal(1, 1, 8))
                        .constant("b", normal(2, 1, 8))
                        .node("y = LayerNormalization(x, s, b)"));
        put(
                cases,
                "BatchNormalization",
                image().constant("s", normal(1, 1, 6))
                        .constant("b", normal(2, 1, 6))
                        .constant("m", normal(3, 1, 6))
                        .floats("v", 1, 2, 3, 0.5f, 1, 2)
                        .node("y = BatchNormalization(x, s, b, m, v)"));
        put(
                cases,
                "InstanceNormalization",
                image().constant("s", normal(1, 1, 6))
                        .constant("b", normal(2, 1, 6))
                        .node("y = InstanceNormalization(x, s, b)"));
    }

    private static void movement(Map<String, Model> cases) {
        put(cases, "Concat", rows().node("n = Neg(x)").node("y = Concat(x, n)", "axis", -1));
        put(
                cases,
                "Split",
                image().longs("sizes", 2, 4)
                        .node("a, b = Split(x, sizes)", "axis", 1)
                        .node("c = GlobalAveragePool(a)")
                        .node("d = GlobalAveragePool(b)")
                        .node("y = Concat(d, c)", "axis", 1));
        put(cases, "Reshape", rows().longs("s", 0, 2, -1).node("y = Reshape(x, s)"));
        put(cases, "Flatten", image().node("y = Flatten(x)", "axis", 2));
        put(cases, "Transpose backwards", rows().node("y = Transpose(x)"));
        put(
                cases,
                "Unsqueeze, Squeeze",
                rows().longs("two", 1, -1)
                        .longs("one", 1)
                        .node("u = Unsqueeze(x, two)")
                        .node("y = Squeeze(u, one)"));
        put(
                cases,
                "Slice",
                rows().longs("from", -6, 1)
                        .longs("to", 9999, 4)
                        .longs("axes", 2, 1)
                        .longs("steps", 2, 1)
                        .node("y = Slice(x, from, to, axes, steps)"));
        put(
                cases,
                "Gather",
                rows().constant("ids", Tensor.ofLongs(new long[] {0, -1, 3, 2}, 2, 2))
                        .node("y = Gather(x, ids)", "axis", 1));
        put(
                cases,
                "Gather of a table",
                network()
                        .input("ids", ElementType.INT64, -1, 4)
                        .constant("table", normal(1, 1, 2, 3))
                        .node("y = Gather(table, ids)"));
        put(
                cases,
                "Expand",
                rows().longs("s", 1, 1, 1)
                        .node("a = ReduceMean(x)", "axes", new long[] {1})
                        .longs("w", 3, 4, 8)
                        .node("y = Expand(a, w)"));
        put(cases, "Tile", rows().longs("s", 1, 2, 3).node("y = Tile(x, s)"));
        put(cases, "Pad", rows().longs("p", 0, 1, 2, 0, 0, 3).scalar("v", 7).node("y = Pad(x, p, v)"));
        put(cases, "DepthToSpace", network().input("x", -1, 8, 3, 2).node("y = DepthToSpace(x)", "blocksize", 2));
        put(
                cases,
                "DepthToSpace by columns",
                network().input("x", -1, 8, 3, 2).node("y = DepthToSpace(x)", "blocksize", 2, "mode", "CRD"));
        put(cases, "SpaceToDepth", network().input("x", -1, 2, 6, 4).node("y = SpaceToDepth(x)", "blocksize", 2));
    }

    private static void shapes(Map<String, Model> cases) {
        put(
                cases,
                "Shape, Range, ConstantOfShape",
                rows().constant("zero", Tensor.ofLongs(new long[] {0}))
                        .constant("one", Tensor.ofLongs(new long[] {1}))
                        .longs("last", 2)
                        .node("shape = Shape(x)")
                        .node("n = Gather(shape, last)")
                        .node("size = Squeeze(n)")
                        .node("r = Range(zero, size, one)")
                        .node("f = Cast(r)", "to", 1)
                        .node("z = ConstantOfShape(n)")
                        .node("w = Add(f, z)")
                        .node("y = Mul(x, w)"));
    }

    static Stream<String> names() {
        return cases().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void computesWhatTheRuntimeDoes(String name) {
        Model model = cases().get(name);
        Map<String, Tensor> inputs = sample(model);
        Tensor expected = new OrtRunner(scratch).run(model, inputs, Set.of("y")).get("y");

        Tensor actual = run(model, inputs);

        assertThat(actual.dims()).isEqualTo(expected.dims());
        float[] a = expected.toFloats();
        float[] b = actual.toFloats();
        double largest = 1e-6;
        double worst = 0;
        for (int i = 0; i < a.length; i++) {
            largest = Math.max(largest, Math.abs(a[i]));
            worst = Math.max(worst, Math.abs((double) a[i] - b[i]));
        }
        assertThat(worst / largest).as(name).isLessThan(BOUND);
    }

    private static Map<String, Tensor> sample(Model model) {
        Map<String, Tensor> inputs = new HashMap<>();
        for (Value input : model.graph().requiredInputs()) {
            Network feeding = network();
            var type = (dev.octet.engine.graph.ValueType.TensorType) input.type();
            long[] dims = type.shape().stream()
                    .mapToLong(d -> d.isKnown() ? d.size() : -1)
                    .toArray();
            feeding.input(input.name(), type.element(), dims);
            inputs.putAll(feeding.sample(11, 3));
        }
        return inputs;
    }

    private static Tensor run(Model model, Map<String, Tensor> inputs) {
        try (Program program = Program.of(model.graph(), Set.of("y"));
                PointerScope _ = new PointerScope()) {
            Map<String, org.bytedeco.pytorch.Tensor> fed = new HashMap<>();
            inputs.forEach((name, tensor) -> fed.put(name, Tensors.of(tensor)));
            return Tensors.constant(program.run(fed, Interposer.NONE).get("y"));
        }
    }

    @Test
    void everyOperatorHasACase() {
        Set<String> tried = cases().values().stream()
                .flatMap(model -> model.graph().nodes().stream())
                .map(Node::op)
                .collect(Collectors.toCollection(TreeSet::new));
        tried.add("com.microsoft:Gelu");
        assertThat(tried).containsAll(Operators.names());
    }

    @Test
    void namesEveryOperatorThatItLacks() {
        Model model = rows().node("a = NonZero(x)")
                .node("b = Cast(a)", "to", 1)
                .node("c = Det(b)")
                .node("d = NonZero(x)")
                .output("c", "d")
                .model();
        assertThatThrownBy(() -> Program.of(model.graph(), new LinkedHashSet<>(List.of("c", "d"))))
                .isInstanceOfSatisfying(EngineException.class, refusal -> {
                    assertThat(refusal.fault()).isEqualTo(Fault.MODEL_UNSUPPORTED);
                    assertThat(refusal.details())
                            .extracting(EngineException.Detail::path)
                            .containsExactlyInAnyOrder("a", "c", "d");
                    assertThat(refusal.getMessage()).contains("NonZero", "'a'", "2 more");
                });
    }

    @Test
    void refusesAFormThatItLacksByNode() {
        Model model = rows().longs("p", 0, 1, 2, 0, 0, 3)
                .node("y = Pad(x, p)", "mode", "reflect")
                .output("y")
                .model();
        assertThatThrownBy(() -> run(model, sample(model)))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("Pad 'y' pads by 'reflect'");
    }
}
