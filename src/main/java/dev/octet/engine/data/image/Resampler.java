package dev.octet.engine.data.image;

import java.util.Arrays;

/**
 * Scales images with a triangle filter that widens when shrinking.
 *
 * <p>Equal to Pillow's {@code resize(size, BILINEAR)}, bit for bit: along each axis an output pixel centred at {@code (i +
 * 0.5) * s}, s = input size / output size, is the sum of the input pixels within {@code max(s, 1)} of it, weighted by the
 * triangle over that distance, weights normalized to sum 1 and rounded to 22 bits of fraction; columns first, then rows, each
 * rounded to 8 bits. Pillow from 13 on does rows first where the height shrinks far more than the width; scaling that keeps
 * the ratio is the same in all. Only what the window keeps is computed.
 */
public final class Resampler {

    private static final int FRACTION = 22;

    private Resampler() {}

    /** What {@code window} keeps of {@code image}; the window must fit. */
    public static Pixels resample(Pixels image, Window window) {
        if (!window.fits()) {
            throw new IllegalArgumentException(window + " does not fit");
        }
        if (window.equals(Window.of(image.width(), image.height(), null, null))) {
            return image;
        }
        Weights columns = Weights.of(image.width(), window.scaledWidth(), window.x(), (int) window.width());
        Weights rows = Weights.of(image.height(), window.scaledHeight(), window.y(), (int) window.height());
        int firstRow = rows.first[0];
        int lastRow = 0;
        for (int i = 0; i < rows.first.length; i++) {
            lastRow = Math.max(lastRow, rows.first[i] + rows.weights[i].length);
        }
        byte[] narrow = horizontally(image, columns, firstRow, lastRow);
        int rowBytes = columns.first.length * image.channels();
        byte[] out = vertically(narrow, rowBytes, rows, firstRow);
        return new Pixels(columns.first.length, rows.first.length, image.channels(), out);
    }

    private static byte[] horizontally(Pixels image, Weights columns, int firstRow, int lastRow) {
        int channels = image.channels();
        byte[] in = image.samples();
        byte[] out = new byte[(lastRow - firstRow) * columns.first.length * channels];
        int at = 0;
        for (int y = firstRow; y < lastRow; y++) {
            int row = y * image.width() * channels;
            for (int x = 0; x < columns.first.length; x++) {
                int[] weights = columns.weights[x];
                int start = row + columns.first[x] * channels;
                for (int c = 0; c < channels; c++) {
                    int sum = 1 << (FRACTION - 1);
                    for (int k = 0, i = start + c; k < weights.length; k++, i += channels) {
                        sum += (in[i] & 0xff) * weights[k];
                    }
                    out[at++] = round(sum);
                }
            }
        }
        return out;
    }

    private static byte[] vertically(byte[] in, int rowBytes, Weights rows, int firstRow) {
        byte[] out = new byte[rows.first.length * rowBytes];
        int[] sums = new int[rowBytes];
        for (int y = 0; y < rows.first.length; y++) {
            Arrays.fill(sums, 1 << (FRACTION - 1));
            int[] weights = rows.weights[y];
            for (int k = 0; k < weights.length; k++) {
                int row = (rows.first[y] - firstRow + k) * rowBytes;
                int weight = weights[k];
                for (int i = 0; i < rowBytes; i++) {
                    sums[i] += (in[row + i] & 0xff) * weight;
                }
            }
            for (int i = 0; i < rowBytes; i++) {
                out[y * rowBytes + i] = round(sums[i]);
            }
        }
        return out;
    }

    private static byte round(int sum) {
        return (byte) Math.clamp(sum >> FRACTION, 0, 255);
    }

    /** For each output position of one axis, the first input position and the weights from there on, in 2^-22. */
    private static final class Weights {

        private final int[] first;
        private final int[][] weights;

        private Weights(int[] first, int[][] weights) {
            this.first = first;
            this.weights = weights;
        }

        static Weights of(int inputSize, long outputSize, long from, int count) {
            int[] first = new int[count];
            int[][] weights = new int[count][];
            double scale = (double) inputSize / outputSize;
            double support = Math.max(scale, 1);
            for (int i = 0; i < count; i++) {
                if (inputSize == outputSize) {
                    first[i] = (int) from + i;
                    weights[i] = new int[] {1 << FRACTION};
                    continue;
                }
                double centre = (from + i + 0.5) * scale;
                int start = (int) Math.max(0, centre - support + 0.5);
                int end = (int) Math.min(inputSize, centre + support + 0.5);
                first[i] = start;
                weights[i] = triangle(start, end, centre, support);
            }
            return new Weights(first, weights);
        }

        private static int[] triangle(int start, int end, double centre, double support) {
            double[] exact = new double[end - start];
            double sum = 0;
            for (int k = 0; k < exact.length; k++) {
                exact[k] = Math.max(0, 1 - Math.abs((k + start - centre + 0.5) * (1 / support)));
                sum += exact[k];
            }
            int[] rounded = new int[exact.length];
            for (int k = 0; k < exact.length; k++) {
                rounded[k] = (int) (0.5 + exact[k] / sum * (1 << FRACTION));
            }
            return rounded;
        }
    }
}
