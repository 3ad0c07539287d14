package dev.octet.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.octet.platform.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartialFilesTest {
    private static final UUID ID = new UUID(0x7000, 1);
    private static final long NO_LIMIT = Long.MAX_VALUE / 2;

    @TempDir
    private Path folder;

    private PartialFiles files;

    @BeforeEach
    void make() throws IOException {
        files = new PartialFiles(new BlobDisk(folder, 0));
        files.create(ID);
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static InputStream breaking() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                throw new EOFException("the client has gone");
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                return read();
            }
        };
    }

    private Path path() {
        return folder.resolve("partial").resolve(ID.toString());
    }

    @Test
    void piecesFollowEachOtherAndWhatIsSafeIsTold() throws IOException {
        List<Long> safe = new ArrayList<>();
        try (PartialFile file = files.hold(ID).orElseThrow()) {
            assertThat(file.write(0, bytes("abc"), 10, safe::add)).isEqualTo(3);
            assertThat(file.write(3, bytes("def"), 7, safe::add)).isEqualTo(6);
            assertThat(file.write(6, bytes(""), 4, safe::add)).isEqualTo(6);
            assertThat(file.whole("x.onnx").getFilename()).isEqualTo("x.onnx");
            assertThat(file.whole("x.onnx").getContentAsString(StandardCharsets.UTF_8))
                    .isEqualTo("abcdef");
        }
        assertThat(safe).containsExactly(3L, 6L);
    }

    @Test
    void aLongStreamIsMadeSafeOnItsWay() throws IOException {
        List<Long> safe = new ArrayList<>();
        try (PartialFile file = files.hold(ID).orElseThrow()) {
            file.write(0, new ByteArrayInputStream(new byte[40 << 20]), NO_LIMIT, safe::add);
        }
        assertThat(safe).isSorted().hasSize(3).endsWith(40L << 20);
    }

    @Test
    void whatCameBeforeAStreamBrokeIsSafe() throws IOException {
        List<Long> safe = new ArrayList<>();
        try (PartialFile file = files.hold(ID).orElseThrow()) {
            InputStream broken = new SequenceInputStream(bytes("abc"), breaking());
            assertThatThrownBy(() -> file.write(0, broken, 10, safe::add)).isInstanceOf(EOFException.class);
        }
        assertThat(safe).containsExactly(3L);
        assertThat(path()).hasContent("abc");
    }

    @Test
    void whatWasNeverConfirmedIsWrittenOver() throws IOException {
        try (PartialFile file = files.hold(ID).orElseThrow()) {
            file.write(0, bytes("abcdef"), 10, _ -> {});
            file.write(2, bytes("XY"), 8, _ -> {});
        }
        assertThat(path()).hasContent("abXYef");
    }

    @Test
    void aByteTooManyIsRefused() throws IOException {
        try (PartialFile file = files.hold(ID).orElseThrow()) {
            assertThat(file.write(0, bytes("abc"), 3, _ -> {})).isEqualTo(3);
            assertThatThrownBy(() -> file.write(3, bytes("d"), 0, _ -> {}))
                    .asInstanceOf(type(ProblemException.class))
                    .satisfies(problem -> assertThat(problem.code()).isEqualTo("UPLOAD_LENGTH_EXCEEDED"));
        }
        assertThat(path()).hasContent("abc");
    }

    @Test
    void aFileIsInOneHandAtATime() throws IOException {
        PartialFiles another = new PartialFiles(new BlobDisk(folder, 0));
        try (PartialFile file = files.hold(ID).orElseThrow()) {
            assertThat(file).isNotNull();
            assertThat(files.hold(ID)).isEmpty();
            assertThat(another.hold(ID)).isEmpty();
        }
        try (PartialFile again = files.hold(ID).orElseThrow()) {
            assertThat(again).isNotNull();
        }
    }

    @Test
    void whatIsNotThereIsNotHeldAndCanBeAskedForAgain() throws IOException {
        files.delete(ID);
        assertThat(files.exists(ID)).isFalse();
        assertThat(files.hold(ID)).isEmpty();
        files.create(ID);
        files.hold(ID).orElseThrow().close();
    }

    @Test
    void oldFilesAreKnownByTheirLastByte() throws IOException {
        Instant now = Instant.parse("2026-11-24T12:00:00Z");
        try (var all = Files.list(folder.resolve("partial"))) {
            for (Path file : all.toList()) {
                Files.setLastModifiedTime(file, FileTime.from(now));
            }
        }
        assertThat(files.untouchedSince(now)).isEmpty();
        assertThat(files.untouchedSince(now.plusSeconds(1))).containsExactly(ID);
    }
}
