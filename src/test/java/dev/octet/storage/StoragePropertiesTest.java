package dev.octet.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class StoragePropertiesTest {
    private static StorageProperties bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("octet.storage", StorageProperties.class);
    }

    @Test
    void theDefaults() {
        assertThat(bind(Map.of()))
                .isEqualTo(new StorageProperties(
                        "blobs", DataSize.ofMegabytes(256), Duration.ofHours(1), Duration.ofMinutes(10)));
    }

    @Test
    void everyPropertyMaps() {
        assertThat(bind(Map.of(
                        "octet.storage.directory", "/srv/blobs",
                        "octet.storage.min-free", "1GB",
                        "octet.storage.grace", "5m",
                        "octet.storage.sweep-every", "30s")))
                .isEqualTo(new StorageProperties(
                        "/srv/blobs", DataSize.ofGigabytes(1), Duration.ofMinutes(5), Duration.ofSeconds(30)));
    }
}
