package dev.octet.engine.search.auto;

import dev.octet.engine.data.Batch;
import dev.octet.engine.data.BatchReader;
import dev.octet.engine.data.Column;
import dev.octet.engine.graph.Model;
import dev.octet.engine.onnx.OnnxWriter;
import dev.octet.engine.plan.QuantizationPlan;
import dev.octet.engine.rewrite.SwitchLayers;
import dev.octet.engine.runtime.RuntimeOptions;
import dev.octet.engine.runtime.RuntimeSession;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.search.SampleSet;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * Measures what quantizing each layer alone does to the model's output.
 *
 * <p>One session of the model with a switch at each layer ({@link SwitchLayers}), a few samples, one inference of them for each
 * layer: no evaluation a layer, no model a layer. Noise of layers adds up as far as it is independent, so the numbers foretell that
 * of any placement.
 */
public final class MeasureSensitivity {

    /** Samples that each layer's noise is measured on; it shows in few. */
    public static final int SAMPLES = 8;

    private MeasureSensitivity() {}

    /**
     * Noise power at the first output over the signal's, with one layer on integers, by {@link dev.octet.engine.graph.Node#id()}.
     *
     * @param model the float model that {@code plan} is for
     * @param plan with every layer of interest on integers
     * @param scratch folder for the model that is run; the caller removes it
     * @param progress told the number of layers done
     */
    public static Map<String, Double> measure(
            Model model, QuantizationPlan plan, SampleSet samples, int threads, Path scratch, LongConsumer progress) {
        SwitchLayers.Switched switched = SwitchLayers.perform(model, plan);
        Map<String, Double> noise = new LinkedHashMap<>();
        Path file = scratch.resolve("switched.onnx");
        OnnxWriter.writeScratch(switched.model(), file);
        try (RuntimeSession session = RuntimeSession.open(file, RuntimeOptions.literal(threads));
                BatchReader reader =
                        samples.atMost(Math.max(SAMPLES, samples.fixedBatch())).read(SAMPLES)) {
            int batches = 0;
            for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
                batches++;
                float[] exact = run(session, batch, switched, -1);
                for (int layer = 0; layer < switched.layers().size(); layer++) {
                    double ratio = ratio(exact, run(session, batch, switched, layer));
                    noise.merge(switched.layers().get(layer), ratio, Double::sum);
                    progress.accept(layer + 1L);
                }
            }
            int times = Math.max(1, batches);
            noise.replaceAll((_, sum) -> sum / times);
        }
        return noise;
    }

    private static float[] run(RuntimeSession session, Batch batch, SwitchLayers.Switched switched, int on) {
        int count = Math.max(1, switched.layers().size());
        ByteBuffer switches = ByteBuffer.allocateDirect(count * Float.BYTES).order(ByteOrder.nativeOrder());
        if (on >= 0) {
            switches.putFloat(on * Float.BYTES, 1f);
        }
        List<Column> columns = new ArrayList<>(batch.columns());
        columns.add(new Column(switched.switches(), ElementType.FLOAT, List.of((long) count), switches));
        return session.run(columns).getFirst().copy();
    }

    private static double ratio(float[] exact, float[] noisy) {
        double signal = 0;
        double noise = 0;
        for (int i = 0; i < exact.length; i++) {
            double difference = (double) exact[i] - noisy[i];
            signal += (double) exact[i] * exact[i];
            noise += difference * difference;
        }
        return signal == 0 ? 0 : noise / signal;
    }
}
