package dev.octet.engine.algorithm;

import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.plan.Network;
import dev.octet.engine.runtime.OrtRunner;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;

/** Random samples of a network, run batch by batch, the same in every run. */
public record RandomActivations(Network network, Path scratch, int batches, int size) implements Activations {

    @Override
    public long samples() {
        return (long) batches * size;
    }

    @Override
    public void run(Model model, Collection<String> values, Listener listener) {
        OrtRunner runner = new OrtRunner(scratch);
        for (int batch = 0; batch < batches; batch++) {
            Map<String, Tensor> sample = network.sample(batch, size);
            Map<String, Tensor> seen = runner.run(model.withoutTypes(), sample, new LinkedHashSet<>(values));
            for (String value : values) {
                Tensor tensor = seen.get(value);
                listener.accept(value, (long) batch * size, tensor.dims(), FloatBuffer.wrap(tensor.toFloats()));
            }
        }
    }

    /** The elements of {@code value} over all samples. */
    public float[] all(Model model, String value) {
        java.util.List<float[]> parts = new java.util.ArrayList<>();
        run(
                model,
                java.util.List.of(value),
                (_, _, _, floats) -> parts.add(floats.array().clone()));
        float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
