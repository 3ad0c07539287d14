package dev.octet.engine.search.synthesis;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Finds mean and deviation of the values that a model was trained on.
 *
 * <p>A (1 + λ) evolution strategy with λ = {@value #CHILDREN} and success-driven step (Rechenberg 1973; no gradients are to be had)
 * from the usual conventions: standardized values, shares of one, bytes.
 */
final class FitLight {

    private static final int GENERATIONS = 16;
    private static final int CHILDREN = 3;

    /** What weighs against channels of different deviation, which cameras do not have; small against a real mismatch. */
    private static final double EVENNESS = 0.02;

    private FitLight() {}

    /** The light in which {@code pictures} are nearest to what {@code gallery} remembers. */
    static Light fit(Gallery gallery, int channels, List<Picture> pictures, SplittableRandom random) {
        List<Light> starts = new ArrayList<>(
                List.of(Light.of(channels, 0, 1), Light.of(channels, 0.5, 0.25), Light.of(channels, 127, 60)));
        Light best = starts.getFirst();
        double least = Double.POSITIVE_INFINITY;
        for (Light start : starts) {
            double cost = cost(gallery, pictures, start);
            if (cost < least) {
                least = cost;
                best = start;
            }
        }
        double step = 0.4;
        for (int generation = 0; generation < GENERATIONS; generation++) {
            Light parent = best;
            double before = least;
            for (int child = 0; child < CHILDREN; child++) {
                Light moved = parent.moved(step, random);
                double cost = cost(gallery, pictures, moved);
                if (cost < least) {
                    least = cost;
                    best = moved;
                }
            }
            step *= least < before ? 1.3 : 0.8;
        }
        return best;
    }

    private static double cost(Gallery gallery, List<Picture> pictures, Light light) {
        return gallery.show(pictures, light).distance() + EVENNESS * light.unevenness();
    }
}
