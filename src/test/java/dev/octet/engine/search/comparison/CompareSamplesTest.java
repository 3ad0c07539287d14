package dev.octet.engine.search.comparison;

import static dev.octet.engine.plan.Network.network;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.octet.engine.data.Dataset;
import dev.octet.engine.data.NpzFiles;
import dev.octet.engine.data.Preprocessing;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType.TensorType;
import dev.octet.engine.onnx.OnnxWriter;
import dev.octet.engine.plan.Network;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.search.PreparedModel;
import dev.octet.engine.search.SampleSet;
import dev.octet.engine.search.comparison.Comparison.Cell;
import dev.octet.engine.search.comparison.Comparison.ClassScores;
import dev.octet.engine.search.comparison.Comparison.Form;
import dev.octet.engine.search.comparison.Comparison.Output;
import dev.octet.engine.search.comparison.Comparison.Sample;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two models that differ by a known amount, executed by ONNX Runtime. */
class CompareSamplesTest {

    @TempDir
    Path folder;

    private Comparison compare(Network exact, Network other, NpzFiles samples, int most) {
        return compare(exact.model(), other.model(), samples, most);
    }

    private Comparison compare(Model exact, Model other, NpzFiles samples, int most) {
        Path fp32 = folder.resolve("fp32.onnx");
        Path int8 = folder.resolve("int8.onnx");
        OnnxWriter.write(exact.withoutTypes(), fp32);
        OnnxWriter.write(other.withoutTypes(), int8);
        try (Dataset dataset = Dataset.open(samples.write(folder.resolve("samples.npz")))) {
            SampleSet set = SampleSet.whole(dataset, "dataset", PreparedModel.inputs(exact.graph()), Preprocessing.NONE)
                    .atMost(most);
            return CompareSamples.run(fp32, int8, false, set, 1);
        }
    }

    /** The network with {@code output} alone as its output, of whole numbers. */
    private static Model wholeNumbers(Network network, String output) {
        Model model = network.model();
        Graph graph = model.graph();
        Value value = new Value(output, new TensorType(ElementType.INT64, null));
        return model.withGraph(
                new Graph(graph.name(), graph.inputs(), List.of(value), graph.nodes(), graph.initializers(), Map.of()));
    }

    private static NpzFiles rows(int rows, float... each) {
        float[] values = new float[rows * each.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = each[i % each.length];
        }
        return NpzFiles.npz().floats("x", values, rows, each.length);
    }

    private static Network shifted(float... by) {
        return network()
                .input("x", -1, by.length)
                .constant("b", Tensor.ofFloats(by, by.length))
                .node("y = Add(x, b)")
                .output("y");
    }

    @Test
    void rowsOfScoresAreToldAsClassesWithTheirShares() {
        Comparison comparison = compare(
                shifted(0, 0, 0), shifted(0, 2.5f, 0), rows(3, 1, 0, 2).longs("labels", new long[] {2, 0, 1}, 3), 2);

        assertThat(comparison.total()).isEqualTo(3);
        assertThat(comparison.samples()).extracting(Sample::index).containsExactly(0L, 1L);
        assertThat(comparison.samples()).extracting(Sample::labels).containsExactly(List.of(2.0), List.of(0.0));
        Sample first = comparison.samples().getFirst();
        assertThat(first.agree()).isFalse();
        Output output = first.outputs().getFirst();
        assertThat(output.form()).isEqualTo(Form.SCORES);
        assertThat(output.shape()).containsExactly(1L, 3L);
        assertThat(output.classes()).extracting(ClassScores::index).containsExactly(2, 0, 1);
        double sum = Math.exp(1) + 1 + Math.exp(2);
        assertThat(output.classes().getFirst().fp32().share()).isCloseTo((float) (Math.exp(2) / sum), within(1e-6f));
        assertThat(output.classes().getLast().int8().value()).isEqualTo(2.5f);
        assertThat(output.largestDifference()).isEqualTo(new Comparison.Difference(2.5f, List.of(0L, 1L), 0, 2.5f));
        assertThat(output.values().int8()).containsExactly(1f, 2.5f, 2f);
        assertThat(output.cells()).isEmpty();
        assertThat(output.sqnrDb()).isCloseTo(10 * Math.log10(5 / 6.25), within(1e-9));
        assertThat(output.cosine()).isCloseTo(5 / (Math.sqrt(5) * Math.sqrt(11.25)), within(1e-9));
    }

    @Test
    void sharesAreLeftAsTheyAreAndUnitVectorsAreNoClasses() {
        Output shares = compare(shifted(0, 0), shifted(0, 0), rows(1, 0.25f, 0.75f), 1)
                .samples()
                .getFirst()
                .outputs()
                .getFirst();
        assertThat(shares.form()).isEqualTo(Form.SHARES);
        assertThat(shares.classes().getFirst().fp32().share()).isEqualTo(0.75f);
        Sample unit = compare(shifted(0, 0), shifted(0, 0), rows(1, -0.6f, 0.8f), 1)
                .samples()
                .getFirst();
        assertThat(unit.outputs().getFirst().form()).isEqualTo(Form.NUMBERS);
        assertThat(unit.agree()).isNull();
    }

