package dev.octet.comparisons;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How much may be compared, and how long that may take.
 *
 * @param maxUploadSize the most bytes that samples may have
 * @param maxWaiting how many comparisons may wait or run before further ones are refused
 * @param maxRun how long one attempt may take
 * @param maxAttempts how many attempts of one comparison may be lost before it FAILED
 */
@ConfigurationProperties("octet.comparisons")
public record ComparisonsProperties(
        @DefaultValue("64MB") DataSize maxUploadSize,
        @DefaultValue("50") int maxWaiting,
        @DefaultValue("2m") Duration maxRun,
        @DefaultValue("2") int maxAttempts) {

    public ComparisonsProperties {
        if (maxWaiting < 1 || maxAttempts < 1) {
            throw new IllegalArgumentException("octet.comparisons.max-waiting and max-attempts must be 1 or more");
        }
    }
}
