package dev.octet.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final WebhooksProperties PROPERTIES = new WebhooksProperties(
            8, Duration.ofSeconds(5), Duration.ofMinutes(10), Duration.ofSeconds(1), 1, Duration.ofSeconds(1));

    @Test
    void delaysGrowByFourWithinAFifthAndAreBounded() {
        Backoff backoff = new Backoff(PROPERTIES, new SplittableRandom(1));
        long[] exact = {5_000, 20_000, 80_000, 320_000, 600_000, 600_000};
        for (int attempt = 1; attempt <= exact.length; attempt++) {
            assertThat(backoff.after(attempt).toMillis())
                    .isBetween(exact[attempt - 1] * 8 / 10, exact[attempt - 1] * 12 / 10);
        }
        assertThat(backoff.after(1_000_000)).isLessThanOrEqualTo(Duration.ofMinutes(12));
    }

    @Test
    void manyDeliveriesDoNotComeAtOnce() {
        Backoff backoff = new Backoff(PROPERTIES, new SplittableRandom(2));
        assertThat(IntStream.range(0, 100).mapToObj(_ -> backoff.after(1)).distinct())
                .hasSizeGreaterThan(80);
    }
}
