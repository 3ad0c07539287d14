package dev.octet.client.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    @TempDir
    private Path folder;

    @Test
    void aTokenIsForItsServerAlone() {
        Settings settings = new Settings(folder.resolve("a/b"));
        assertThat(settings.server()).isEmpty();
        settings.login("https://one", Optional.of("first"));
        settings.login("https://two", Optional.of("second"));
        assertThat(settings.server()).contains("https://two");
        assertThat(settings.token("https://one")).contains("first");
        assertThat(settings.token("https://two")).contains("second");
        assertThat(settings.token("https://three")).isEmpty();
        settings.login("https://one", Optional.empty());
        assertThat(settings.token("https://one")).isEmpty();
    }

    @Test
    void nobodyElseCanReadIt() throws IOException {
        Path own = folder.resolve("private");
        Settings settings = new Settings(own);
        settings.login("https://one", Optional.of("first"));
        settings.rememberUpload("key", "/v1/uploads/1");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own)))
                .isEqualTo("rwx------");
        try (var files = Files.list(own)) {
            assertThat(files)
                    .hasSize(2)
                    .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .isEqualTo("rw-------"));
        }
    }

    @Test
    void theFolderIsTheUsersOrTheOneNamed() {
        assertThat(Settings.ofUser(Map.of("OCTET_CONFIG", folder.toString())).server())
                .isEmpty();
        new Settings(folder.resolve("octet")).login("https://one", Optional.empty());
        assertThat(Settings.ofUser(Map.of("XDG_CONFIG_HOME", folder.toString())).server())
                .contains("https://one");
    }
}
