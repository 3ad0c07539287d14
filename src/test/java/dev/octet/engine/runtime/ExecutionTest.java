package dev.octet.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.runtime.ExecutedGraph.ExecutedNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecutionTest {

    @TempDir
    Path folder;

    private Path scratch;

    @BeforeEach
    void nameScratch() {
        scratch = folder.resolve("scratch");
    }

    @AfterEach
    void nothingStaysInTheScratchFolder() {
        assertThat(scratch).isEmptyDirectory();
    }

    private ExecutedGraph inspect(Model model) {
        return Execution.inspect(Nets.write(model, folder), 1, scratch);
    }

    @Test
    void aFloatNetworkRunsInFloat() {
        ExecutedGraph graph = inspect(Nets.convolutions(16));

        assertThat(graph.macs()).isEqualTo(Nets.macsOfConvolutions(16));
        assertThat(graph.int8MacShare()).isZero();
        assertThat(graph.islands()).isEmpty();
        assertThat(graph.nodes()).noneMatch(ExecutedNode::integer);
    }

    @Test
    void countsAllProductsOfARealNetwork() throws Exception {
        ExecutedGraph graph = Execution.inspect(Nets.resnet20(), 1, scratch);

        // 21 convolutions (two of them shortcuts) and the head, counted by hand from the published network's shapes.
        long stem = 32 * 32 * 16 * 27L;
        long first = 6 * 32 * 32 * 16 * 144L;
        long second = 16 * 16 * 32 * (144L + 16 + 5 * 288L);
        long third = 8 * 8 * 64 * (288L + 32 + 5 * 576L);
        assertThat(graph.macs()).isEqualTo(stem + first + second + third + 640);
        assertThat(graph.nodes().stream().filter(node -> node.op().equals("Conv")))
                .hasSize(21)
                .allSatisfy(node -> assertThat(node.macs()).isPositive());
    }

    @Test
    void aQuantizedNetworkRunsOnIntegers() {
        ExecutedGraph graph = inspect(Nets.quantizedConvolutions(true));

        assertThat(graph.int8MacShare()).isEqualTo(1);
        assertThat(graph.macs()).isEqualTo(Nets.macsOfConvolutions(16));
        assertThat(graph.islands()).isEmpty();
        assertThat(graph.nodes().stream().filter(node -> node.op().equals("QLinearConv")))
                .hasSize(2)
                .allMatch(ExecutedNode::integer)
                .anySatisfy(node ->
                        assertThat(node.originals()).contains("c1", "r1", "rq").doesNotContain("c2"))
                .anySatisfy(node ->
                        assertThat(node.originals()).contains("c2", "r2", "yq").doesNotContain("c1"));
    }

    @Test
    void whatTheFileLeavesInFloatIsAnIsland() {
        ExecutedGraph graph = inspect(Nets.quantizedConvolutions(false));

        long float8x8 = 64L * 16 * 16 * 9;
        assertThat(graph.int8MacShare()).isCloseTo(1 - (double) float8x8 / Nets.macsOfConvolutions(16), within(1e-12));
        assertThat(graph.islands()).singleElement().satisfies(island -> {
            assertThat(island.macs()).isEqualTo(float8x8);
            assertThat(island.originals()).contains("c2");
            assertThat(island.conversions()).isEqualTo(1);
            assertThat(island.reason()).contains("Conv has quantized inputs but no quantized output");
        });
    }

    @Test
    void anOperatorWithoutIntegerKernelSaysSo() {
        Model net = Nets.model(
                List.of(Nets.floats("x", -1, 8)),
                List.of(Nets.floats("y", -1, 8)),
                Map.of(
                        "s", Tensor.ofFloats(new float[] {0.1f}),
                        "z", Tensor.ofBytes(dev.octet.engine.scheme.ElementType.UINT8, new byte[] {100})),
                Nets.node("QuantizeLinear", List.of("x", "s", "z"), "q"),
                Nets.node("DequantizeLinear", List.of("q", "s", "z"), "d"),
                Nets.node("Erf", List.of("d"), "e"),
                Nets.node("QuantizeLinear", List.of("e", "s", "z"), "yq"),
                Nets.node("DequantizeLinear", List.of("yq", "s", "z"), "y"));

        assertThat(inspect(net).islands()).singleElement().satisfies(island -> {
            assertThat(island.reason()).isEqualTo("Erf has no INT8 kernel in the runtime");
            assertThat(island.conversions()).isEqualTo(2);
        });
    }

    @Test
    void integersAreFollowedThroughNodesThatOnlyMove() {
        Model net = Nets.model(
                List.of(Nets.floats("x", -1, 4, 6, 6)),
                List.of(Nets.floats("y", -1, 4, 3, 3)),
                Map.of(
                        "s", Tensor.ofFloats(new float[] {0.1f}),
                        "z", Tensor.ofBytes(dev.octet.engine.scheme.ElementType.UINT8, new byte[] {100})),
                Nets.node("QuantizeLinear", List.of("x", "s", "z"), "q"),
                Nets.node("MaxPool", List.of("q"), "p")
                        .withAttribute("kernel_shape", Attribute.of(List.of(2L, 2L)))
                        .withAttribute("strides", Attribute.of(List.of(2L, 2L))),
                Nets.node("DequantizeLinear", List.of("p", "s", "z"), "y"));

        assertThat(inspect(net).nodes())
                .filteredOn(node -> node.op().contains("MaxPool"))
                .singleElement()
                .matches(ExecutedNode::integer);
    }

    @Test
    void freeSizesAreThoseOfTheSample() {
        Model net = Nets.model(
                List.of(Nets.floats("x", -1, 4, -2, -2)),
                List.of(Nets.floats("y", -1, 2, -2, -2)),
                Map.of("w", Tensor.ofFloats(new float[2 * 4 * 9], 2, 4, 3, 3)),
                Nets.node("Conv", List.of("x", "w"), "y"));
        Path file = Nets.write(net, folder);

        ExecutedGraph graph = Execution.inspect(file, List.of(Nets.random("x", 5, 4, 12, 7)), 1, scratch);

        assertThat(graph.macs()).isEqualTo(10L * 5 * 2 * 36);
    }
}
