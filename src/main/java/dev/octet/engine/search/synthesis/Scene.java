package dev.octet.engine.search.synthesis;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Draws pictures whose statistics are those of natural ones.
 *
 * <p>Occluding shapes of random place, size, direction and color, their sizes falling off as 1/r³: the "dead leaves" model, whose
 * edges, areas and spectrum are near those of photographs (Lee, Mumford and Huang 2001, "Occlusion models for natural images: a
 * study of the statistics", International Journal of Computer Vision 41). Shapes carry gradients and noise of a 1/f^α spectrum
 * (Field 1987), made of octaves of interpolated random grids. Channels are partly correlated, as colors are.
 */
final class Scene {

    private final SplittableRandom random;
    private final int channels;
    private final int height;
    private final int width;
    /** Correlation of the channels. */
    private final double gray;

    private Scene(SplittableRandom random, int channels, int height, int width) {
        this.random = random;
        this.channels = channels;
        this.height = height;
        this.width = width;
        this.gray = 1 - 0.4 * random.nextDouble() * random.nextDouble();
    }

    /** Planes of {@code height} times {@code width} values; all together of mean 0 and standard deviation 1. */
    static double[][] draw(SplittableRandom random, int channels, int height, int width) {
        Scene scene = new Scene(random, channels, height, width);
        double kind = random.nextDouble();
        double[][] planes;
        if (kind < 0.2) {
            planes = scene.clouds();
        } else {
            planes = scene.leaves();
            if (kind > 0.7) {
                mix(planes, scene.clouds(), 0.2 + 0.5 * random.nextDouble());
            }
        }
        standardize(planes);
        double[] tint = scene.color(0.5);
        for (int c = 0; c < channels; c++) {
            for (int p = 0; p < planes[c].length; p++) {
                planes[c][p] += 0.2 * tint[c];
            }
        }
        return planes;
    }

    private double[] color(double correlation) {
        double common = random.nextGaussian();
        double[] color = new double[channels];
        Arrays.setAll(
                color, _ -> correlation * common + Math.sqrt(1 - correlation * correlation) * random.nextGaussian());
        return color;
    }

    private double[][] clouds() {
        double fall = 0.3 + 1.4 * random.nextDouble();
        double[] common = noise(fall);
        double[][] planes = new double[channels][];
        for (int c = 0; c < channels; c++) {
            planes[c] = noise(fall);
            for (int p = 0; p < common.length; p++) {
                planes[c][p] = gray * common[p] + Math.sqrt(1 - gray * gray) * planes[c][p];
            }
        }
        return planes;
    }

    private double[][] leaves() {
        double[][] planes = new double[channels][height * width];
        double[] ground = color(gray);
        for (int c = 0; c < channels; c++) {
            Arrays.fill(planes[c], ground[c]);
        }
        double[] texture = noise(0.6 + random.nextDouble());
        int leaves = 3 + random.nextInt(60);
        for (int i = 0; i < leaves; i++) {
            leaf(planes, texture);
        }
        return planes;
    }

    private void leaf(double[][] planes, double[] texture) {
        double size = Math.min(height, width);
        double least = 1 / Math.pow(0.04 * size, 2);
        double most = 1 / Math.pow(0.5 * size, 2);
        double radius = 1 / Math.sqrt(least + random.nextDouble() * (most - least));
        double cy = random.nextDouble() * height;
        double cx = random.nextDouble() * width;
        double angle = random.nextDouble() * Math.PI;
        double cos = Math.cos(angle);
        double sin = Math.sin(angle);
        double slenderness = 1 + 3 * random.nextDouble();
        boolean round = random.nextBoolean();
        double[] color = color(gray);
        double grain = random.nextBoolean() ? 0.4 * random.nextDouble() : 0;
        double shade = random.nextDouble() - 0.5;
        int top = (int) Math.max(0, Math.floor(cy - 1.5 * radius));
        int bottom = (int) Math.min(height, Math.ceil(cy + 1.5 * radius));
        int left = (int) Math.max(0, Math.floor(cx - 1.5 * radius));
        int right = (int) Math.min(width, Math.ceil(cx + 1.5 * radius));
        for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
                double along = ((y - cy) * cos + (x - cx) * sin) / radius;
                double across = ((x - cx) * cos - (y - cy) * sin) / radius * slenderness;
                boolean inside =
                        round ? along * along + across * across < 1 : Math.max(Math.abs(along), Math.abs(across)) < 1;
                if (inside) {
                    int p = y * width + x;
                    double more = shade * along + grain * texture[p];
                    for (int c = 0; c < channels; c++) {
                        planes[c][p] = color[c] + more;
                    }
                }
            }
        }
    }

    /** Noise whose octaves fall off in amplitude by 2^-{@code fall}, of mean 0 and standard deviation 1. */
    private double[] noise(double fall) {
        double[] sum = new double[height * width];
        double amplitude = 1;
        for (double cell = Math.max(height, width); cell >= 1; cell /= 2) {
            octave(sum, amplitude, cell);
            amplitude *= Math.pow(2, -fall);
        }
        double[][] one = {sum};
        standardize(one);
        return sum;
    }

    private void octave(double[] sum, double amplitude, double cell) {
        int rows = (int) (height / cell) + 3;
        int columns = (int) (width / cell) + 3;
        double[] grid = new double[rows * columns];
        Arrays.setAll(grid, _ -> random.nextGaussian());
        double phaseY = random.nextDouble();
        double phaseX = random.nextDouble();
        for (int y = 0; y < height; y++) {
            double gy = y / cell + phaseY;
            int y0 = (int) gy;
            double v = ease(gy - y0);
            for (int x = 0; x < width; x++) {
                double gx = x / cell + phaseX;
                int x0 = (int) gx;
                double u = ease(gx - x0);
                int at = y0 * columns + x0;
                double upper = grid[at] + u * (grid[at + 1] - grid[at]);
                double lower = grid[at + columns] + u * (grid[at + columns + 1] - grid[at + columns]);
                sum[y * width + x] += amplitude * (upper + v * (lower - upper));
            }
        }
    }

    private static double ease(double t) {
        return t * t * (3 - 2 * t);
    }

    private static void mix(double[][] planes, double[][] others, double share) {
        standardize(planes);
        standardize(others);
        double rest = Math.sqrt(1 - share * share);
        for (int c = 0; c < planes.length; c++) {
            for (int p = 0; p < planes[c].length; p++) {
                planes[c][p] = rest * planes[c][p] + share * others[c][p];
            }
        }
    }

    private static void standardize(double[][] planes) {
        double sum = 0;
        double squares = 0;
        long n = 0;
        for (double[] plane : planes) {
            for (double value : plane) {
                sum += value;
                squares += value * value;
            }
            n += plane.length;
        }
        double mean = sum / n;
        double deviation = Math.sqrt(Math.max(0, squares / n - mean * mean));
        double factor = deviation < 1e-9 ? 0 : 1 / deviation;
        for (double[] plane : planes) {
            for (int p = 0; p < plane.length; p++) {
                plane[p] = (plane[p] - mean) * factor;
            }
        }
    }
}
