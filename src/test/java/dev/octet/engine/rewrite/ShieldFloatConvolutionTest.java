package dev.octet.engine.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.algorithm.Quantized;
import dev.octet.engine.evaluate.SignalNoise;
import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.plan.Network;
import dev.octet.engine.scheme.QuantizationSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A convolution that was to stay in floating point does so in ONNX Runtime too, between quantized neighbours. */
class ShieldFloatConvolutionTest {

    @TempDir
    Path folder;

    /** Channels whose weights differ by a factor of 50: one scale for all of them would be too coarse for the small ones. */
    private static Network unequalChannels(int channels) {
        float[] weights = new float[channels * 9];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) (Math.sin(i + 1) * (i / 9 % 2 == 0 ? 0.02 : 1));
        }
        float[] enlarged = new float[2 * channels];
        for (int i = 0; i < enlarged.length; i++) {
            enlarged[i] = i % 2 == 0 ? 50 : 0;
        }
        return Network.network()
                .input("x", -1, channels, 8, 8)
                .conv("a", "x", channels, 3)
                .node("r = Relu(a)")
                .constant("m.w", Tensor.ofFloats(weights, channels, 1, 3, 3))
                .node("m = Conv(r, m.w)", "group", (long) channels, "pads", new long[] {1, 1, 1, 1})
                .node("s = Relu(m)")
                .constant("y.w", Tensor.ofFloats(enlarged, 2, channels, 1, 1))
                .node("y = Conv(s, y.w)")
                .output("y");
    }

    @Test
    void itsWeightsAreNotQuantizedByTheRuntime() {
        QuantizationSettings base = Quantized.SETTINGS;
        QuantizationSettings settings = new QuantizationSettings(
                base.observer(),
                base.percentile(),
                base.perChannel(),
                base.activationType(),
                base.weightType(),
                base.reduceRange(),
                Set.of("m"));
        Quantized quantized = Quantized.calibrated(unequalChannels(8), folder, settings);
        Node middle = quantized.model().graph().nodes().stream()
                .filter(node -> node.name().equals("m"))
                .findFirst()
                .orElseThrow();
        Node dequantize =
                Uses.of(quantized.model().graph()).producer(middle.input(0)).orElseThrow();
        assertThat(dequantize.op()).isEqualTo("DequantizeLinear");
        assertThat(dequantize.attributes()).containsEntry("axis", Attribute.of(1));

        Emitted emitted = Emitted.write(quantized.model(), folder);
        Map<String, Tensor> sample = quantized.network().sample(7, 4);
        List<float[]> fused = emitted.fused(sample);
        SignalNoise noise = new SignalNoise();
        noise.add(emitted.literal(sample).getFirst(), fused.getFirst());
        assertThat(noise.sqnrDb()).isGreaterThan(30);
    }
}
