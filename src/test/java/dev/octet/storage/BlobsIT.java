package dev.octet.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.octet.platform.Ids;
import dev.octet.platform.ProblemException;
import dev.octet.platform.ProblemKind;
import dev.octet.platform.ServiceTest;
import dev.octet.platform.SmallDisk;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class BlobsIT extends ServiceTest {
    private static final long LIMIT = 1 << 20;

    @Autowired
    private LocalBlobs blobs;

    @Autowired
    private BlobDisk disk;

    @Autowired
    private BlobLedger ledger;

    @Autowired
    private BlobSweep sweep;

    @Autowired
    private PlatformTransactionManager transactions;

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private void retain(String sha256, String owner) {
        new TransactionTemplate(transactions).executeWithoutResult(_ -> blobs.retain(sha256, owner));
    }

    private void release(String sha256, String owner) {
        new TransactionTemplate(transactions).executeWithoutResult(_ -> blobs.release(sha256, owner));
    }

    @Test
    void aBlobThatNobodyRetainedIsGoneWhenItsPinIs() throws IOException {
        String sha256;
        try (StoredBlob blob = blobs.put(bytes("unwanted"), LIMIT)) {
            sha256 = blob.sha256();
            assertThat(blob.sizeBytes()).isEqualTo(8);
            assertThat(blobs.open(sha256).getContentAsString(StandardCharsets.UTF_8))
                    .isEqualTo("unwanted");
            // A sweep at this moment must not take it away.
            sweep.sweep(Duration.ofHours(1));
            assertThat(disk.path(sha256)).exists();
        }
        assertThat(disk.path(sha256)).doesNotExist();
        assertThat(ledger.knows(sha256)).isFalse();
        assertThatThrownBy(() -> blobs.open(sha256))
                .asInstanceOf(type(ProblemException.class))
                .satisfies(problem -> assertThat(problem.kind()).isEqualTo(ProblemKind.UNAVAILABLE));
    }

    @Test
    void aRetainedBlobStaysUntilItsLastOwnerReleasesIt() throws IOException {
        String sha256;
        try (StoredBlob blob = blobs.put(bytes("wanted"), LIMIT)) {
            sha256 = blob.sha256();
            retain(sha256, "test:1");
            retain(sha256, "test:2");
        }
        release(sha256, "test:1");
        sweep.sweep(Duration.ZERO);
        assertThat(disk.path(sha256)).exists();
        release(sha256, "test:2");
        Awaitility.await().untilAsserted(() -> assertThat(disk.path(sha256)).doesNotExist());
    }

    @Test
    void aReleaseThatIsRolledBackReleasesNothing() throws IOException {
        String sha256;
        try (StoredBlob blob = blobs.put(bytes("rolled back"), LIMIT)) {
            sha256 = blob.sha256();
            retain(sha256, "test:3");
        }
        new TransactionTemplate(transactions).executeWithoutResult(status -> {
            blobs.release(sha256, "test:3");
            status.setRollbackOnly();
        });
        sweep.sweep(Duration.ZERO);
        assertThat(disk.path(sha256)).exists();
        release(sha256, "test:3");
    }

    @Test
    void aFileThatIsTakenInIsABlobUnderASecondName(@TempDir Path folder) throws IOException {
        Path own = data().resolve("blobs/incoming/own");
        Files.writeString(own, "taken in");
        Files.setLastModifiedTime(own, FileTime.from(Instant.now().minus(Duration.ofHours(5))));
        String sha256;
        try (StoredBlob blob = blobs.adopt(own)) {
            sha256 = blob.sha256();
            assertThat(blob.sizeBytes()).isEqualTo(8);
            assertThat(Files.isSameFile(disk.path(sha256), own)).isTrue();
        }
        assertThat(disk.path(sha256)).doesNotExist();
        assertThat(own).hasContent("taken in");
        Files.delete(own);

        // On another disk it is copied.
        Path elsewhere = Files.writeString(folder.resolve("elsewhere"), "copied");
        try (StoredBlob blob = blobs.adopt(elsewhere)) {
            assertThat(disk.path(blob.sha256())).hasContent("copied");
        }
        assertThat(elsewhere).exists();
    }

    @Test
    void aStreamThatBreaksLeavesNothing() throws IOException {
        InputStream half = new ByteArrayInputStream(new byte[300_000]);
        InputStream breaking = new SequenceInputStream(half, new InputStream() {
            @Override
            public int read() throws IOException {
                throw new EOFException("the client has gone");
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                return read();
            }
        });
        assertThatThrownBy(() -> blobs.put(breaking, LIMIT)).isInstanceOf(EOFException.class);
        assertThat(disk.incoming()).isEmpty();
    }

    @Test
    void oneByteTooManyIsRefusedAndLeavesNothing() throws IOException {
        blobs.put(bytes("12345"), 5).close();
        assertThatThrownBy(() -> blobs.put(bytes("123456"), 5))
                .asInstanceOf(type(ProblemException.class))
                .satisfies(problem -> assertThat(problem.kind()).isEqualTo(ProblemKind.TOO_LARGE));
        assertThat(disk.incoming()).isEmpty();
    }

    @Test
    void whatDeadProcessesLeftIsSweptOnceItIsOldEnough() throws IOException {
        Path half = Files.writeString(data().resolve("blobs/incoming/half"), "half an upload");
        String unknown = "ab".repeat(32);
        Path stray = disk.path(unknown);
        Files.createDirectories(stray.getParent());
        Files.writeString(stray, "renamed, but never committed");
        @SuppressWarnings({"MustBeClosedChecker", "resource"})
        StoredBlob abandoned = blobs.put(bytes("pinned by a process that died"), LIMIT);
        Path scratch = Files.createDirectories(data().resolve("scratch/look-dead"));

        sweep.sweep(Duration.ofHours(1));
        assertThat(half).exists();
        assertThat(stray).exists();
        assertThat(disk.path(abandoned.sha256())).exists();

        FileTime old = FileTime.from(Instant.now().minus(Duration.ofHours(2)));
        Files.setLastModifiedTime(half, old);
        Files.setLastModifiedTime(stray, old);
        Files.setLastModifiedTime(scratch, old);
        sweep.sweep(Duration.ofHours(1));
        assertThat(half).doesNotExist();
        assertThat(stray).doesNotExist();
        assertThat(scratch).doesNotExist();
        assertThat(disk.path(abandoned.sha256())).exists();

        Clock later = Clock.offset(Clock.systemUTC(), Duration.ofHours(2));
        new BlobSweep(disk, ledger, blobs, later, data().resolve("scratch")).sweep(Duration.ofHours(1));
        assertThat(disk.path(abandoned.sha256())).doesNotExist();
    }

    @Test
    void aDamagedFileIsReplacedByTheNextUploadOfItsBytes() throws IOException {
        try (StoredBlob first = blobs.put(bytes("to be damaged"), LIMIT)) {
            Files.writeString(disk.path(first.sha256()), "short");
            try (StoredBlob second = blobs.put(bytes("to be damaged"), LIMIT)) {
                assertThat(Files.readString(disk.path(second.sha256()))).isEqualTo("to be damaged");
            }
        }
    }

    @Test
    void aFullDiskIsSaidAndLeavesNothing(@TempDir Path folder) throws Exception {
        try (SmallDisk small = SmallDisk.mount(folder, 4)) {
            BlobDisk full = new BlobDisk(small.path().resolve("blobs"), 0);
            LocalBlobs store = new LocalBlobs(full, ledger, new Ids(Clock.systemUTC()), Clock.systemUTC());
            byte[] large = new byte[6 << 20];
            assertThatThrownBy(() -> store.put(new ByteArrayInputStream(large), Long.MAX_VALUE))
                    .asInstanceOf(type(ProblemException.class))
                    .satisfies(problem -> {
                        assertThat(problem.kind()).isEqualTo(ProblemKind.DISK_FULL);
                        assertThat(problem.getCause()).isInstanceOf(IOException.class);
                    });
            assertThat(full.incoming()).isEmpty();
            assertThat(full.blobs()).isEmpty();
            assertThat(full.room()).isGreaterThan(3 << 20);
            store.put(new ByteArrayInputStream(new byte[1 << 20]), Long.MAX_VALUE)
                    .close();
        }
    }

    @Test
    void theFloorOfFreeSpaceIsKeptBeforeAndWhileWriting(@TempDir Path folder) throws Exception {
        long free = folder.toFile().getUsableSpace();
        BlobDisk disk = new BlobDisk(folder.resolve("blobs"), Math.max(0, free * 2));
        LocalBlobs store = new LocalBlobs(disk, ledger, new Ids(Clock.systemUTC()), Clock.systemUTC());
        assertThatThrownBy(() -> store.requireRoom(1))
                .asInstanceOf(type(ProblemException.class))
                .satisfies(problem -> assertThat(problem.kind()).isEqualTo(ProblemKind.DISK_FULL));
        assertThatThrownBy(() -> store.put(bytes("x"), LIMIT))
                .asInstanceOf(type(ProblemException.class))
                .satisfies(problem -> assertThat(problem.kind()).isEqualTo(ProblemKind.DISK_FULL));
        assertThat(disk.incoming()).isEmpty();
    }

    @Test
    void aFolderOfAnotherDatabaseIsRefused(@TempDir Path folder) throws IOException {
        BlobDisk other = new BlobDisk(folder, 0);
        other.claim(UUID.randomUUID());
        assertThatThrownBy(() -> other.claim(ledger.storeId()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("belongs to another database");
    }

    @Test
    void aFolderWithBlobsOfUnknownOriginIsRefused(@TempDir Path folder) throws IOException {
        BlobDisk unmarked = new BlobDisk(folder, 0);
        Path blob = unmarked.path("cd".repeat(32));
        Files.createDirectories(blob.getParent());
        Files.writeString(blob, "whose?");
        assertThatThrownBy(() -> unmarked.claim(ledger.storeId()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("unknown origin");
    }

    @Test
    void onlyHashesBecomePaths() {
        for (String hostile : new String[] {"", "../../etc/passwd", "AB".repeat(32), "ab".repeat(31) + "/x"}) {
            assertThatThrownBy(() -> blobs.open(hostile)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
