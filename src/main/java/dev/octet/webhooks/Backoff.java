package dev.octet.webhooks;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.springframework.stereotype.Component;

/** How long to wait between attempts: four times as long each time, spread so that many don't come at once. */
@Component
class Backoff {
    private static final double FACTOR = 4;
    private static final double SPREAD = 0.2;

    private final WebhooksProperties properties;
    private final RandomGenerator random;

    Backoff(WebhooksProperties properties, RandomGenerator random) {
        this.properties = properties;
        this.random = random;
    }

    /** The delay after that many attempts, 1 at least: within a fifth of the exact one. */
    Duration after(int attempts) {
        double exact = properties.firstDelay().toMillis() * Math.pow(FACTOR, attempts - 1.0);
        double bounded = Math.min(exact, (double) properties.maxDelay().toMillis());
        return Duration.ofMillis(Math.round(bounded * (1 - SPREAD + 2 * SPREAD * random.nextDouble())));
    }
}
