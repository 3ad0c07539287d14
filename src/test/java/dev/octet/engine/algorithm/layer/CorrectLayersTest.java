package dev.octet.engine.algorithm.layer;

import static dev.octet.engine.plan.Network.network;
import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.algorithm.Corrected;
import dev.octet.engine.algorithm.Quantized;
import dev.octet.engine.algorithm.RandomActivations;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.plan.Network;
import dev.octet.engine.rewrite.InsertQdq;
import dev.octet.engine.scheme.Encoding;
import dev.octet.engine.scheme.Range;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorrectLayersTest {

    @TempDir
    Path scratch;

    private static Network deep() {
        return network()
                .input("x", -1, 4, 9, 9)
                .weight("w1", 8, 4, 3, 3)
                .node("c1 = Conv(x, w1)", "pads", new long[] {0, 1, 1, 0}, "strides", new long[] {2, 1})
                .node("r1 = Relu(c1)")
                .weight("w2", 8, 1, 3, 3)
                .weight("b2", 8)
                .node("c2 = Conv(r1, w2, b2)", "group", 8, "dilations", new long[] {1, 2})
                .node("r2 = Relu(c2)")
                .weight("w3", 6, 8, 1, 1)
                .node("y = Conv(r2, w3)")
                .output("y");
    }

    /** Ranges so narrow that clipping moves the means. */
    private Quantized clipped(Network network) {
        return Quantized.withRanges(
                network,
                scratch,
                Quantized.SETTINGS,
                Map.of("x", new Range(-1, 1), "r1", new Range(0, 4), "r2", new Range(0, 6), "y", new Range(-60, 60)));
    }

    @Test
    void biasCorrectionTakesTheMeanErrorOfEachChannelBack() {
        Network network = deep();
        Quantized plain = clipped(network);
        RandomActivations samples = new RandomActivations(network, scratch, 8, 4);
        Corrected corrected = CorrectBias.perform(plain.prepared(), plain.plan(), samples);
        Model after = InsertQdq.perform(corrected.model(), corrected.plan());
        float[] exact = samples.all(plain.prepared(), "y");
        double before = meanError(exact, samples.all(plain.model(), "y"), 6);
        double now = meanError(exact, samples.all(after, "y"), 6);
        assertThat(before).isGreaterThan(0.05);
        assertThat(now).isLessThan(before / 4);
    }

    @Test
    void aConvolutionWithoutBiasGetsOneAndNodesKeepTheirIds() {
        Network network = deep();
        Quantized plain = clipped(network);
        Corrected corrected =
                CorrectBias.perform(plain.prepared(), plain.plan(), new RandomActivations(network, scratch, 2, 2));
        assertThat(corrected.model().graph().nodes())
                .extracting(Node::id)
                .containsExactlyElementsOf(
                        plain.prepared().graph().nodes().stream().map(Node::id).toList());
        Node first = corrected.model().graph().nodes().getFirst();
        assertThat(corrected
                        .model()
                        .graph()
                        .constant(first.input(2))
                        .orElseThrow()
                        .elements())
                .isEqualTo(8);
    }

    @Test
    void theBiasOfAMatMulIsThatOfTheAddBehindIt() {
        Network network = network()
                .input("x", -1, 5, 8)
                .weight("w", 8, 6)
                .weight("b", 6)
                .node("m = MatMul(x, w)")
                .node("y = Add(m, b)")
                .output("y");
        Quantized plain = Quantized.withRanges(network, scratch, Quantized.SETTINGS, Map.of("x", new Range(-0.2f, 1)));
        RandomActivations samples = new RandomActivations(network, scratch, 8, 4);
        Corrected corrected = CorrectBias.perform(plain.prepared(), plain.plan(), samples);
        Model after = InsertQdq.perform(corrected.model(), corrected.plan());
        float[] exact = samples.all(plain.prepared(), "y");
        assertThat(lastAxisMeanError(exact, samples.all(after, "y"), 6))
                .isLessThan(lastAxisMeanError(exact, samples.all(plain.model(), "y"), 6) / 4);
    }

    @Test
    void roundedWeightsLieOnTheGridThatThePlanRoundsTo() {
        Network network = deep();
        Quantized plain = Quantized.calibrated(network, scratch);
        Corrected corrected =
                RoundWeights.perform(plain.prepared(), plain.plan(), new RandomActivations(network, scratch, 4, 4));
        Node node = corrected.model().graph().nodes().getFirst();
        Encoding encoding = corrected.plan().weight(node).orElseThrow();
        float[] weights =
                corrected.model().graph().constant(node.input(1)).orElseThrow().toFloats();
        for (int i = 0; i < weights.length; i++) {
            int channel = i / 36;
            assertThat(encoding.dequantize(encoding.quantize(weights[i], channel), channel))
                    .isEqualTo(weights[i]);
        }
    }

    private static double meanError(float[] exact, float[] actual, int channels) {
        int inner = exact.length / 32 / channels;
        double[] sums = new double[channels];
        for (int i = 0; i < exact.length; i++) {
            sums[i / inner % channels] += exact[i] - actual[i];
        }
        double worst = 0;
        for (double sum : sums) {
            worst = Math.max(worst, Math.abs(sum) / ((double) exact.length / channels));
        }
        return worst;
    }

    private static double lastAxisMeanError(float[] exact, float[] actual, int channels) {
        double[] sums = new double[channels];
        for (int i = 0; i < exact.length; i++) {
            sums[i % channels] += exact[i] - actual[i];
        }
        double worst = 0;
        for (double sum : sums) {
            worst = Math.max(worst, Math.abs(sum) / ((double) exact.length / channels));
        }
        return worst;
    }
}
