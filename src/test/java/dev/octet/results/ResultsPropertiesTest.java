package dev.octet.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class ResultsPropertiesTest {
    private static ResultsProperties bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("octet.results", ResultsProperties.class);
    }

    @Test
    void nothingIsDeletedUnlessAskedFor() {
        assertThat(bind(Map.of())).isEqualTo(new ResultsProperties(null, Duration.ofMinutes(10)));
    }

    @Test
    void everyPropertyCounts() {
        assertThat(bind(Map.of("octet.results.retention", "30d", "octet.results.retention-check", "1h")))
                .isEqualTo(new ResultsProperties(Duration.ofDays(30), Duration.ofHours(1)));
    }
}
