package dev.octet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class OctetPropertiesTest {
    private static OctetProperties bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("octet", OctetProperties.class);
    }

    @Test
    void theDefaults() {
        assertThat(bind(Map.of()))
                .isEqualTo(
                        new OctetProperties(Role.SERVE, "~/.octet", DataSize.ofGigabytes(8), DataSize.ofMegabytes(1)));
        assertThat(bind(Map.of()).folder()).isEqualTo(Path.of(System.getProperty("user.home"), ".octet"));
    }

    @Test
    void everyPropertyMaps() {
        OctetProperties properties = bind(Map.of(
                "octet.role", "worker",
                "octet.data", "/var/lib/octet/../octet",
                "octet.max-upload-size", "2GB",
                "octet.max-body-size", "64KB"));
        assertThat(properties)
                .isEqualTo(new OctetProperties(
                        Role.WORKER, "/var/lib/octet/../octet", DataSize.ofGigabytes(2), DataSize.ofKilobytes(64)));
        assertThat(properties.folder()).isEqualTo(Path.of("/var/lib/octet"));
    }

    @Test
    void aRelativeFolderIsTakenFromWhereTheServiceStarts() {
        assertThat(bind(Map.of("octet.data", "here")).folder())
                .isEqualTo(Path.of("here").toAbsolutePath());
        assertThat(bind(Map.of("octet.data", "~")).folder()).isEqualTo(Path.of(System.getProperty("user.home")));
    }
}
