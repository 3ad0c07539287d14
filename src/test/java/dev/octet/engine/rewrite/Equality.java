package dev.octet.engine.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.GraphPrinter;
import dev.octet.engine.graph.GraphVerifier;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType;
import dev.octet.engine.rewrite.constant.Floats;
import dev.octet.engine.runtime.OrtRunner;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Runs two models in ONNX Runtime on the same random inputs and compares all outputs. */
final class Equality {

    /** The size that a free dimension gets. */
    static final int FREE = 3;

    private static final long SEED = 20261124;

    private final OrtRunner runner;

    Equality(Path scratch) {
        this.runner = new OrtRunner(scratch);
    }

    OrtRunner runner() {
        return runner;
    }

    /**
     * Both models give the same outputs, where |a - b| is at most {@code bound} times the largest |a| of that output.
     *
     * <p>Integers and not finite values have to be equal.
     */
    void check(Model before, Model after, double bound) {
        GraphVerifier.verify(after);
        Map<String, Tensor> inputs = inputs(before);
        Set<String> outputs = new LinkedHashSet<>();
        before.graph().outputs().forEach(v -> outputs.add(v.name()));
        assertThat(after.graph().outputs()).isEqualTo(before.graph().outputs());
        assertThat(after.graph().inputs()).isEqualTo(before.graph().inputs());
        Map<String, Tensor> expected = runner.run(before, inputs, outputs);
        Map<String, Tensor> actual = runner.run(after, inputs, outputs);
        expected.forEach((name, tensor) -> assertThat(worst(tensor, actual.get(name)))
                .as("%s, seed %d, after:%n%s", name, SEED, GraphPrinter.print(after.graph()))
                .isLessThanOrEqualTo(bound));
    }

    private static Map<String, Tensor> inputs(Model model) {
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        for (Value input : model.graph().requiredInputs()) {
            ValueType.TensorType type = (ValueType.TensorType) input.type();
            long[] dims = type.shape().stream()
                    .mapToLong(Dim::size)
                    .map(d -> d < 0 ? FREE : d)
                    .toArray();
            inputs.put(input.name(), Net.random(SEED + input.name().hashCode(), type.element(), dims));
        }
        return inputs;
    }

    /** The largest difference relative to the largest magnitude; infinite where type, shape or an integer differ. */
    static double worst(Tensor expected, Tensor actual) {
        assertThat(actual.toString()).isEqualTo(expected.toString());
        if (!expected.type().isFloatingPoint()) {
            return expected.data().mismatch(actual.data()) < 0 ? 0 : Double.POSITIVE_INFINITY;
        }
        double[] a = Floats.read(expected);
        double[] b = Floats.read(actual);
        double scale = 1e-30;
        double worst = 0;
        for (int i = 0; i < a.length; i++) {
            if (Double.isFinite(a[i])) {
                scale = Math.max(scale, Math.abs(a[i]));
                worst = Math.max(worst, Math.abs(a[i] - b[i]));
            } else if (Double.compare(a[i], b[i]) != 0) {
                return Double.POSITIVE_INFINITY;
            }
        }
        return Double.isNaN(worst) ? Double.POSITIVE_INFINITY : worst / scale;
    }
}
