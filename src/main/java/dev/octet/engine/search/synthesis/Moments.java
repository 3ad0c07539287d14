package dev.octet.engine.search.synthesis;

import java.util.Arrays;
import java.util.List;

/**
 * Means of values and of their squares, for each picture and each channel that enters a BatchNormalization.
 *
 * <p>The distance of a set of pictures is the mean over layers and channels of
 *
 * <pre>
 * d = ((m - μ)² + (s - σ)²) / σ²
 * </pre>
 *
 * with m, s mean and deviation over the set, μ, σ the running ones: the squared Wasserstein distance of the two normal
 * distributions in units of the running variance, at most {@value #MOST} a channel. What is matched is what ZeroQ (Cai, Yao, Dong,
 * Gholami, Mahoney and Keutzer 2020, arXiv 2001.00281) and DeepInversion (Yin et al. 2020, arXiv 1912.08795) match by gradients.
 * Nothing entering at all, or only zeros, is at a distance of about 1.
 */
final class Moments {

    private static final double MOST = 25;

    private final int[] firsts;
    private final double[] mean;
    private final double[] deviation;
    private final double[] weight;
    private final float[][] means;
    private final float[][] squares;

    /** Room for {@code pictures} pictures. */
    Moments(List<Norm> norms, int pictures) {
        firsts = new int[norms.size() + 1];
        for (int i = 0; i < norms.size(); i++) {
            firsts[i + 1] = firsts[i] + norms.get(i).size();
        }
        int channels = firsts[norms.size()];
        mean = new double[channels];
        deviation = new double[channels];
        weight = new double[channels];
        for (int i = 0; i < norms.size(); i++) {
            Norm norm = norms.get(i);
            for (int c = 0; c < norm.size(); c++) {
                mean[firsts[i] + c] = norm.mean(c);
                deviation[firsts[i] + c] = norm.deviation(c);
                weight[firsts[i] + c] = 1.0 / norm.size() / norms.size();
            }
        }
        means = new float[pictures][channels];
        squares = new float[pictures][channels];
    }

    int pictures() {
        return means.length;
    }

    void put(int picture, int layer, int channel, double valueMean, double squareMean) {
        means[picture][firsts[layer] + channel] = (float) valueMean;
        squares[picture][firsts[layer] + channel] = (float) squareMean;
    }

    /** Takes over everything known of another one's picture. */
    void copy(int picture, Moments from, int fromPicture) {
        means[picture] = from.means[fromPicture].clone();
        squares[picture] = from.squares[fromPicture].clone();
    }

    /** The distance of all pictures together. */
    double distance() {
        Sum all = new Sum();
        for (int i = 0; i < pictures(); i++) {
            all.add(i, 1);
        }
        return all.distance();
    }

    /** Running sums over a changing set of pictures. */
    final class Sum {
        private final double[] sum = new double[mean.length];
        private final double[] squareSum = new double[mean.length];
        private int size;

        void add(int picture, int times) {
            for (int c = 0; c < sum.length; c++) {
                sum[c] += times * means[picture][c];
                squareSum[c] += times * squares[picture][c];
            }
            size += times;
        }

        double distance() {
            return of(0, sum.length, -1, -1);
        }

        /** The distance with {@code in} added and {@code out} taken away; -1 for none. */
        double distance(int in, int out) {
            return of(0, sum.length, in, out);
        }

        /** The distance of each layer by itself. */
        double[] layers() {
            double[] layers = new double[firsts.length - 1];
            Arrays.setAll(layers, i -> of(firsts[i], firsts[i + 1], -1, -1) * layers.length);
            return layers;
        }

        private double of(int from, int to, int in, int out) {
            double count = size + (in < 0 ? 0 : 1) - (out < 0 ? 0 : 1);
            double total = 0;
            for (int c = from; c < to; c++) {
                double first = sum[c] + (in < 0 ? 0 : means[in][c]) - (out < 0 ? 0 : means[out][c]);
                double second = squareSum[c] + (in < 0 ? 0 : squares[in][c]) - (out < 0 ? 0 : squares[out][c]);
                double m = first / count;
                double s = Math.sqrt(Math.max(0, second / count - m * m));
                double shift = (m - mean[c]) / deviation[c];
                double stretch = s / deviation[c] - 1;
                double distance = shift * shift + stretch * stretch;
                // A picture on which the model overflows is as far away as can be.
                total += weight[c] * (distance <= MOST ? distance : MOST);
            }
            return total;
        }
    }
}
