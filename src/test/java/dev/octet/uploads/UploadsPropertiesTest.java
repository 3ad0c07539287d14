package dev.octet.uploads;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class UploadsPropertiesTest {
    private static UploadsProperties bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("octet.uploads", UploadsProperties.class);
    }

    @Test
    void theDefaults() {
        assertThat(bind(Map.of()))
                .isEqualTo(new UploadsProperties(
                        Duration.ofHours(24), 1000, DataSize.ofGigabytes(64), Duration.ofMinutes(1)));
    }

    @Test
    void everyPropertyMaps() {
        assertThat(bind(Map.of(
                        "octet.uploads.expire-after", "2h",
                        "octet.uploads.max-open", "7",
                        "octet.uploads.max-open-size", "9MB",
                        "octet.uploads.sweep-every", "3s")))
                .isEqualTo(
                        new UploadsProperties(Duration.ofHours(2), 7, DataSize.ofMegabytes(9), Duration.ofSeconds(3)));
    }
}
