package dev.octet.comparisons;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class ComparisonsPropertiesTest {
    private static ComparisonsProperties bind(Map<String, String> properties) {
        Map<String, String> all = new HashMap<>();
        properties.forEach((name, value) -> all.put("octet.comparisons." + name, value));
        return new Binder(new MapConfigurationPropertySource(all))
                .bindOrCreate("octet.comparisons", ComparisonsProperties.class);
    }

    @Test
    void theDefaultsSuitAPersonWithAFile() {
        assertThat(bind(Map.of()))
                .isEqualTo(new ComparisonsProperties(DataSize.ofMegabytes(64), 50, Duration.ofMinutes(2), 2));
    }

    @Test
    void everyPropertyCounts() {
        assertThat(bind(Map.of("max-upload-size", "1MB", "max-waiting", "2", "max-run", "3s", "max-attempts", "4")))
                .isEqualTo(new ComparisonsProperties(DataSize.ofMegabytes(1), 2, Duration.ofSeconds(3), 4));
        assertThatThrownBy(() -> bind(Map.of("max-waiting", "0"))).rootCause().hasMessageContaining("max-waiting");
    }
}
