package dev.octet.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.octet.engine.data.Column;
import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.ValueType.TensorType;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuntimeSessionTest {

    private static final RuntimeOptions OPTIONS = RuntimeOptions.optimized(1);

    @TempDir
    Path folder;

    @Test
    void runsBatchesOfAnySize() {
        try (RuntimeSession session = RuntimeSession.open(Nets.write(Nets.dense(), folder), OPTIONS)) {
            List<OutputView> two = session.run(List.of(Nets.column("x", new float[] {1, 0, 0, 0, -1, 1}, 2, 3)));

            assertThat(two).hasSize(1);
            assertThat(two.getFirst().shape()).containsExactly(2L, 2L);
            assertThat(Nets.copy(two.getFirst())).containsExactly(1.5f, 0, 1.5f, 0);

            List<OutputView> one = session.run(List.of(Nets.column("x", new float[] {-1, 0, 0}, 1, 3)));

            assertThat(one.getFirst().shape()).containsExactly(1L, 2L);
            assertThat(Nets.copy(one.getFirst())).containsExactly(0, 1.25f);
        }
    }

    @Test
    void tellsTypesWithTheSymbolsOfTheModel() {
        try (RuntimeSession session = RuntimeSession.open(Nets.write(Nets.dense(), folder), OPTIONS)) {
            assertThat(session.inputs()).containsExactly(Nets.floats("x", -1, 3));
            assertThat(session.outputs().getFirst().type())
                    .isEqualTo(new TensorType(ElementType.FLOAT, List.of(Dim.symbolic("N"), Dim.of(2))));
        }
    }

    @Test
    void outputsOfForeseeableShapeLieInDirectMemory() {
        try (RuntimeSession session = RuntimeSession.open(Nets.write(Nets.dense(), folder), OPTIONS)) {
            OutputView view = session.run(List.of(Nets.column("x", new float[] {1, 2, 3}, 1, 3)))
                    .getFirst();

            assertThat(view.floats().isDirect()).isTrue();
        }
    }

    @Test
    void learnsShapesThatTheModelDoesNotDeclare() {
        Model net = Nets.model(
                List.of(Nets.floats("x", -2, 3)),
                List.of(Nets.floats("y", -2, 3)),
                Map.of(),
                Nets.node("Relu", List.of("x"), "y"));
        try (RuntimeSession session = RuntimeSession.open(Nets.write(net, folder), OPTIONS)) {
            List<Column> columns = List.of(Nets.column("x", new float[] {1, -2, 3}, 1, 3));

            assertThat(session.run(columns).getFirst().floats().isDirect()).isFalse();
            OutputView second = session.run(columns).getFirst();
            assertThat(second.floats().isDirect()).isTrue();
            assertThat(Nets.copy(second)).containsExactly(1, 0, 3);
        }
    }

    @Test
    void oneNameForDifferentSizesDoesNotMislead() {
        Model net = Nets.model(
                List.of(Nets.floats("x", -1, -1)),
                List.of(Nets.floats("y", -1, -1)),
                Map.of(),
                Nets.node("Relu", List.of("x"), "y"));
        try (RuntimeSession session = RuntimeSession.open(Nets.write(net, folder), OPTIONS)) {
            List<Column> columns = List.of(Nets.column("x", new float[] {1, -2, 3}, 1, 3));

            assertThat(session.run(columns).getFirst().shape()).containsExactly(1L, 3L);
            OutputView second = session.run(columns).getFirst();
            assertThat(second.floats().isDirect()).describedAs("learnt").isTrue();
            assertThat(Nets.copy(second)).containsExactly(1, 0, 3);
        }
    }

    @Test
    void followsShapesThatHangOnTheData() {
        Model net = Nets.model(
                List.of(Nets.floats("x", -1)),
                List.of(Nets.value("y", ElementType.INT64, 1, -2)),
                Map.of(),
                Nets.node("NonZero", List.of("x"), "y"));
        try (RuntimeSession session = RuntimeSession.open(Nets.write(net, folder), OPTIONS)) {
            assertThat(Nets.copy(session.run(List.of(Nets.column("x", new float[] {0, 1, 1, 0}, 4)))
                            .getFirst()))
                    .containsExactly(1, 2);
            assertThat(Nets.copy(session.run(List.of(Nets.column("x", new float[] {0, 0, 0, 5}, 4)))
                            .getFirst()))
                    .containsExactly(3);
            OutputView none = session.run(List.of(Nets.column("x", new float[] {0, 0, 0, 0}, 4)))
                    .getFirst();
            assertThat(none.shape()).containsExactly(1L, 0L);
            assertThat(none.floats().remaining()).isZero();
        }
    }

    @Test
    void survivesADeclaredOutputShapeThatIsWrong() {
        Model net = Nets.model(
                List.of(Nets.floats("x", -1)),
                List.of(Nets.value("y", ElementType.INT64, 1, 7)),
                Map.of(),
                Nets.node("NonZero", List.of("x"), "y"));
        try (RuntimeSession session = RuntimeSession.open(Nets.write(net, folder), OPTIONS)) {
            assertThat(Nets.copy(session.run(List.of(Nets.column("x", new float[] {0, 1, 1, 0}, 4)))
                            .getFirst()))
                    .containsExactly(1, 2);
        }
    }

    @Test
    void convertsOtherTypesToFloats() {
        Model net = Nets.model(
                List.of(Nets.floats("x", -1)),
                List.of(
                        Nets.value("half", ElementType.FLOAT16, -1),
                        Nets.value("double", ElementType.DOUBLE, -1),
                        Nets.value("long", ElementType.INT64, -1),
                        Nets.value("byte", ElementType.UINT8, -1),
                        Nets.value("truth", ElementType.BOOL, -1)),
                Map.of(),
                cast("half", ElementType.FLOAT16),
                cast("double", ElementType.DOUBLE),
                cast("long", ElementType.INT64),
                cast("byte", ElementType.UINT8),
                cast("truth", ElementType.BOOL));
        try (RuntimeSession session = RuntimeSession.open(Nets.write(net, folder), OPTIONS)) {
            List<OutputView> views = session.run(List.of(Nets.column("x", new float[] {0, 1.5f, 200}, 3)));

            assertThat(views).extracting(OutputView::name).containsExactly("half", "double", "long", "byte", "truth");
            assertThat(views.stream().map(Nets::copy))
                    .containsExactly(
                            new float[] {0, 1.5f, 200},
                            new float[] {0, 1.5f, 200},
                            new float[] {0, 1, 200},
                            new float[] {0, 1, 200},
                            new float[] {0, 1, 1});
        }
    }

    private static Node cast(String to, ElementType type) {
        return Nets.node("Cast", List.of("x"), to).withAttribute("to", Attribute.of((long) type.onnxCode()));
    }

    @Test
    void literalAndFusedExecutionOfAQuantizedNetworkAgree() {
        Path file = Nets.write(Nets.quantizedConvolutions(true), folder);
        List<Column> columns = List.of(Nets.random("x", 2, 8, 12, 12));
        try (RuntimeSession fused = RuntimeSession.open(file, OPTIONS);
                RuntimeSession literal = RuntimeSession.open(file, RuntimeOptions.literal(1))) {
            float[] quick = Nets.copy(fused.run(columns).getFirst());
            float[] exact = Nets.copy(literal.run(columns).getFirst());

            // A value of the first layer that rounds the other way moves the second by 1.27 steps of 0.05, its largest
            // weight.
            double sum = 0;
            for (int i = 0; i < exact.length; i++) {
                assertThat(quick[i]).isCloseTo(exact[i], within(0.16f));
                sum += Math.abs(quick[i] - exact[i]);
            }
            assertThat(sum / exact.length).isLessThan(0.005);
        }
    }

    @Test
    void aMissingInputIsNamed() {
        try (RuntimeSession session = RuntimeSession.open(Nets.write(Nets.dense(), folder), OPTIONS)) {
            assertThatThrownBy(() -> session.run(List.of(Nets.column("other", new float[] {1}, 1))))
                    .isInstanceOfSatisfying(EngineException.class, e -> {
                        assertThat(e.fault()).isEqualTo(Fault.DATASET_MISMATCH);
                        assertThat(e).hasMessageContaining("'x'").hasMessageContaining("other");
                    });
        }
    }

    @Test
    void anInputOfAnotherTypeIsNamed() {
        try (RuntimeSession session = RuntimeSession.open(Nets.write(Nets.dense(), folder), OPTIONS)) {
            Column floats = Nets.column("x", new float[] {1, 2, 3}, 1, 3);
            Column ints = new Column("x", ElementType.INT32, floats.shape(), floats.data());

            assertThatThrownBy(() -> session.run(List.of(ints)))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("'x' is FLOAT, given: INT32");
        }
    }

    @Test
    void aFailedRunNamesTheInputAndLeavesTheSessionUsable() {
        try (RuntimeSession session = RuntimeSession.open(Nets.write(Nets.dense(), folder), OPTIONS)) {
            assertThatThrownBy(() -> session.run(List.of(Nets.column("x", new float[] {1, 2, 3, 4}, 1, 4))))
                    .isInstanceOfSatisfying(
                            EngineException.class, e -> assertThat(e.fault()).isEqualTo(Fault.MODEL_UNSUPPORTED))
                    .hasMessageContaining("x");

            assertThat(Nets.copy(session.run(List.of(Nets.column("x", new float[] {1, 0, 0}, 1, 3)))
                            .getFirst()))
                    .containsExactly(1.5f, 0);
        }
    }

    @Test
    void anUnknownOperatorIsRefusedByName() {
        Model net = Nets.model(
                List.of(Nets.floats("x", 1)),
                List.of(Nets.floats("y", 1)),
                Map.of(),
                Node.of("strange", "NoSuchOperator", List.of("x"), List.of("y")));
        Path file = Nets.write(net, folder);

        assertThatThrownBy(() -> RuntimeSession.open(file, OPTIONS))
                .isInstanceOfSatisfying(EngineException.class, e -> {
                    assertThat(e.fault()).isEqualTo(Fault.MODEL_UNSUPPORTED);
                    assertThat(e).hasMessageContaining("NoSuchOperator");
                    assertThat(e.getMessage()).doesNotContain(folder.toString());
                    assertThat(e.details())
                            .extracting(EngineException.Detail::path)
                            .containsExactly("node 'strange'");
                });
    }

    @Test
    void aNodeThatFailsWhileRunningIsNamed() {
        Model net = Nets.model(
                List.of(Nets.floats("x", -2)),
                List.of(Nets.floats("y", -2)),
                Map.of("shape", Tensor.ofLongs(new long[] {5, 5}, 2)),
                Node.of("bend", "Reshape", List.of("x", "shape"), List.of("y")));
        try (RuntimeSession session = RuntimeSession.open(Nets.write(net, folder), OPTIONS)) {
            assertThatThrownBy(() -> session.run(List.of(Nets.column("x", new float[] {1, 2, 3}, 3))))
                    .isInstanceOfSatisfying(
                            EngineException.class,
                            e -> assertThat(e.details())
                                    .extracting(EngineException.Detail::path)
                                    .containsExactly("node 'bend'"));
        }
    }

    @Test
    void aFileThatIsNoModelIsRefused() throws Exception {
        Path file = Files.writeString(folder.resolve("no.onnx"), "this is no model");

        assertThatThrownBy(() -> RuntimeSession.open(file, OPTIONS)).isInstanceOf(EngineException.class);
    }

    @Test
    void textInputsAreRefused() {
        Model net = Nets.model(
                List.of(Nets.value("words", ElementType.STRING, 1)),
                List.of(Nets.value("y", ElementType.STRING, 1)),
                Map.of(),
                Nets.node("Identity", List.of("words"), "y"));
        Path file = Nets.write(net, folder);

        assertThatThrownBy(() -> RuntimeSession.open(file, OPTIONS))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("words");
    }

    @Test
    void memoryStaysBoundedOverManySessions() throws Exception {
        assumeTrue(ProcessMemory.residentBytes().isPresent());
        Path file = Nets.resnet20();
        for (int i = 0; i < 10; i++) {
            openRunAndClose(file);
        }
        long before = ProcessMemory.residentBytes().getAsLong();
        for (int i = 0; i < 60; i++) {
            openRunAndClose(file);
        }
        long grown = ProcessMemory.residentBytes().getAsLong() - before;

        // Were one session of each round left open, 60 of them would hold at least their weights: 60 MB and more.
        assertThat(grown).isLessThan(40L << 20);
    }

    private static void openRunAndClose(Path file) {
        try (RuntimeSession session = RuntimeSession.open(file, OPTIONS)) {
            session.run(List.of(Nets.random("input", 4, 3, 32, 32)));
            assertThatThrownBy(() -> session.run(List.of(Nets.random("input", 4, 3, 16, 16))))
                    .isInstanceOf(EngineException.class);
        }
    }
}
