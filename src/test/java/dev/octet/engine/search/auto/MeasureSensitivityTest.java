package dev.octet.engine.search.auto;

import static dev.octet.engine.plan.Network.network;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.octet.engine.algorithm.Quantized;
import dev.octet.engine.data.Batch;
import dev.octet.engine.data.BatchReader;
import dev.octet.engine.data.Dataset;
import dev.octet.engine.data.InputSpec;
import dev.octet.engine.data.NpzFiles;
import dev.octet.engine.data.Preprocessing;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.onnx.OnnxWriter;
import dev.octet.engine.plan.Network;
import dev.octet.engine.plan.Placement;
import dev.octet.engine.plan.QuantizationPlan;
import dev.octet.engine.rewrite.InsertQdq;
import dev.octet.engine.runtime.RuntimeOptions;
import dev.octet.engine.runtime.RuntimeSession;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.search.SampleSet;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasureSensitivityTest {

    @TempDir
    Path folder;

    private static Network chain() {
        return network()
                .input("x", -1, 4, 8, 8)
                .conv("c1", "x", 4, 3)
                .node("r1 = Relu(c1)")
                .conv("c2", "r1", 4, 3)
                .node("a = Add(c2, r1)")
                .conv("c3", "a", 4, 3)
                .output("c3");
    }

    @Test
    void aSwitchedLayersNoiseIsThatOfTheModelInWhichItAloneIsQuantized() {
        Quantized quantized = Quantized.calibrated(chain(), folder);
        Path file = NpzFiles.npz()
                .floats("x", Network.normal(1, 1, 8, 4, 8, 8).toFloats(), 8, 4, 8, 8)
                .write(folder.resolve("data.npz"));
        try (Dataset dataset = Dataset.open(file)) {
            InputSpec input = new InputSpec("x", ElementType.FLOAT, List.of(-1L, 4L, 8L, 8L));
            SampleSet samples = new SampleSet(dataset, List.of(input), Preprocessing.NONE, 0, 8);
            Map<String, Double> noise =
                    MeasureSensitivity.measure(quantized.prepared(), quantized.plan(), samples, 1, folder, _ -> {});

            assertThat(noise).hasSize(4);
            noise.forEach((layer, measured) -> assertThat(decibels(measured))
                    .as(layer)
                    .isCloseTo(decibels(alone(quantized, layer, samples)), within(1.0)));
        }
    }

    private static double decibels(double ratio) {
        return 10 * Math.log10(ratio);
    }

    /** The honest way: one model a layer. Its output is kept in floating point, as the next layer's noise is not its own. */
    private double alone(Quantized quantized, String layer, SampleSet samples) {
        Placement placement = quantized.plan().placement();
        for (Node node : quantized.prepared().graph().nodes()) {
            if (!node.id().equals(layer)) {
                placement = placement.withFloat(node.id(), "another is looked at");
            }
        }
        QuantizationPlan plan = quantized.plan();
        Node node = quantized.prepared().graph().nodes().stream()
                .filter(n -> n.id().equals(layer))
                .findFirst()
                .orElseThrow();
        Map<String, String> groups = new java.util.LinkedHashMap<>();
        node.inputs().stream()
                .filter(plan.groups()::containsKey)
                .forEach(value -> groups.put(value, plan.groups().get(value)));
        Model alone = InsertQdq.perform(
                quantized.prepared(), new QuantizationPlan(placement, groups, plan.activations(), plan.weights()));
        Path exactFile = folder.resolve("exact.onnx");
        Path aloneFile = folder.resolve("alone.onnx");
        OnnxWriter.write(quantized.prepared().withoutTypes(), exactFile);
        OnnxWriter.write(alone.withoutTypes(), aloneFile);
        double signal = 0;
        double noise = 0;
        try (RuntimeSession one = RuntimeSession.open(exactFile, RuntimeOptions.optimized(1));
                RuntimeSession other = RuntimeSession.open(aloneFile, RuntimeOptions.literal(1));
                BatchReader reader = samples.read(8)) {
            Batch batch = reader.next();
            FloatBuffer exact = one.run(batch).getFirst().floats();
            FloatBuffer noisy = other.run(batch).getFirst().floats();
            for (int i = 0; i < exact.remaining(); i++) {
                signal += (double) exact.get(i) * exact.get(i);
                noise += Math.pow((double) exact.get(i) - noisy.get(i), 2);
            }
        }
        return noise / signal;
    }
}
