package dev.octet.engine.onnx;

import dev.octet.engine.data.Column;
import dev.octet.engine.runtime.OutputView;
import dev.octet.engine.runtime.RuntimeOptions;
import dev.octet.engine.runtime.RuntimeSession;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** ONNX Runtime as users have it: what decides whether a written file is worth anything. */
final class OnnxRuntime {

    private OnnxRuntime() {}

    /** All outputs of one run, by name, on random inputs of the given shapes that are always the same. */
    static Map<String, float[]> run(Path file, Map<String, long[]> shapes) {
        List<Column> columns = new ArrayList<>();
        new TreeMap<>(shapes).forEach((name, shape) -> columns.add(random(name, shape)));
        Map<String, float[]> outputs = new HashMap<>();
        try (RuntimeSession session = RuntimeSession.open(file, RuntimeOptions.optimized(1))) {
            for (OutputView output : session.run(columns)) {
                float[] values = new float[output.floats().remaining()];
                output.floats().get(values);
                outputs.put(output.name(), values);
            }
        }
        return outputs;
    }

    /** Whether the runtime opens {@code file} at all. */
    static boolean accepts(Path file) {
        try (RuntimeSession session = RuntimeSession.open(file, RuntimeOptions.optimized(1))) {
            return !session.outputs().isEmpty();
        } catch (EngineException _) {
            return false;
        }
    }

    private static Column random(String name, long[] shape) {
        int count = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
        Random random = new Random(7);
        ByteBuffer values = ByteBuffer.allocateDirect(4 * count).order(ByteOrder.nativeOrder());
        for (int i = 0; i < count; i++) {
            values.putFloat((float) random.nextGaussian());
        }
        List<Long> dims = Arrays.stream(shape).boxed().toList();
        return new Column(name, ElementType.FLOAT, dims, values.flip());
    }
}
