package dev.octet.engine.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairedProportionsTest {

    /** scipy: binomtest(k, n).proportion_ci(method="wilson"). */
    @ParameterizedTest
    @CsvSource({
        "0, 10, 0, 0.27753279986288926",
        "7, 10, 0.39677814746114526, 0.892208732593699",
        "10, 10, 0.7224672001371109, 1",
        "4180, 5000, 0.825479423605475, 0.8460046806874466"
    })
    void wilsonIntervalsAreThoseOfScipy(long hits, long samples, double low, double high) {
        Interval interval = PairedProportions.wilson(hits, samples);
        assertThat(interval.low()).isCloseTo(low, within(1e-12));
        assertThat(interval.high()).isCloseTo(high, within(1e-12));
    }

    /**
     * Newcombe 1998, method 10; the first and third row are examples of the paper (0.0569 to 0.3404, 0.0562 to 0.3292).
     */
    @ParameterizedTest
    @CsvSource({
        "36, 12, 2, 0, 0.0569295840032388, 0.3404276029749408",
        "4300, 50, 48, 602, -0.0035382807095150253, 0.004341506322235684",
        "20, 12, 2, 16, 0.05615642484174829, 0.32920699540014053",
        "53, 0, 0, 1, -0.07293814547857702, 0.07293814547857702",
        "54, 0, 0, 0, -0.06641358809089648, 0.06641358809089648"
    })
    void differencesAreThoseOfNewcombe(long both, long first, long second, long neither, double low, double high) {
        Interval interval = new PairedProportions(both, first, second, neither).difference();
        assertThat(interval.low()).isCloseTo(low, within(1e-12));
        assertThat(interval.high()).isCloseTo(high, within(1e-12));
    }

    /** scipy: 2 (binom.cdf(k - 1, m, 0.5) + binom.pmf(k, m, 0.5) / 2). */
    @ParameterizedTest
    @CsvSource({
        "12, 2, 0.00738525390625",
        "3, 0, 0.125",
        "0, 3, 0.125",
        "1, 1, 1",
        "0, 0, 1",
        "60, 45, 0.14478233933005047",
        "5000, 4800, 0.04335694889462376"
    })
    void midPValuesAreThoseOfScipy(long first, long second, double p) {
        assertThat(new PairedProportions(100, first, second, 7).mcNemarMidP()).isCloseTo(p, within(1e-9));
    }

    @Test
    void anOverwhelmingDifferenceHasAVanishingP() {
        assertThat(new PairedProportions(0, 0, 100_000, 0).mcNemarMidP()).isZero();
        assertThat(new PairedProportions(0, 100, 0, 0).mcNemarMidP()).isBetween(0.0, 1e-29);
    }

    /** The bound is the specification: 95 percent nominal, in 2,000 seeded draws of 300 paired samples. */
    @Test
    void theIntervalOfTheDifferenceCoversTheTruthAboutAsOftenAsItSays() {
        SplittableRandom random = new SplittableRandom(5);
        int covered = 0;
        for (int round = 0; round < 2000; round++) {
            long[] cells = new long[4];
            for (int i = 0; i < 300; i++) {
                double u = random.nextDouble();
                cells[u < 0.8 ? 0 : u < 0.84 ? 1 : u < 0.86 ? 2 : 3]++;
            }
            PairedProportions counts = new PairedProportions(cells[0], cells[1], cells[2], cells[3]);
            covered += counts.difference().contains(0.02) ? 1 : 0;
        }
        assertThat(covered / 2000.0).isBetween(0.93, 0.985);
    }
}
