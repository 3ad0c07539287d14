package dev.octet.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.data.Column;
import dev.octet.engine.runtime.OutputView;
import dev.octet.engine.runtime.RuntimeOptions;
import dev.octet.engine.runtime.RuntimeSession;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Holds what ONNX Runtime computes to what PyTorch computed. */
final class Agreement {

    private Agreement() {}

    /** The largest error of {@code onnx} over all {@code runs}, as a share of the output's largest number, below {@code bound}. */
    static double worst(String name, Path onnx, List<Archives.Run> runs, double bound) {
        double worst = 0;
        try (RuntimeSession session = RuntimeSession.open(onnx, RuntimeOptions.optimized(1))) {
            List<String> names = session.outputs().stream().map(o -> o.name()).toList();
            for (Archives.Run run : runs) {
                List<OutputView> outputs = new ArrayList<>(session.run(run.inputs()));
                assertThat(outputs).as("outputs of %s", names).hasSameSizeAs(run.outputs());
                for (int i = 0; i < outputs.size(); i++) {
                    String what = name + " " + outputs.get(i).name();
                    worst = Math.max(
                            worst, error(what, outputs.get(i), run.outputs().get(i), bound));
                }
            }
        }
        return worst;
    }

    private static double error(String what, OutputView actual, Column expected, double bound) {
        assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
        assertThat(actual.type()).as(what).isEqualTo(expected.type());
        FloatBuffer values = actual.floats();
        double largest = 0;
        double error = 0;
        for (int i = 0; i < values.remaining(); i++) {
            double wanted = number(expected, i);
            largest = Math.max(largest, Math.abs(wanted));
            double off = Math.abs(values.get(i) - wanted);
            assertThat(off)
                    .as("%s[%d]: %s for %s", what, i, values.get(i), wanted)
                    .isNotNaN();
            error = Math.max(error, off);
        }
        double relative = error / Math.max(largest, 1e-6);
        assertThat(relative).as(what).isLessThan(bound);
        return relative;
    }

    private static double number(Column column, int i) {
        ByteBuffer data = column.data();
        return switch (column.type()) {
            case FLOAT -> data.getFloat(4 * i);
            case DOUBLE -> data.getDouble(8 * i);
            case FLOAT16 -> Float.float16ToFloat(data.getShort(2 * i));
            case INT64 -> data.getLong(8 * i);
            case INT32 -> data.getInt(4 * i);
            default -> data.get(i);
        };
    }
}
