package dev.octet.engine.rewrite;

import static dev.octet.engine.plan.Network.network;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.octet.engine.algorithm.Quantized;
import dev.octet.engine.graph.GraphVerifier;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.plan.Network;
import dev.octet.engine.rewrite.IsolateLayers.Isolated;
import dev.octet.engine.runtime.OrtRunner;
import dev.octet.engine.scheme.Encoding;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IsolateLayersTest {

    @TempDir
    Path folder;

    private Map<String, Tensor> outputs(Isolated isolated, Map<String, Tensor> sample) {
        GraphVerifier.verify(isolated.model());
        Set<String> names = new LinkedHashSet<>();
        isolated.copies().forEach((value, copy) -> {
            names.add(value);
            names.add(copy);
        });
        assertThat(isolated.model().graph().outputs()).extracting(v -> v.name()).containsExactlyElementsOf(names);
        return new OrtRunner(folder).run(isolated.model(), sample, names);
    }

    private static Network chain() {
        return network()
                .input("x", -1, 4, 8, 8)
                .conv("c1", "x", 4, 3)
                .node("r1 = Relu(c1)")
                .conv("c2", "r1", 4, 3)
                .node("pool = GlobalAveragePool(c2)")
                .node("flat = Flatten(pool)")
                .matMul("y", "flat", 4, 3)
                .output("y");
    }

    @Test
    void eachLayerGetsACopyBehindItsFusedClamp() {
        Quantized quantized = Quantized.calibrated(chain(), folder);
        Isolated isolated = IsolateLayers.perform(quantized.prepared(), quantized.plan());
        assertThat(isolated.copies()).containsOnlyKeys("r1", "c2", "y");
    }

    @Test
    void floatValuesAreThoseOfTheFloatModel() {
        Quantized quantized = Quantized.calibrated(chain(), folder);
        Map<String, Tensor> sample = quantized.network().sample(5, 2);
        Map<String, Tensor> seen = outputs(IsolateLayers.perform(quantized.prepared(), quantized.plan()), sample);
        new OrtRunner(folder)
                .run(quantized.prepared(), sample, Set.of("r1", "c2", "y"))
                .forEach((value, tensor) ->
                        assertThat(seen.get(value).toFloats()).containsExactly(tensor.toFloats()));
    }

    @Test
    void aCopyHasTheNoiseOfItsOwnLayerOnly() {
        Quantized quantized = Quantized.calibrated(chain(), folder);
        Map<String, Tensor> sample = quantized.network().sample(5, 2);
        Isolated isolated = IsolateLayers.perform(quantized.prepared(), quantized.plan());
        Map<String, Tensor> seen = outputs(isolated, sample);
        // The second layer alone: fed with the float value of the first.
        Network second =
                network().input("r1", -1, 4, 8, 8).conv("c2", "r1", 4, 3).output("c2");
        double[] expected = FakeQuantization.run(
                second.typed(folder).graph(), quantized.plan(), Map.of("r1", seen.get("r1")), "c2");
        float[] actual = seen.get(isolated.copies().get("c2")).toFloats();
        float step = quantized.plan().activation("c2").orElseThrow().scale(0);
        for (int i = 0; i < actual.length; i++) {
            assertThat((double) actual[i]).isCloseTo(expected[i], within(1.001 * step));
        }
        assertThat(actual).isNotEqualTo(seen.get("c2").toFloats());
    }

    @Test
    void theCopyClampsAsTheFloatLayerDoes() {
        Quantized quantized = Quantized.calibrated(chain(), folder);
        Isolated isolated = IsolateLayers.perform(quantized.prepared(), quantized.plan());
        Map<String, Tensor> seen = outputs(isolated, quantized.network().sample(0, 3));
        Encoding encoding = quantized.plan().activation("r1").orElseThrow();
        float[] exact = seen.get("r1").toFloats();
        float[] copy = seen.get(isolated.copies().get("r1")).toFloats();
        for (int i = 0; i < copy.length; i++) {
            assertThat(copy[i]).isNotNegative().isCloseTo(exact[i], within(0.2f + encoding.scale(0)));
        }
    }

    @Test
    void layersThatShareWeightsAndBiasGetACopyEach() {
        Quantized quantized = Quantized.calibrated(
                network()
                        .input("x", -1, 4, 8, 8)
                        .weight("w", 4, 4, 3, 3)
                        .constant("b", Network.normal(4, 0.1f, 4))
                        .node("c1 = Conv(x, w, b)", "pads", new long[] {1, 1, 1, 1})
                        .node("c2 = Conv(c1, w, b)", "pads", new long[] {1, 1, 1, 1})
                        .output("c2"),
                folder);
        Isolated isolated = IsolateLayers.perform(quantized.prepared(), quantized.plan());
        assertThat(isolated.copies()).containsOnlyKeys("c1", "c2");
        outputs(isolated, quantized.network().sample(5, 2));
    }

    @Test
    void whereNothingIsQuantizedThereAreNoCopies() {
        Quantized quantized = Quantized.calibrated(
                network().input("x", -1, 4).node("y = Tanh(x)").output("y"), folder);
        assertThat(IsolateLayers.perform(quantized.prepared(), quantized.plan()).copies())
                .isEmpty();
    }
}
