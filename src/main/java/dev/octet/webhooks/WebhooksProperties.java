package dev.octet.webhooks;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How persistently others are told of jobs.
 *
 * @param maxAttempts how often a delivery is tried
 * @param firstDelay how long after the first attempt the second follows; each further one after four times as long
 * @param maxDelay the longest time between two attempts
 * @param timeout how long one attempt may take from the look-up of the name to the answer
 * @param concurrency how many attempts may be under way at a time
 * @param poll how often a process looks for deliveries that are due
 */
@ConfigurationProperties("octet.webhooks")
public record WebhooksProperties(
        @DefaultValue("8") int maxAttempts,
        @DefaultValue("5s") Duration firstDelay,
        @DefaultValue("6h") Duration maxDelay,
        @DefaultValue("15s") Duration timeout,
        @DefaultValue("4") int concurrency,
        @DefaultValue("1s") Duration poll) {}
