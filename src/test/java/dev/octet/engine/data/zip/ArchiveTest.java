package dev.octet.engine.data.zip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveTest {

    private static final byte[] TEXT = "the same words, the same words, again".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("a.zip");
    }

    /** Reads everything, so that whatever is wrong shows. */
    private static void readAll(Path file) {
        try (Archive archive = Archive.open(file)) {
            archive.entries().stream().filter(e -> !e.isFolder()).forEach(e -> archive.readAll(e, 1 << 20));
        }
    }

    private String refusal(ZipFiles zip) {
        Path file = zip.write(file());
        EngineException e = catchThrowableOfType(EngineException.class, () -> readAll(file));
        assertThat(e).as("refused").isNotNull();
        assertThat(e.fault()).isEqualTo(Fault.DATASET_MALFORMED);
        return String.valueOf(e.getMessage());
    }

    @Test
    void entriesAdvanceSideBySide() {
        Path file = ZipFiles.zip()
                .add(ZipFiles.stored("a", TEXT))
                .add(ZipFiles.deflated("b", TEXT))
                .write(file());
        byte[] a = new byte[TEXT.length];
        byte[] b = new byte[TEXT.length];
        try (Archive archive = Archive.open(file);
                EntryStream first = archive.read(archive.entries().get(0));
                EntryStream second = archive.read(archive.entries().get(1))) {
            for (int i = 0; i < TEXT.length; i++) {
                first.read(a, i, 1);
                second.read(b, i, 1);
            }
            assertThat(first.remaining()).isZero();
        }
        assertThat(a).isEqualTo(TEXT);
        assertThat(b).isEqualTo(TEXT);
    }

    @Test
    void skippingLandsAtTheSamePlaceStoredOrDeflated() {
        Path file = ZipFiles.zip()
                .add(ZipFiles.stored("a", TEXT))
                .add(ZipFiles.deflated("b", TEXT))
                .write(file());
        try (Archive archive = Archive.open(file)) {
            for (ArchiveEntry entry : archive.entries()) {
                try (EntryStream in = archive.read(entry)) {
                    in.skip(9);
                    byte[] rest = new byte[5];
                    in.read(rest, 0, 5);
                    assertThat(rest).isEqualTo(Arrays.copyOfRange(TEXT, 9, 14));
                    assertThatThrownBy(() -> in.skip(TEXT.length))
                            .isInstanceOf(EngineException.class)
                            .hasMessageContaining("too early");
                }
            }
        }
    }

    @Test
    void zip64AndDataDescriptorsAreRead() {
        ZipFiles.Entry wide = ZipFiles.deflated("wide", TEXT);
        wide.zip64 = true;
        ZipFiles.Entry later = ZipFiles.deflated("later", TEXT);
        later.descriptor = true;
        Path file = ZipFiles.zip().add(wide).add(later).zip64End().write(file());
        try (Archive archive = Archive.open(file)) {
            assertThat(archive.entries()).extracting(ArchiveEntry::name).containsExactly("wide", "later");
            for (ArchiveEntry entry : archive.entries()) {
                assertThat(archive.readAll(entry, 100)).isEqualTo(TEXT);
            }
        }
    }

    @Test
    void foldersAndEmptyFilesAreEntries() {
        Path file = ZipFiles.zip()
                .add(ZipFiles.stored("cat/", new byte[0]))
                .add(ZipFiles.deflated("cat/empty", new byte[0]))
                .write(file());
        try (Archive archive = Archive.open(file)) {
            assertThat(archive.entries().getFirst().isFolder()).isTrue();
            assertThat(archive.readAll(archive.entries().get(1), 0)).isEmpty();
        }
    }

    static Stream<Arguments> lies() {
        return Stream.of(
                lie("claims fewer bytes", e -> e.size--, "holds more bytes than"),
                lie("claims more bytes", e -> e.size++, "holds fewer bytes than"),
                lie("claims a wrong CRC", e -> e.crc ^= 1, "CRC-32"),
                lie("is encrypted", e -> e.flags = 1, "is encrypted"),
                lie("is compressed by LZMA", e -> e.method = 14, "compressed by method 14"),
                lie("has another local method", e -> e.localMethod = 0, "local header does not agree"),
                lie("has another local name", e -> e.localName = new byte[] {'z'}, "local header does not agree"),
                lie("is outside the file", e -> e.offset = 1 << 20, "outside the zip"),
                lie(
                        "is at a negative place",
                        e -> {
                            e.zip64 = true;
                            e.offset = -5;
                        },
                        "outside the zip"),
                lie("takes more than the file has", e -> e.compressedSize = 1 << 20, "outside the zip"),
                lie("takes more than it has", e -> e.compressedSize += 1, "reach into the next entry"),
                lie("is cut short", e -> e.compressedSize -= 2, "fewer bytes than"),
                lie(
                        "has bytes behind its end",
                        e -> {
                            e.bytes = Arrays.copyOf(e.bytes, e.bytes.length + 3);
                            e.compressedSize += 3;
                        },
                        "behind the end"),
                lie("is no deflated stream", e -> Arrays.fill(e.bytes, (byte) 0xff), "damaged"));
    }

    private static Arguments lie(String name, Consumer<ZipFiles.Entry> change, String message) {
        return Arguments.of(Named.of(name, change), message);
    }

    @ParameterizedTest
    @MethodSource("lies")
    void anEntryThatLiesIsRefusedByName(Consumer<ZipFiles.Entry> change, String message) {
        ZipFiles.Entry entry = ZipFiles.deflated("liar", TEXT);
        change.accept(entry);
        assertThat(refusal(ZipFiles.zip().add(entry).add(ZipFiles.stored("z", TEXT))))
                .startsWith("liar: ")
                .contains(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "../up", "a/../b", "a//b", "./a", "c:\\x", "a\nb", "a/./b", "/"})
    void namesThatAreNoPlainRelativePathsAreRefused(String name) {
        assertThat(refusal(ZipFiles.zip().add(ZipFiles.stored(name, TEXT))))
                .containsAnyOf("plain relative path", "control characters", "is a folder");
    }

    @Test
    void aNameThatIsNotUtf8IsRefused() {
        ZipFiles.Entry entry = ZipFiles.stored("x", TEXT);
        entry.name = new byte[] {(byte) 0xff, 'a'};
        assertThat(refusal(ZipFiles.zip().add(entry))).contains("not UTF-8");
    }

    @Test
    void theSameNameTwiceIsRefused() {
        assertThat(refusal(ZipFiles.zip().add(ZipFiles.stored("a", TEXT)).add(ZipFiles.stored("a", TEXT))))
                .isEqualTo("a: is in the zip twice");
    }

    @Test
    void entriesThatShareBytesAreRefused() {
        ZipFiles.Entry shared = ZipFiles.stored("b", TEXT);
        shared.offset = 0;
        assertThat(refusal(ZipFiles.zip().add(ZipFiles.stored("a", TEXT)).add(shared)))
                .contains("shares its bytes");
        ZipFiles.Entry inside = ZipFiles.stored("c", TEXT);
        inside.offset = 40;
        assertThat(refusal(ZipFiles.zip().add(ZipFiles.stored("a", TEXT)).add(inside)))
                .contains("a: ");
    }

    @Test
    void bytesBeforeTheFirstEntryAreRefused() {
        assertThat(refusal(ZipFiles.zip().prefix(new byte[] {1, 2}).add(ZipFiles.stored("a", TEXT))))
                .contains("starts at byte 2");
    }

    @Test
    void aDirectoryThatLiesIsRefused() {
        assertThat(refusal(ZipFiles.zip().add(ZipFiles.stored("a", TEXT)).claimEntries(2)))
                .contains("claims 2 entries");
        assertThat(refusal(ZipFiles.zip().add(ZipFiles.stored("a", TEXT)).claimDirectoryBytes(1 << 30)))
                .contains("does not fit the file");
        assertThat(refusal(ZipFiles.zip()
                        .add(ZipFiles.stored("a", TEXT))
                        .claimDirectoryBytes(Long.MAX_VALUE)
                        .zip64End()))
                .contains("does not fit the file");
        assertThat(refusal(ZipFiles.zip()
                        .add(ZipFiles.stored("a", TEXT))
                        .claimEntries(-2)
                        .zip64End()))
                .contains("does not fit the file");
    }

    @Test
    void everyTruncationIsRefused() throws IOException {
        byte[] whole = ZipFiles.zip()
                .add(ZipFiles.stored("a", TEXT))
                .add(ZipFiles.deflated("b", TEXT))
                .toBytes();
        for (int length = 0; length < whole.length; length++) {
            Path file = Files.write(file(), Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> readAll(file))
                    .as("first %d bytes", length)
                    .isInstanceOfSatisfying(
                            EngineException.class, e -> assertThat(e.fault()).isEqualTo(Fault.DATASET_MALFORMED));
        }
    }

    @Test
    void aFileThatIsNotThereIsAnIoFault() {
        assertThatThrownBy(() -> Archive.open(folder.resolve("none.zip")))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.fault()).isEqualTo(Fault.IO));
    }
}
