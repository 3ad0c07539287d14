package dev.octet.engine.search;

import dev.octet.engine.data.Batch;
import dev.octet.engine.data.BatchReader;
import dev.octet.engine.graph.Model;
import dev.octet.engine.onnx.OnnxWriter;
import dev.octet.engine.plan.QuantizationPlan;
import dev.octet.engine.rewrite.InsertQdq;
import dev.octet.engine.rewrite.IsolateLayers;
import dev.octet.engine.runtime.OutputView;
import dev.octet.engine.runtime.RuntimeOptions;
import dev.octet.engine.runtime.RuntimeSession;
import dev.octet.engine.scheme.Encoding;
import dev.octet.engine.search.padding.Padding;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Measures what quantization does to each layer: alone, and on top of all layers before it.
 *
 * <p>Alone: a quantized copy of every layer runs beside it on the float model's own values, all in one run. Accumulated: the same
 * value in the float and in the quantized model. Padding counts in neither.
 */
public final class LayerErrors {

    /** Samples looked at; the noise of a layer shows in few. */
    private static final long MOST_SAMPLES = 16;

    /**
     * The error of one value.
     *
     * @param aloneDb SQNR with only this layer quantized, in dB
     * @param accumulatedDb SQNR with everything quantized, in dB
     * @param saturation share of the float values that lie outside what the encoding can represent; 0 where it has none
     */
    public record LayerError(double aloneDb, double accumulatedDb, double saturation) {}

    private LayerErrors() {}

    /**
     * Errors by name of the layers' output values.
     *
     * @param model the prepared float model that {@code plan} is for
     * @param scratch folder for the models that are compared; the caller removes it
     */
    public static Map<String, LayerError> measure(
            Model model, QuantizationPlan plan, SampleSet samples, int threads, Path scratch) {
        IsolateLayers.Isolated isolated = IsolateLayers.perform(model, plan);
        Map<String, String> copies = isolated.copies();
        Map<String, LayerError> errors = new LinkedHashMap<>();
        if (copies.isEmpty()) {
            return errors;
        }
        Path alone = scratch.resolve("layers-alone.onnx");
        Path together = scratch.resolve("layers-together.onnx");
        OnnxWriter.writeScratch(isolated.model(), alone);
        OnnxWriter.writeScratch(InsertQdq.instrumented(model, plan, copies.keySet()), together);
        Map<String, Noise> noises = new LinkedHashMap<>();
        copies.keySet().forEach(value -> noises.put(value, new Noise()));
        RuntimeOptions options = RuntimeOptions.optimized(threads);
        try (RuntimeSession first = RuntimeSession.open(alone, options);
                RuntimeSession second = RuntimeSession.open(together, options);
                BatchReader reader = samples.atMost(MOST_SAMPLES).read(1)) {
            for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
                Optional<Padding> padding = Padding.of(batch);
                Map<String, FloatBuffer> exact = byName(first.run(batch), padding);
                Map<String, FloatBuffer> quantized = byName(second.run(batch), padding);
                noises.forEach((value, noise) -> noise.add(
                        named(exact, value),
                        named(exact, copies.getOrDefault(value, value)),
                        named(quantized, value),
                        plan.activation(value).orElse(null)));
            }
        }
        noises.forEach((value, noise) -> errors.put(value, noise.error()));
        return errors;
    }

    /** What one sample gave, without the positions that are padding. */
    private static Map<String, FloatBuffer> byName(List<OutputView> views, Optional<Padding> padding) {
        Map<String, FloatBuffer> named = new LinkedHashMap<>();
        for (OutputView view : views) {
            long[] shape = view.shape().stream().mapToLong(Long::longValue).toArray();
            named.put(
                    view.name(),
                    padding.filter(known -> known.covers(shape))
                            .map(known -> known.unpadded(shape, view.floats()).getFirst())
                            .orElseGet(view::floats));
        }
        return named;
    }

    private static FloatBuffer named(Map<String, FloatBuffer> views, String name) {
        FloatBuffer view = views.get(name);
        if (view == null) {
            throw new IllegalStateException("no output " + name);
        }
        return view;
    }

    /** Sums of one value's signal and noises. */
    private static final class Noise {
        private double signal;
        private double alone;
        private double accumulated;
        private long outside;
        private long count;

        void add(FloatBuffer exact, FloatBuffer copy, FloatBuffer quantized, @Nullable Encoding encoding) {
            float low = encoding == null
                    ? Float.NEGATIVE_INFINITY
                    : encoding.representable(0).min();
            float high = encoding == null
                    ? Float.POSITIVE_INFINITY
                    : encoding.representable(0).max();
            float margin = encoding == null ? 0 : encoding.scale(0) / 2;
            for (int i = 0; i < exact.remaining(); i++) {
                float y = exact.get(i);
                double a = (double) y - copy.get(i);
                double b = (double) y - quantized.get(i);
                signal += (double) y * y;
                alone += a * a;
                accumulated += b * b;
                outside += y < low - margin || y > high + margin ? 1 : 0;
            }
            count += exact.remaining();
        }

        LayerError error() {
            return new LayerError(decibels(alone), decibels(accumulated), count == 0 ? 0 : (double) outside / count);
        }

        private double decibels(double noise) {
            if (noise == 0) {
                return MOST_DECIBELS;
            }
            return Math.clamp(10 * Math.log10(signal / noise), -MOST_DECIBELS, MOST_DECIBELS);
        }

        /** Where there is no noise at all, or no signal. */
        private static final double MOST_DECIBELS = 200;
    }
}
