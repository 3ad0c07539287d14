package dev.octet.engine.search.synthesis;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One made-up picture, as what it is drawn from.
 *
 * @param patches scenes laid over each other, the first filling the picture
 * @param contrast standard deviation of its values before the model's own scale
 * @param brightness mean of its values before the model's own scale
 */
record Picture(List<Patch> patches, double contrast, double brightness) {

    /** No value is farther from the mean than so many deviations: nearer, real inputs were clipped; a camera's range ends too. */
    private static final double RANGE = 4;

    private static final int MOST_PATCHES = 12;

    /**
     * A scene in a window of a picture.
     *
     * @param seed of the scene
     * @param y middle of the window, as a share of the height
     * @param x the same of the width
     * @param size of the window, as a share of the picture's
     * @param opacity share of what lies below that it hides
     */
    record Patch(long seed, double y, double x, double size, double opacity) {
        static Patch whole(SplittableRandom random) {
            return new Patch(random.nextLong(), 0.5, 0.5, 1, 1);
        }

        static Patch part(SplittableRandom random) {
            return new Patch(
                    random.nextLong(),
                    random.nextDouble(),
                    random.nextDouble(),
                    0.15 + 0.6 * random.nextDouble(),
                    0.4 + 0.6 * random.nextDouble());
        }
    }

    Picture {
        patches = List.copyOf(patches);
    }

    /** A picture of ordinary contrast and brightness. */
    static Picture random(SplittableRandom random) {
        return new Picture(
                List.of(Patch.whole(random)), Math.exp(0.5 * random.nextGaussian()), 0.6 * random.nextGaussian());
    }

    /** A picture near this one: in another light, or with something laid over it or taken away. */
    Picture varied(SplittableRandom random) {
        List<Patch> changed = new ArrayList<>(patches);
        double light = random.nextDouble() < 0.5 ? 0.2 : 0;
        if (light == 0 || random.nextBoolean()) {
            if (patches.size() == MOST_PATCHES || (patches.size() > 1 && random.nextInt(4) == 0)) {
                changed.remove(1 + random.nextInt(patches.size() - 1));
            } else {
                changed.add(Patch.part(random));
            }
        }
        return new Picture(
                changed,
                contrast * Math.exp(light * random.nextGaussian()),
                brightness + light * random.nextGaussian());
    }

    /**
     * Draws it.
     *
     * @param light what values the model takes for mean and deviation
     * @return values in the order of {@code input}
     */
    double[] draw(ImageInput input, Light light) {
        double[][] planes = new double[input.channels()][input.height() * input.width()];
        patches.forEach(patch -> lay(patch, planes, input.height(), input.width()));
        double[] values = new double[input.elements()];
        for (int c = 0; c < input.channels(); c++) {
            for (int p = 0; p < planes[c].length; p++) {
                double value = Math.clamp(planes[c][p] * contrast + brightness, -RANGE, RANGE);
                values[input.index(c, p)] = light.offset(c) + light.scale(c) * value;
            }
        }
        return values;
    }

    private static void lay(Patch patch, double[][] planes, int height, int width) {
        int rows = (int) Math.max(1, Math.round(patch.size() * height));
        int columns = (int) Math.max(1, Math.round(patch.size() * width));
        int top = (int) Math.round(patch.y() * height - rows / 2.0);
        int left = (int) Math.round(patch.x() * width - columns / 2.0);
        double[][] scene = Scene.draw(new SplittableRandom(patch.seed()), planes.length, rows, columns);
        for (int c = 0; c < planes.length; c++) {
            for (int y = Math.max(0, -top); y < Math.min(rows, height - top); y++) {
                for (int x = Math.max(0, -left); x < Math.min(columns, width - left); x++) {
                    int p = (top + y) * width + left + x;
                    planes[c][p] += patch.opacity() * (scene[c][y * columns + x] - planes[c][p]);
                }
            }
        }
    }
}
