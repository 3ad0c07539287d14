package dev.octet.platform.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PostgresBinariesTest {
    @ParameterizedTest
    @CsvSource({
        "Linux, amd64, postgres-linux-x86_64.txz",
        "Linux, aarch64, postgres-linux-arm_64.txz",
        "Mac OS X, aarch64, postgres-darwin-arm_64.txz",
        "Windows 11, amd64, postgres-windows-x86_64.txz"
    })
    void theArchiveIsThatOfTheMachine(String os, String arch, String archive) {
        assertThat(PostgresBinaries.archive(os, arch)).isEqualTo(archive);
    }

    @Test
    void itIsUnpackedOnceAlsoAfterBeingCutOff(@TempDir Path folder) throws IOException {
        Path cutOff = Files.createDirectories(folder.resolve("programs.half/bin"));
        Files.writeString(cutOff.resolve("postgres"), "half a program");
        Path home = PostgresBinaries.unpack(folder);
        assertThat(home.resolve("bin/postgres")).isExecutable();
        assertThat(home.resolve("bin/pg_ctl")).isExecutable();
        assertThat(home.resolve("share")).isDirectory();
        assertThat(folder.resolve("programs.half")).doesNotExist();

        Path mark = Files.writeString(home.resolve("mark"), "not unpacked again");
        assertThat(PostgresBinaries.unpack(folder)).isEqualTo(home);
        assertThat(mark).exists();
    }
}
