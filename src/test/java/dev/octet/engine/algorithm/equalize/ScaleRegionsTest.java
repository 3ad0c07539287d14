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
}
