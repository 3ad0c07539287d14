package dev.octet.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    @TempDir
    private Path folder;

    @Test
    void aMissingFolderIsMadeForItsOwnerAlone() throws IOException {
        Path data = folder.resolve("a/b");
        try (DataFolder held = DataFolder.hold(data, true)) {
            assertThat(held.path()).isEqualTo(data);
            assertThat(held.isAlone()).isTrue();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data)))
                    .isEqualTo("rwx------");
            assertThat(held.folder("sub")).isEqualTo(data.resolve("sub")).isDirectory();
        }
    }

    @Test
    void whoNeedsItAloneKeepsAllOthersOut() throws IOException {
        try (DataFolder held = DataFolder.hold(folder, true)) {
            assertRefused(true);
            assertRefused(false);
            assertThat(held.path()).isDirectory();
        }
        DataFolder.hold(folder, true).close();
    }

    private void assertRefused(boolean alone) {
        assertThatIllegalStateException()
                .isThrownBy(() -> DataFolder.hold(folder, alone))
                .withMessageContaining("is in use by another service (process "
                        + ProcessHandle.current().pid() + ")");
    }

    @Test
    void whatIsNoFolderIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");
        assertThatIllegalStateException()
                .isThrownBy(() -> DataFolder.hold(file, true))
                .withMessageContaining("cannot be used");
    }
}
