package dev.octet.engine.rewrite.shape;

import static dev.octet.engine.plan.Network.network;
import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType;
import dev.octet.engine.graph.ValueType.TensorType;
import dev.octet.engine.plan.EncoderLayer;
import dev.octet.engine.plan.Network;
import dev.octet.engine.runtime.OrtRunner;
import dev.octet.engine.scheme.ElementType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InferSymbolicShapesTest {

    private static final long[] ONE_SAMPLE = {1, 16, 8, 4};

    @TempDir
    Path scratch;

    /** Inferred types as text, the n-th free dimension of each input being the n-th of {@link #ONE_SAMPLE} in the sample. */
    private Map<String, String> shapes(Model model) {
        Map<String, String> shapes = new LinkedHashMap<>();
        infer(model).forEach((value, type) -> shapes.put(value, type.toString()));
        return shapes;
    }

    private Map<String, ValueType> infer(Model model) {
        return InferSymbolicShapes.infer(model, at(model.graph().inputs(), ONE_SAMPLE), new OrtRunner(scratch));
    }

    private static List<Value> at(List<Value> inputs, long... sizes) {
        List<Value> bound = new ArrayList<>();
        for (Value input : inputs) {
            TensorType type = (TensorType) input.type();
            List<Dim> dims = new ArrayList<>();
            int free = 0;
            for (Dim dim : type.shape()) {
                dims.add(dim.isKnown() ? dim : Dim.of(sizes[free++]));
            }
            bound.add(new Value(input.name(), new TensorType(type.element(), dims)));
        }
        return bound;
    }

    private static Model withInput(Network network, Dim... dims) {
        Model model = network.model();
        Value input = new Value("x", new TensorType(ElementType.FLOAT, List.of(dims)));
        return model.withGraph(model.graph().withInputs(List.of(input)));
    }

    @Test
    void shapesThatTheGraphComputesAreFollowedToTheInputs() {
        assertThat(shapes(EncoderLayer.network(1).model()))
                .containsEntry("qs", "FLOAT[N,D2,4,16]")
                .containsEntry("kh", "FLOAT[N,4,16,D2]")
                .containsEntry("p", "FLOAT[N,4,D2,D2]")
                .containsEntry("cj", "FLOAT[N,D2,64]")
                .containsEntry("r2", "FLOAT[N,D2,64]")
                .doesNotContainKeys("shape", "split", "joined");
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 61", "5, 3", "64, 128"})
    void whatIsClaimedHoldsAtOtherSizes(long batch, long length) {
        Model model = EncoderLayer.network(1).model();
        Graph graph = model.graph();
        Map<String, ValueType> there =
                new OrtRunner(scratch).types(model.withGraph(graph.withInputs(at(graph.inputs(), batch, length))));
        Map<String, ValueType> claimed = infer(model);
        assertThat(claimed).hasSize(30);
        claimed.forEach((value, type) -> assertThat(((TensorType) there.get(value)).shape())
                .as(value)
                .isEqualTo(((TensorType) type)
                        .shape().stream()
                                .map(dim -> dim.isKnown() ? dim : Dim.of("N".equals(dim.symbol()) ? batch : length))
                                .toList()));
    }

    @Test
    void sizesOfOneSymbolThatASampleTellsApartHaveTwoNames() {
        Model model = withInput(
                network().node("y = Relu(x)").node("z = Tanh(y)").output("z"),
                Dim.symbolic("batch"),
                Dim.symbolic("batch"),
                Dim.of(8));
        assertThat(shapes(model)).containsEntry("y", "FLOAT[batch,batch_1,8]");
    }

    @Test
    void aSizeWithoutASymbolIsNamedAfterItsPlace() {
        Model model = withInput(
                network().node("y = Relu(x)").node("z = Tanh(y)").output("z"), Dim.UNKNOWN, Dim.of(3), Dim.UNKNOWN);
        assertThat(shapes(model)).containsEntry("y", "FLOAT[x_dim_0,3,x_dim_2]");
    }

    @Test
    void whatHangsOnValuesStaysUnknown() {
        Network network = network()
                .input("x", -1, -2, 8)
                .node("indexes = NonZero(x)")
                .node("real = Cast(indexes)", "to", 1)
                .node("flat = Reshape(x, all)")
                .longs("all", -1, 8)
                .node("y = Tanh(flat)")
                .output("y", "real");
        assertThat(shapes(network.model()))
                .containsEntry("real", "FLOAT[3,?]")
                .containsEntry("flat", "FLOAT[?,8]")
                .containsEntry("y", "FLOAT[?,8]");
    }

    @Test
    void theSmallerOfTwoSizesIsNeither() {
        Network network = network()
                .input("x", -1, -2, 8)
                .input("z", -1, -3, 8)
                .longs("one", 1)
                .longs("start", 0)
                .node("shape = Shape(z)")
                .node("end = Gather(shape, one)")
                .node("y = Slice(x, start, end, one)")
                .output("y");
        Model model = network.model();
        List<Value> sample = List.of(
                new Value("x", new TensorType(ElementType.FLOAT, List.of(Dim.of(1), Dim.of(16), Dim.of(8)))),
                new Value("z", new TensorType(ElementType.FLOAT, List.of(Dim.of(1), Dim.of(9), Dim.of(8)))));
        assertThat(InferSymbolicShapes.infer(model, sample, new OrtRunner(scratch)))
                .hasEntrySatisfying("y", type -> assertThat(type).hasToString("FLOAT[N,?,8]"));
    }

    @ParameterizedTest
    @ValueSource(longs = {100, 5, -100})
    void aSliceThatMayCutOrNotLeavesAllUnknown(long end) {
        Network network = network()
                .input("x", -1, -2, 8)
                .longs("axis", 1)
                .longs("start", 0)
                .longs("end", end)
                .node("y = Slice(x, start, end, axis)")
                .node("z = Tanh(y)")
                .output("z");
        assertThat(shapes(network.model())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 1, ?", "0, 9223372036854775807, 1, D2", "0, 4, 2, D2", "-4, 9223372036854775807, -1, D2"})
    void aSliceThatCutsTheSameFromEverySizeDoesNot(long start, long end, long axis, String size) {
        Network network = network()
                .input("x", -1, -2, 8)
                .longs("axis", axis)
                .longs("start", start)
                .longs("end", end)
                .node("y = Slice(x, start, end, axis)")
                .node("z = Tanh(y)")
                .output("z");
        assertThat(shapes(network.model()).get("y")).startsWith("FLOAT[N," + size + ",");
    }

    /** 7, 29 and 61 all become 1 by seven halvings; 200 becomes 2. */
    @Test
    void aSizeThatIsOneAtEverySizeTriedIsNotClaimed() {
        Network network = network()
                .input("x", -1, -2, 8)
                .longs("axis", 1)
                .longs("start", 0)
                .longs("end", Long.MAX_VALUE)
                .longs("step", 128)
                .node("y = Slice(x, start, end, axis, step)")
                .node("z = Tanh(y)")
                .output("z");
        assertThat(shapes(network.model()).get("y")).isEqualTo("FLOAT[N,?,8]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Min(t, limit)", "Where(small, t, limit)"})
    void aSizeThatTheGraphLimitsLeavesAllUnknown(String limited) {
        Network network = network()
                .input("x", -1, -2, 8)
                .longs("one", 1)
                .longs("start", 0)
                .longs("limit", 100)
                .node("shape = Shape(x)")
                .node("t = Gather(shape, one)")
                .node("small = Less(t, limit)")
                .node("end = " + limited)
                .node("y = Slice(x, start, end, one)")
                .node("z = Tanh(y)")
                .output("z");
        assertThat(shapes(network.model())).isEmpty();
    }

    @Test
    void modelsThatTakeOneSizeOnlyAreLeftAlone() {
        Network fixed = network().input("x", 2, 8).node("y = Relu(x)").output("y");
        assertThat(shapes(fixed.model())).isEmpty();
        Network table = network()
                .input("x", -1, -2, 8)
                .weight("positions", 1, 20, 8)
                .node("y = Add(x, positions)")
                .node("z = Relu(y)")
                .output("z");
        assertThat(shapes(table.model())).isEmpty();
    }

    @Test
    void branchesAreLeftAlone() {
        Graph branch = network().node("b = Relu(x)").output("b").model().graph();
        Network network = network()
                .input("x", -1, 8)
                .constant("c", Tensor.ofBytes(ElementType.BOOL, new byte[] {1}))
                .node("y = If(c)", "then_branch", branch, "else_branch", branch)
                .node("z = Tanh(y)")
                .output("z");
        assertThat(shapes(network.model())).isEmpty();
    }
}
