package dev.octet.engine.evaluate;

import dev.octet.engine.scheme.MetricKind;

/**
 * Two proportions over the same samples, with paired statistics.
 *
 * @param both samples that both models got right
 * @param firstOnly that only the first did
 * @param secondOnly that only the second did
 * @param neither that neither did
 */
record PairedProportions(long both, long firstOnly, long secondOnly, long neither) {

    /** The 0.975 quantile of the normal distribution. */
    private static final double Z = 1.959963984540054;

    long samples() {
        return both + firstOnly + secondOnly + neither;
    }

    double first() {
        return (both + firstOnly) / (double) samples();
    }

    double second() {
        return (both + secondOnly) / (double) samples();
    }

    /**
     * Wilson's 95 percent interval (Wilson 1927, "Probable inference, the law of succession, and statistical
     * inference", JASA 22): (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n).
     */
    static Interval wilson(long hits, long samples) {
        double n = samples;
        double p = hits / n;
        double z2 = Z * Z;
        double middle = p + z2 / (2 * n);
        double half = Z * Math.sqrt(p * (1 - p) / n + z2 / (4 * n * n));
        double low = hits == 0 ? 0 : (middle - half) / (1 + z2 / n);
        double high = hits == samples ? 1 : (middle + half) / (1 + z2 / n);
        return new Interval(low, high);
    }

    /**
     * The 95 percent interval of first() - second(), by method 10 of Newcombe 1998, "Improved confidence intervals for
     * the difference between binomial proportions based on paired data", Statistics in Medicine 17:2635-2650.
     *
     * <p>Wilson's limits of both proportions, squared and added with their correlation φ, whose numerator is corrected
     * for continuity by n/2 where it is positive.
     */
    Interval difference() {
        double n = samples();
        Interval one = wilson(both + firstOnly, samples());
        Interval two = wilson(both + secondOnly, samples());
        double down1 = first() - one.low();
        double up1 = one.high() - first();
        double down2 = second() - two.low();
        double up2 = two.high() - second();
        double margins = Math.sqrt((double) (both + firstOnly) * (secondOnly + neither))
                * Math.sqrt((double) (both + secondOnly) * (firstOnly + neither));
        double product = (double) both * neither - (double) firstOnly * secondOnly;
        double corrected = product > 0 ? Math.max(0, product - n / 2) : product;
        double phi = margins == 0 ? 0 : corrected / margins;
        double difference = (firstOnly - secondOnly) / n;
        double below = Math.sqrt(Math.max(0, down1 * down1 - 2 * phi * down1 * up2 + up2 * up2));
        double above = Math.sqrt(Math.max(0, up1 * up1 - 2 * phi * up1 * down2 + down2 * down2));
        return new Interval(Math.max(-1, difference - below), Math.min(1, difference + above));
    }

    /**
     * McNemar's test in its mid-p form (Fagerland, Lydersen, Laake 2013, "The McNemar test for binary matched-pairs
     * data", BMC Medical Research Methodology 13:91): with m discordant samples, the lesser k of them on one side,
     * p = 2 (P(X &lt; k) + P(X = k) / 2), X ~ Binomial(m, 1/2). Summed from k downwards by the ratio of neighbours.
     */
    double mcNemarMidP() {
        long discordant = firstOnly + secondOnly;
        long k = Math.min(firstOnly, secondOnly);
        if (firstOnly == secondOnly) {
            return 1;
        }
        double logAtK = -discordant * Math.log(2);
        for (long i = 1; i <= k; i++) {
            logAtK += Math.log((double) (discordant - i + 1) / i);
        }
        double sum = 0.5;
        double term = 1;
        for (long i = k; i > 0 && term > 1e-18; i--) {
            term *= i / (double) (discordant - i + 1);
            sum += term;
        }
        return Math.min(1, 2 * Math.exp(logAtK) * sum);
    }

    /** Both proportions as the score of {@code metric}, the first being the float model's. */
    Score score(MetricKind metric) {
        return new Score(
                metric,
                first(),
                second(),
                (firstOnly - secondOnly) / (double) samples(),
                samples(),
                wilson(both + firstOnly, samples()),
                wilson(both + secondOnly, samples()),
                difference(),
                mcNemarMidP(),
                "McNemar mid-p");
    }
}
