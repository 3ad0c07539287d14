package dev.octet.engine.search.synthesis;

import dev.octet.engine.data.InputSpec;
import dev.octet.engine.data.npz.NpzWriter;
import dev.octet.engine.graph.Model;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.DoubleConsumer;

/**
 * Makes up calibration samples for a model that remembers its training data.
 *
 * <pre>
 * draw pictures - fit mean and deviation of their values - choose those that fit, vary them, choose again - once more - check - write
 * </pre>
 *
 * <p>What a picture is measured by is what enters the model's BatchNormalizations, against their running mean and variance (see
 * {@link Moments}). A model without them remembers nothing, and is refused; so is one that no picture comes near to.
 */
public final class DataFreeSamples {

    /** Samples made: enough for ranges to settle, after a fifth is held back. */
    public static final int SAMPLES = 80;

    private static final int POOL = 192;

    /** Mean and deviation are fitted again once the pictures are better. */
    private static final int FITS = 2;

    private static final int ROUNDS = 4;
    private static final int VARIED = 96;
    private static final int FITTED = 16;

    /** BatchNormalizations that light is fitted to: the first ones tell most of it, and cost least to reach. */
    private static final int FITTED_NORMS = 6;

    /** Farther than this, samples are no better than noise. */
    static final double MOST_DISTANCE = 0.15;

    /** At least one BatchNormalization for so many convolutions: else most of the model is out of sight. */
    private static final int CONVOLUTIONS = 3;

    private final Model model;
    private final ImageInput input;
    private final List<Norm> norms;
    private final Path scratch;
    private final SplittableRandom random;

    private DataFreeSamples(Model model, ImageInput input, List<Norm> norms, Path scratch, long seed) {
        this.model = model;
        this.input = input;
        this.norms = norms;
        this.scratch = scratch;
        this.random = new SplittableRandom(seed);
    }

    /**
     * Writes samples for {@code inputs} as an npz; the same for the same seed.
     *
     * @param model as uploaded, its BatchNormalizations not yet folded
     * @param file what to write
     * @param scratch folder for copies of the model, which go before this returns
     * @param progress told the share that is done
     * @throws EngineException RECIPE_INVALID where no samples can be made that the model would take for its own, with the reason
     */
    public static DataFree write(
            Model model, List<InputSpec> inputs, long seed, Path file, Path scratch, DoubleConsumer progress) {
        List<Norm> norms = Norm.all(model.graph());
        long convolutions = model.graph().nodes().stream()
                .filter(node -> node.op().startsWith("Conv"))
                .count();
        if (norms.isEmpty() || (long) norms.size() * CONVOLUTIONS < convolutions) {
            throw refused(
                    norms.isEmpty()
                            ? "the model has no BatchNormalization that remembers what it was trained on"
                            : "the model has only " + norms.size() + " BatchNormalizations for " + convolutions
                                    + " convolutions");
        }
        ImageInput input = ImageInput.of(inputs)
                .orElseThrow(() -> refused("only a single floating-point input of images, of rank 4, can be made up"));
        return new DataFreeSamples(model, input, norms, scratch, seed).write(file, progress);
    }

    private DataFree write(Path file, DoubleConsumer progress) {
        List<Picture> pool = new ArrayList<>();
        for (int i = 0; i < whole(POOL); i++) {
            pool.add(Picture.random(random));
        }
        Light light = Light.of(input.channels(), 0, 1);
        Moments.Sum sum = new Moments(norms, 0).new Sum();
        for (int fit = 0; fit < FITS; fit++) {
            light = fitted(pool);
            progress.accept((fit + 0.3) / FITS);
            try (Gallery gallery = new Gallery(model, input, norms, scratch)) {
                Evolution evolution = new Evolution(gallery, light, pool, whole(SAMPLES), random);
                for (int round = 0; round < ROUNDS; round++) {
                    evolution.round(whole(VARIED));
                    progress.accept((fit + 0.3 + 0.7 * (round + 1) / ROUNDS) / FITS);
                }
                pool = evolution.chosen();
                sum = evolution.sum();
            }
        }
        DataFree found = found(sum, pool.size());
        require(found);
        write(pool, light, file);
        return found;
    }

    private Light fitted(List<Picture> pool) {
        List<Norm> first = norms.subList(0, Math.min(FITTED_NORMS, norms.size()));
        try (Gallery gallery = new Gallery(model, input, first, scratch)) {
            return FitLight.fit(gallery, input.channels(), pool.subList(0, whole(FITTED)), random);
        }
    }

    /** As many as {@code count}, rounded up to batches that the model takes. */
    private int whole(int count) {
        int batch = input.fixedBatch() > 0 ? input.fixedBatch() : 1;
        return Math.ceilDiv(count, batch) * batch;
    }

    private DataFree found(Moments.Sum sum, int samples) {
        double[] layers = sum.layers();
        int worst = 0;
        for (int i = 0; i < layers.length; i++) {
            worst = layers[i] > layers[worst] ? i : worst;
        }
        return new DataFree(
                samples, sum.distance(), layers[worst], norms.get(worst).value(), norms.size());
    }

    private static void require(DataFree found) {
        if (found.distance() > MOST_DISTANCE) {
            throw refused(String.format(
                    Locale.ROOT,
                    "the nearest samples that could be made up are at a distance of %.2f from what the model's"
                            + " BatchNormalizations remember, and more than %.2f tells nothing of its real inputs",
                    found.distance(),
                    MOST_DISTANCE));
        }
    }

    private static EngineException refused(String reason) {
        return new EngineException(
                Fault.RECIPE_INVALID,
                "STATIC without a calibration set is not possible here: " + reason
                        + ". Give calibration samples, or use DYNAMIC or WEIGHT_ONLY, which need none.");
    }

    private void write(List<Picture> pictures, Light light, Path file) {
        try (NpzWriter npz = NpzWriter.create(file)) {
            npz.array(input.name(), ElementType.FLOAT, input.shape(pictures.size()), out -> {
                for (Picture picture : pictures) {
                    for (double value : picture.draw(input, light)) {
                        out.putFloat((float) value);
                    }
                }
            });
        }
    }
}
