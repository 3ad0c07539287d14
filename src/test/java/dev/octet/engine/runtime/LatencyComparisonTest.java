package dev.octet.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.octet.engine.data.Column;
import dev.octet.engine.runtime.LatencyComparison.Latency;
import dev.octet.engine.runtime.LatencyComparison.Times;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LatencyComparisonTest {

    private static final Times ANY = new Times(Duration.ofMillis(1), Duration.ofMillis(2));

    @TempDir
    Path folder;

    /** Tabled ranks of the 95 % interval of a median (Conover 1999, table A3), counted from 0. */
    @ParameterizedTest
    @CsvSource({"1,0", "5,0", "6,0", "8,0", "9,1", "10,1", "15,3", "20,5", "25,7", "50,17", "100,39", "1000,468"})
    void ranksAreThoseOfTheBinomial(int n, int rank) {
        assertThat(LatencyComparison.lowerRank(n)).isEqualTo(rank);
    }

    @Test
    void aMedianIsInTheMiddleAndPercentilesAreInterpolated() {
        double[] sorted = {1, 2, 3, 4, 10};

        assertThat(LatencyComparison.quantile(sorted, 0.5)).isEqualTo(3);
        assertThat(LatencyComparison.quantile(sorted, 0.95)).isCloseTo(8.8, within(1e-12));
        assertThat(LatencyComparison.quantile(new double[] {7}, 0.95)).isEqualTo(7);
    }

    @Test
    void ratiosAllAboveOneAreADifference() {
        Latency latency = LatencyComparison.summary(
                ANY, ANY, ratios(IntStream.range(0, 20).mapToDouble(i -> 1.5 + i * 0.01)));

        assertThat(latency.speedup()).isCloseTo(1.595, within(1e-9));
        assertThat(latency.low()).isCloseTo(1.55, within(1e-9));
        assertThat(latency.high()).isCloseTo(1.64, within(1e-9));
        assertThat(latency.difference()).isTrue();
    }

    @Test
    void ratiosAroundOneAreNone() {
        Latency latency = LatencyComparison.summary(
                ANY, ANY, ratios(IntStream.range(0, 20).mapToDouble(i -> 0.9 + i * 0.01)));

        assertThat(latency.low()).isLessThan(1);
        assertThat(latency.high()).isGreaterThan(latency.low());
        assertThat(latency.difference()).isFalse();
    }

    @Test
    void fewRatiosThatAgreeAreEnoughWhereTheyTellADifference() {
        assertThat(settled(80, 2.0, 0.01)).isTrue();
        assertThat(settled(80, 0.5, 0.0025)).isTrue();
        assertThat(settled(80, 2.0, 0.2)).as("they scatter").isFalse();
        assertThat(settled(80, 1.0, 0.01)).as("as fast as each other").isFalse();
        assertThat(settled(30, 2.0, 0.01)).as("too few").isFalse();
        assertThat(settled(81, 2.0, 0.01)).as("not asked at each round").isFalse();
        assertThat(LatencyComparison.isSettled(List.of())).isFalse();
    }

    private static boolean settled(int rounds, double ratio, double spread) {
        return LatencyComparison.isSettled(ratios(IntStream.range(0, rounds)
                .mapToDouble(i -> ratio + spread * (2.0 * i / (rounds - 1) - 1))));
    }

    private static List<Double> ratios(DoubleStream values) {
        return values.boxed().toList();
    }

    @Test
    void aNetworkOfManyTimesTheWorkIsSlower() throws Exception {
        Path large = Files.createDirectory(folder.resolve("large"));
        Path small = Files.createDirectory(folder.resolve("small"));
        List<Column> inputs = List.of(Nets.random("x", 4, 8, 12, 12));

        Latency latency = LatencyComparison.measure(
                Nets.write(Nets.convolutions(256), large),
                Nets.write(Nets.convolutions(8), small),
                inputs,
                1,
                Duration.ofMillis(500));

        assertThat(latency.difference()).isTrue();
        assertThat(latency.speedup()).isGreaterThan(3);
        assertThat(latency.rounds()).isGreaterThanOrEqualTo(15);
        assertThat(latency.fp32().p50()).isLessThanOrEqualTo(latency.fp32().p95());
        assertThat(latency.int8().p50()).isLessThan(latency.fp32().p50());
        assertThat(latency.low()).isLessThanOrEqualTo(latency.speedup());
        assertThat(latency.high()).isGreaterThanOrEqualTo(latency.speedup());
    }
}
