package dev.octet.engine.search.correction;

import dev.octet.engine.algorithm.Activations;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How far a model's outputs are from those of the float model, on samples that corrections did not learn from. */
final class OutputError {

    /** Numbers kept of each output; those beyond are not compared. */
    private static final int MOST_NUMBERS = 4 << 20;

    private final Activations held;
    private final List<String> outputs;
    private final Map<String, List<float[]>> exact = new HashMap<>();

    /** Runs {@code reference} once over {@code held} and keeps its floating-point outputs. */
    OutputError(Model reference, Activations held) {
        this.held = held;
        this.outputs = outputs(reference);
        Map<String, Integer> kept = new HashMap<>();
        held.run(reference, outputs, (value, _, _, values) -> {
            if (kept.merge(value, values.remaining(), Integer::sum) <= MOST_NUMBERS || !exact.containsKey(value)) {
                float[] batch = new float[values.remaining()];
                values.get(values.position(), batch);
                exact.computeIfAbsent(value, _ -> new ArrayList<>()).add(batch);
            }
        });
    }

    /** The outputs in floating point, whose error can be judged; a model that answers with numbers of classes has none. */
    static List<String> outputs(Model model) {
        return model.graph().outputs().stream()
                .filter(output -> output.type() instanceof TensorType type
                        && type.element().isFloatingPoint())
                .map(Value::name)
                .toList();
    }

    /** Noise over signal of {@code model}'s outputs, the mean of all outputs; infinite where an output is not finite. */
    double of(Model model) {
        Map<String, double[]> sums = new HashMap<>();
        Map<String, Integer> next = new HashMap<>();
        held.run(model, outputs, (value, _, _, values) -> {
            List<float[]> batches = exact.getOrDefault(value, List.of());
            int i = next.merge(value, 1, Integer::sum) - 1;
            if (i < batches.size()) {
                double[] sum = sums.computeIfAbsent(value, _ -> new double[2]);
                float[] batch = batches.get(i);
                for (int k = 0; k < batch.length; k++) {
                    double error = (double) batch[k] - values.get(k);
                    sum[0] += (double) batch[k] * batch[k];
                    sum[1] += error * error;
                }
            }
        });
        return sums.values().stream()
                .mapToDouble(sum ->
                        !Double.isFinite(sum[1]) ? Double.POSITIVE_INFINITY : sum[0] == 0 ? sum[1] : sum[1] / sum[0])
                .average()
                .orElse(Double.POSITIVE_INFINITY);
    }

    /** Signal over noise in dB. */
    static double decibels(double error) {
        return error <= 0 ? 300 : Math.clamp(-10 * Math.log10(error), -300, 300);
    }
}
