package dev.octet.results;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long results are kept.
 *
 * @param retention how long after its end a job is deleted, with its artifacts; absent, never
 * @param retentionCheck how often that is looked for
 */
@ConfigurationProperties("octet.results")
record ResultsProperties(
        @Nullable Duration retention, @DefaultValue("10m") Duration retentionCheck) {}
