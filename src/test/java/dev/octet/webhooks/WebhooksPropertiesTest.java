package dev.octet.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class WebhooksPropertiesTest {
    private static WebhooksProperties bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("octet.webhooks", WebhooksProperties.class);
    }

    @Test
    void theDefaults() {
        assertThat(bind(Map.of()))
                .isEqualTo(new WebhooksProperties(
                        8,
                        Duration.ofSeconds(5),
                        Duration.ofHours(6),
                        Duration.ofSeconds(15),
                        4,
                        Duration.ofSeconds(1)));
    }

    @Test
    void everyPropertyMaps() {
        assertThat(bind(Map.of(
                        "octet.webhooks.max-attempts", "3",
                        "octet.webhooks.first-delay", "1s",
                        "octet.webhooks.max-delay", "2h",
                        "octet.webhooks.timeout", "4s",
                        "octet.webhooks.concurrency", "5",
                        "octet.webhooks.poll", "6s")))
                .isEqualTo(new WebhooksProperties(
                        3,
                        Duration.ofSeconds(1),
                        Duration.ofHours(2),
                        Duration.ofSeconds(4),
                        5,
                        Duration.ofSeconds(6)));
    }
}