    @Test
    void indicesAgreeWhereAllAreTheSame() {
        Model exact = wholeNumbers(shifted(0, 0, 0).node("i = ArgMax(y)", "axis", 1), "i");
        Model other = wholeNumbers(shifted(3, 0, 0).node("i = ArgMax(y)", "axis", 1), "i");
        Output same = compare(exact, exact, rows(1, 1, 0, 2), 1)
                .samples()
                .getFirst()
                .outputs()
                .getLast();
        assertThat(same.form()).isEqualTo(Form.INDICES);
        assertThat(same.agree()).isTrue();
        Output differing = compare(exact, other, rows(1, 1, 0, 2), 1)
                .samples()
                .getFirst()
                .outputs()
                .getLast();
        assertThat(differing.agree()).isFalse();
    }

    @Test
    void largeOutputsAreToldInPartsThatCoverThemAll() {
        int side = 30;
        float[] values = new float[side * side];
        values[17 * side + 4] = 9;
        Network doubled = network()
                .input("x", -1, side, side)
                .scalar("k", 2)
                .node("y = Mul(x, k)")
                .output("y");
        Network plain = network()
                .input("x", -1, side, side)
                .scalar("k", 1)
                .node("y = Mul(x, k)")
                .output("y");
        Output output = compare(doubled, plain, NpzFiles.npz().floats("x", values, 1, side, side), 1)
                .samples()
                .getFirst()
                .outputs()
                .getFirst();

        assertThat(output.elements()).isEqualTo(values.length);
        assertThat(output.values().fp32()).hasSize(CompareOutputs.MOST_VALUES);
        assertThat(output.cells()).hasSize(CompareOutputs.CELLS);
        assertThat(output.cells().stream().mapToInt(Cell::count).sum()).isEqualTo(values.length);
        assertThat(output.cells())
                .filteredOn(cell -> cell.difference() > 0)
                .singleElement()
                .satisfies(cell -> {
                    assertThat(cell.difference()).isEqualTo(9);
                    assertThat(17 * side + 4 - cell.first()).isBetween(0L, (long) cell.count() - 1);
                });
        assertThat(output.largestDifference()).isEqualTo(new Comparison.Difference(9, List.of(0L, 17L, 4L), 18, 9));
        assertThat(output.agree()).isNull();
    }

    @Test
    void whatIsNotFiniteIsCountedAndNotMeasured() {
        Network inverse =
                network().input("x", -1, 2).scalar("k", 1).node("y = Div(k, x)").output("y");
        Output output = compare(inverse, shifted(0, 0), rows(1, 0, 2), 1)
                .samples()
                .getFirst()
                .outputs()
                .getFirst();
        assertThat(output.nonFinite()).isEqualTo(new Comparison.NonFinite(1, 0));
        assertThat(output.cosine()).isNull();
        assertThat(output.sqnrDb()).isNull();
        assertThat(output.values().fp32()).isEmpty();
        assertThat(output.agree()).isFalse();
        assertThat(output.largestDifference()).isEqualTo(new Comparison.Difference(1.5f, List.of(0L, 1L), 0.5f, 2));
    }

    @Test
    void outputsOfOtherShapesAreSaidToBeThat() {
        Model exact = wholeNumbers(network().input("x", -1, 4).node("y = NonZero(x)"), "y");
        Network less = network().input("x", -1, 4).scalar("k", 1).node("z = Sub(x, k)");
        Model other = wholeNumbers(less.node("y = NonZero(z)"), "y");
        Output output = compare(exact, other, rows(1, 2, 5, 3, 4), 1)
                .samples()
                .getFirst()
                .outputs()
                .getFirst();
        assertThat(output.shape()).containsExactly(2L, 4L);
        assertThat(output.int8Shape()).isEqualTo(output.shape());
        assertThat(output.agree()).isTrue();
        Output fewer = compare(exact, other, rows(1, 1, 1, 3, 4), 1)
                .samples()
                .getFirst()
                .outputs()
                .getFirst();
        assertThat(fewer.shape()).containsExactly(2L, 4L);
        assertThat(fewer.int8Shape()).containsExactly(2L, 2L);
        assertThat(fewer.agree()).isFalse();
        assertThat(fewer.largestDifference()).isNull();
    }

    @Test
    void aFixedBatchIsToldApartAndTooFewSamplesForItAreRefused() {
        Network exact =
                network().input("x", 2, 3).scalar("k", 2).node("y = Mul(x, k)").output("y");
        Comparison both = compare(exact, exact, rows(2, 1, 2, 3), 16);
        assertThat(both.samples()).hasSize(2);
        assertThat(both.samples().getLast().outputs().getFirst().shape()).containsExactly(1L, 3L);
        assertThatThrownBy(() -> compare(exact, exact, rows(2, 1, 2, 3), 1))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.fault()).isEqualTo(Fault.DATASET_MISMATCH))
                .hasMessageContaining("2 samples in one run; there are 1");
    }
}
