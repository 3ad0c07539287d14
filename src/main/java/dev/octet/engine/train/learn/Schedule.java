package dev.octet.engine.train.learn;

/**
 * The learning rate over a training: up in a line, down along a cosine (Loshchilov and Hutter 2017, "SGDR", arXiv 1608.03983).
 *
 * @param peak the largest
 */
public record Schedule(double peak) {

    private static final double WARM_UP = 0.05;

    /** Never nothing: the last steps learn too. */
    private static final double LAST_SHARE = 0.01;

    /**
     * The rate at {@code done}, the share of the training that is over, from 0 to 1.
     */
    public double at(double done) {
        if (done < WARM_UP) {
            return peak * Math.max(LAST_SHARE, done / WARM_UP);
        }
        double rest = (Math.min(1, done) - WARM_UP) / (1 - WARM_UP);
        return peak * (LAST_SHARE + (1 - LAST_SHARE) * (1 + Math.cos(Math.PI * rest)) / 2);
    }
}
