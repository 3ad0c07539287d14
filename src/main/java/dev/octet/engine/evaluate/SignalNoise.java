package dev.octet.engine.evaluate;

/**
 * Running signal and noise of outputs against a reference.
 *
 * <p>Values of the compared output that are NaN or infinite count as zero, as an output that says nothing would.
 */
public final class SignalNoise {

    /** Where noise or signal vanishes, the ratio ends here: about what double arithmetic could tell. */
    public static final double MOST_DB = 300;

    private double signal;
    private double noise;
    private double cosines;
    private double products;
    private double others;
    private boolean single = true;
    private long samples;

    /** Takes in one sample: the reference's values, all finite, and as many of the compared one. */
    public void add(float[] reference, float[] compared) {
        if (reference.length != compared.length) {
            throw new IllegalArgumentException(compared.length + " values against " + reference.length);
        }
        double own = 0;
        double other = 0;
        double product = 0;
        double difference = 0;
        for (int i = 0; i < reference.length; i++) {
            double x = reference[i];
            double y = Float.isFinite(compared[i]) ? compared[i] : 0;
            own += x * x;
            other += y * y;
            product += x * y;
            difference += (x - y) * (x - y);
        }
        signal += own;
        noise += difference;
        cosines += cosine(product, own, other);
        products += product;
        others += other;
        single &= reference.length == 1;
        samples++;
    }

    /** The cosine between two vectors of the same length: 1 for two zero vectors, 0 for one. */
    public static double cosine(float[] one, float[] other) {
        double product = 0;
        double ownSquares = 0;
        double otherSquares = 0;
        for (int i = 0; i < one.length; i++) {
            product += (double) one[i] * other[i];
            ownSquares += (double) one[i] * one[i];
            otherSquares += (double) other[i] * other[i];
        }
        return cosine(product, ownSquares, otherSquares);
    }

    /** Cosine from a scalar product and two squared norms: 1 for two zero vectors, 0 for one. */
    private static double cosine(double product, double own, double other) {
        if (own == 0 || other == 0) {
            return own == other ? 1 : 0;
        }
        return Math.max(-1, Math.min(1, product / (Math.sqrt(own) * Math.sqrt(other))));
    }

    /** Signal to quantization noise ratio in dB, over all values of all samples. */
    public double sqnrDb() {
        if (noise == 0) {
            return MOST_DB;
        }
        return Math.max(-MOST_DB, Math.min(MOST_DB, 10 * Math.log10(signal / noise)));
    }

    /**
     * Mean cosine of the samples; 1 where there are none. Where each sample is one number, whose cosine would tell its sign alone, that
     * of all of them as one vector.
     */
    public double meanCosine() {
        if (samples == 0) {
            return 1;
        }
        return single ? cosine(products, signal, others) : cosines / samples;
    }

    public long samples() {
        return samples;
    }
}
