package dev.octet.engine.search.synthesis;

import dev.octet.engine.graph.Model;
import dev.octet.engine.runtime.Tap;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Shows pictures to the float model and notes what enters its BatchNormalizations. */
final class Gallery implements AutoCloseable {

    private final Tap tap;
    private final ImageInput input;
    private final List<Norm> norms;
    private final Map<String, Integer> layers = new HashMap<>();

    /** Opens {@code model} as far as {@code norms} need it, on one thread: so that results do not depend on their number. */
    Gallery(Model model, ImageInput input, List<Norm> norms, Path scratch) {
        this.input = input;
        this.norms = norms;
        for (int i = 0; i < norms.size(); i++) {
            layers.put(norms.get(i).value(), i);
        }
        this.tap =
                Tap.open(model.withoutTypes(), norms.stream().map(Norm::value).toList(), 1, scratch);
    }

    List<Norm> norms() {
        return norms;
    }

    /** What the model makes of {@code pictures} in {@code light}. */
    Moments show(List<Picture> pictures, Light light) {
        Moments moments = new Moments(norms, pictures.size());
        int[] done = new int[norms.size()];
        try (PictureReader reader = new PictureReader(input, pictures, light)) {
            tap.run(reader, (value, shape, values) -> {
                Integer layer = layers.get(value);
                if (layer != null) {
                    int samples = Math.toIntExact(shape[0]);
                    note(moments, done[layer], layer, shape, values);
                    done[layer] += samples;
                }
            });
        }
        return moments;
    }

    private void note(Moments moments, int first, int layer, long[] shape, FloatBuffer values) {
        Norm norm = norms.get(layer);
        int samples = Math.toIntExact(shape[0]);
        int each = values.remaining() / samples;
        // A sample may be several rows of channels, where the model folds other axes into the batch.
        int axis = shape.length > 1 && shape[1] == norm.channels() ? 1 : 2;
        int plane = 1;
        for (int i = axis + 1; i < shape.length; i++) {
            plane *= Math.toIntExact(shape[i]);
        }
        int rows = each / (plane * norm.channels());
        for (int i = 0; i < samples; i++) {
            for (int c = 0; c < norm.size(); c++) {
                double sum = 0;
                double squares = 0;
                for (int row = 0; row < rows; row++) {
                    int from = values.position() + i * each + (row * norm.channels() + norm.channel(c)) * plane;
                    for (int p = from; p < from + plane; p++) {
                        double value = values.get(p);
                        sum += value;
                        squares += value * value;
                    }
                }
                double count = (double) rows * plane;
                moments.put(first + i, layer, c, sum / count, squares / count);
            }
        }
    }

    @Override
    public void close() {
        tap.close();
    }
}
