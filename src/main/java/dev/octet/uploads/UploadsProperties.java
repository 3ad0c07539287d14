package dev.octet.uploads;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How many resumable uploads there may be, and for how long.
 *
 * @param expireAfter how long an upload is kept after its last byte
 * @param maxOpen the most uploads that may be under way at a time
 * @param maxOpenSize the most bytes that all of them together may announce
 * @param sweepEvery how often expired uploads are looked for
 */
@ConfigurationProperties("octet.uploads")
public record UploadsProperties(
        @DefaultValue("24h") Duration expireAfter,
        @DefaultValue("1000") int maxOpen,
        @DefaultValue("64GB") DataSize maxOpenSize,
        @DefaultValue("1m") Duration sweepEvery) {}
