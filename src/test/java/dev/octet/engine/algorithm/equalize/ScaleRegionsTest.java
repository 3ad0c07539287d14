package dev.octet.engine.algorithm.equalize;

import static dev.octet.engine.plan.Network.network;
import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.algorithm.Quantized;
import dev.octet.engine.algorithm.RandomActivations;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Rewrite;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.plan.Network;
import dev.octet.engine.rewrite.equalize.FindRegions;
import dev.octet.engine.rewrite.equalize.ScaleChannels;
import dev.octet.engine.rewrite.equalize.ScaleRegion;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScaleRegionsTest {

    @TempDir
    Path scratch;

    private Model scaled(Model model, String layer) {
        FindRegions.Found found = FindRegions.before(model.graph(), Uses.of(model.graph()), node(model, layer));
        ScaleRegion region = found.region().orElseThrow(() -> new AssertionError(found.obstacle()));
        Random random = new Random(7);
        double[] scales = new double[region.channels()];
        Arrays.setAll(scales, _ -> Math.pow(2, random.nextInt(-3, 4)));
        return ScaleChannels.perform(model, region, scales);
    }

    private static Node node(Model model, String id) {
        return model.graph().nodes().stream()
                .filter(node -> node.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private void assertSame(Network network, Model changed, Model prepared) {
        RandomActivations samples = new RandomActivations(network, scratch, 2, 2);
        String output = prepared.graph().outputs().getFirst().name();
        float[] exact = samples.all(prepared, output);
        float[] actual = samples.all(changed, output);
        float largest = 0;
        for (float value : exact) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < exact.length; i++) {
            assertThat(actual[i]).isCloseTo(exact[i], org.assertj.core.data.Offset.offset(largest * 1e-5f));
        }
    }

    /** An inverted residual with squeeze and excitation. */
    private static Network residual() {
        return network()
                .input("x", -1, 3, 6, 6)
                .conv("c1", "x", 8, 3, 1, 1)
                .node("r1 = Relu(c1)")
                .conv("c2", "r1", 8, 8, 3, 8)
                .node("r2 = Relu(c2)")
                .node("pooled = GlobalAveragePool(r2)")
                .conv("squeezed", "pooled", 8, 8, 1, 1)
                .node("gate = Sigmoid(squeezed)")
                .node("gated = Mul(r2, gate)")
                .conv("c3", "gated", 8, 8, 1, 1)
                .conv("c4", "r1", 8, 8, 1, 1)
                .node("sum = Add(c3, c4)")
                .conv("y", "sum", 5, 8, 1, 1)
                .output("y");
    }

    @Test
    void scalesPassThroughDepthwiseGatesAndResidualsWithoutChangingTheNetwork() {
        Network network = residual();
        Model prepared = network.typed(scratch);
        for (String layer : new String[] {"c2", "c3", "y"}) {
            Model changed = scaled(prepared, layer);
            assertThat(changed.graph()).isNotEqualTo(prepared.graph());
            assertSame(network, changed, prepared);
        }
    }

    @Test
    void scalesAreFoldedIntoANormalizationAndAllThatReadItGetThem() {
        Network network = network()
                .input("x", -1, 4, 8)
                .weight("g", 8)
                .weight("b", 8)
                .node("n = LayerNormalization(x, g, b)", "axis", -1)
                .weight("wq", 8, 8)
                .weight("wk", 8, 8)
                .node("q = MatMul(n, wq)")
                .node("k = MatMul(n, wk)")
                .node("y = Mul(q, k)")
                .output("y");
        Model prepared = network.typed(scratch);
        FindRegions.Found found = FindRegions.before(prepared.graph(), Uses.of(prepared.graph()), node(prepared, "q"));
        assertThat(found.region().orElseThrow().layers()).containsExactly("q", "k");
        assertThat(found.region().orElseThrow().sources()).containsExactly("n");
        assertSame(network, scaled(prepared, "q"), prepared);
    }

    @Test
    void whatIsReadByAnythingElseIsLeftAloneWithTheReason() {
        Network network = network()
                .input("x", -1, 3, 6, 6)
                .conv("c1", "x", 8, 3, 1, 1)
                .conv("c2", "c1", 8, 8, 1, 1)
                .node("s = Sigmoid(c1)")
                .node("y = Mul(c2, s)")
                .output("y");
        Model prepared = network.typed(scratch);
        FindRegions.Found found = FindRegions.before(prepared.graph(), Uses.of(prepared.graph()), node(prepared, "c2"));
        assertThat(found.region()).isEmpty();
        assertThat(found.obstacle()).contains("Sigmoid");
    }

    @Test
    void unevenChannelsAreEvenedOutAndTheFloatModelStays() {
        float[] uneven = new float[8 * 3];
        Random random = new Random(3);
        for (int i = 0; i < uneven.length; i++) {
            uneven[i] = (float) (random.nextGaussian() * Math.pow(4, i / 3 - 4));
        }
        Network network = network()
                .input("x", -1, 3, 6, 6)
                .constant("w1", Tensor.ofFloats(uneven, 8, 3, 1, 1))
                .node("c1 = Conv(x, w1)")
                .node("r1 = Relu(c1)")
                .conv("c2", "r1", 8, 8, 3, 8)
                .output("c2");
        Quantized plain = Quantized.calibrated(network, scratch);
        RandomActivations samples = new RandomActivations(network, scratch, 4, 3);
        Rewrite.Result result =
                EqualizeChannels.perform(plain.prepared(), plain.plan().placement(), Quantized.SETTINGS, samples);
        assertThat(result.notes()).anyMatch(note -> note.startsWith("scaled 8 channels before c2"));
        assertSame(network, result.model(), plain.prepared());
        float[] after = samples.all(result.model(), "r1");
        float smallest = Float.POSITIVE_INFINITY;
        float largest = 0;
        for (int c = 0; c < 8; c++) {
            float peak = 0;
            for (int i = 0; i < after.length; i++) {
                peak = Math.max(peak, i / 36 % 8 == c ? after[i] : 0);
            }
            smallest = Math.min(smallest, peak);
            largest = Math.max(largest, peak);
        }
        assertThat(largest / smallest).isLessThan(10);
    }

    /** A block of a transformer: what the normalization gives is read by layers and by the residual. */
    private static Network block() {
        float[] uneven = new float[16];
        Arrays.fill(uneven, 1);
        uneven[3] = 40;
        uneven[7] = 8;
        return network()
                .input("x", -1, 6, 16)
                .constant("g", Tensor.ofFloats(uneven, 16))
                .weight("b", 16)
                .node("n = LayerNormalization(x, g, b)", "axis", -1)
                .matMul("q", "n", 16, 16)
                .matMul("k", "n", 16, 16)
                .node("gate = Mul(q, k)")
                .node("y = Add(gate, n)")
                .output("y");
    }

    @Test
    void aMultiplicationIsPutInWhereAResidualReadsTheValueTooAndTheNetworkComputesTheSame() {
        Network network = block();
        Model prepared = network.typed(scratch);
        double[] scales = new double[16];
        Random random = new Random(9);
        Arrays.setAll(scales, _ -> Math.pow(2, random.nextInt(-3, 4)));
        Model changed = ScaleChannels.inserted(prepared, "n", java.util.List.of("q", "k"), scales);
        assertThat(changed.graph().nodes().stream().filter(node -> node.is("Mul")))
                .hasSize(2);
        assertThat(node(changed, "q").input(0))
                .isEqualTo(node(changed, "k").input(0))
                .isNotEqualTo("n");
        assertThat(node(changed, "y").inputs()).contains("n");
        assertSame(network, changed, prepared);
    }

    @Test
    void smoothingTakesWhatOutlyingChannelsCostOthersOffTheLayersThatReadThem() {
        Network network = block();
        Quantized plain = Quantized.calibrated(network, scratch);
        RandomActivations samples = new RandomActivations(network, scratch, 4, 3);
        Rewrite.Result result =
                SmoothActivations.perform(plain.prepared(), plain.plan().placement(), Quantized.SETTINGS, samples);
        assertThat(result.notes()).anyMatch(note -> note.startsWith("multiplied 16 channels before q"));
        assertSame(network, result.model(), plain.prepared());
        String smoothed = node(result.model(), "q").input(0);
        assertThat(ratio(samples.all(result.model(), smoothed), 16)).isLessThan(8);
        assertThat(ratio(samples.all(result.model(), "n"), 16)).isGreaterThan(20);
    }

    /** The largest channel's peak over the smallest one's. */
    private static float ratio(float[] values, int channels) {
        float[] peaks = new float[channels];
        for (int i = 0; i < values.length; i++) {
            peaks[i % channels] = Math.max(peaks[i % channels], Math.abs(values[i]));
        }
        Arrays.sort(peaks);
        return peaks[channels - 1] / peaks[0];
    }

    @Test
    void theNoiseOfValuesThatVanishInHalfAStepIsWhatTheyAreNotWhatTheStepSays() {
        ChannelValues values = new ChannelValues(2, 2);
        float[] rows = new float[200];
        for (int i = 0; i < 100; i++) {
            rows[2 * i] = i == 0 ? 255 : 0;
            rows[2 * i + 1] = 0.1f;
        }
        values.accept(new long[] {1, 100, 2}, java.nio.FloatBuffer.wrap(rows));
        Network network = network()
                .input("x", -1, 100, 2)
                .constant("w", Tensor.ofFloats(new float[] {1, 0, 0, 1}, 2, 2))
                .node("y = MatMul(x, w)")
                .output("y");
        Model model = network.typed(scratch);
        ScaleNoise noise = new ScaleNoise(model.graph(), node(model, "y"), values, true, 255, 1e9);
        double power = 255.0 * 255 / 100 + 0.01;
        assertThat(noise.of(new double[] {1, 1}) * power).isCloseTo(0.01, org.assertj.core.data.Offset.offset(1e-4));
    }
}
