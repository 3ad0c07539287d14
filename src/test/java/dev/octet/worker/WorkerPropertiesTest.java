package dev.octet.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class WorkerPropertiesTest {
    private static WorkerProperties bind(Map<String, String> properties) {
        Map<String, String> all = new HashMap<>();
        properties.forEach((name, value) -> all.put("octet.worker." + name, value));
        return new Binder(new MapConfigurationPropertySource(all)).bindOrCreate("octet.worker", WorkerProperties.class);
    }

    @Test
    void theDefaultsSuitASmallMachine() {
        WorkerProperties properties = bind(Map.of());
        assertThat(properties)
                .isEqualTo(new WorkerProperties(
                        1,
                        1,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(1),
                        3,
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(30),
                        DataSize.ofGigabytes(1),
                        null,
                        Duration.ofMinutes(10),
                        Duration.ofSeconds(10),
                        List.of()));
        assertThat(properties.deadAfter()).isEqualTo(Duration.ofSeconds(20));
        assertThat(properties.memoryLimitBytes())
                .isGreaterThan(DataSize.ofMegabytes(100).toBytes());
    }

    @Test
    void everyPropertyCounts() {
        WorkerProperties properties = bind(Map.ofEntries(
                Map.entry("concurrency", "2"),
                Map.entry("comparisons", "12"),
                Map.entry("heartbeat", "3s"),
                Map.entry("poll", "4s"),
                Map.entry("max-attempts", "5"),
                Map.entry("retry-delay", "6s"),
                Map.entry("wait-delay", "7s"),
                Map.entry("engine-heap", "8MB"),
                Map.entry("memory-limit", "9MB"),
                Map.entry("silence-limit", "10s"),
                Map.entry("stop-grace", "11s"),
                Map.entry("engine-command", "nice,octet")));
        assertThat(properties)
                .isEqualTo(new WorkerProperties(
                        2,
                        12,
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(4),
                        5,
                        Duration.ofSeconds(6),
                        Duration.ofSeconds(7),
                        DataSize.ofMegabytes(8),
                        DataSize.ofMegabytes(9),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(11),
                        List.of("nice", "octet")));
        assertThat(properties.memoryLimitBytes()).isEqualTo(9 << 20);
    }

    @Test
    void aWorkerThatRunsNothingIsRefused() {
        assertThatThrownBy(() -> bind(Map.of("concurrency", "0")))
                .rootCause()
                .hasMessageContaining("octet.worker.concurrency");
    }
}
