package dev.octet.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/** Deletes what processes that died have left in the storage. */
final class BlobSweep {
    private static final Logger LOG = LoggerFactory.getLogger(BlobSweep.class);

    private final BlobDisk disk;
    private final BlobLedger ledger;
    private final LocalBlobs blobs;
    private final Clock clock;
    private final Path scratch;

    /** @param scratch folder of the scratch folders of uploads */
    BlobSweep(BlobDisk disk, BlobLedger ledger, LocalBlobs blobs, Clock clock, Path scratch) {
        this.scratch = scratch;
        this.disk = disk;
        this.ledger = ledger;
        this.blobs = blobs;
        this.clock = clock;
    }

    /**
     * Looks through files and rows once.
     *
     * @param grace how old something must be to count as left behind; zero where no other process is at work
     * @return how many files and blobs were deleted
     */
    int sweep(Duration grace) throws IOException {
        Instant before = clock.instant().minus(grace);
        ledger.dropPinsBefore(before);
        List<String> unreferenced = ledger.unreferenced();
        unreferenced.forEach(blobs::collect);
        int deleted = unreferenced.size() + sweepIncoming(before) + sweepUnknown(before) + sweepScratch(before);
        if (deleted > 0) {
            LOG.info("{} leftovers deleted from the storage", deleted);
        }
        return deleted;
    }

    private int sweepIncoming(Instant before) throws IOException {
        int deleted = 0;
        for (Path file : disk.incoming()) {
            deleted += isOlder(file, before) && Files.deleteIfExists(file) ? 1 : 0;
        }
        return deleted;
    }

    private int sweepUnknown(Instant before) throws IOException {
        int deleted = 0;
        for (Path file : disk.blobs()) {
            String sha256 = file.getFileName().toString();
            if (isOlder(file, before) && !ledger.knows(sha256)) {
                blobs.collect(sha256);
                deleted++;
            }
        }
        return deleted;
    }

    private int sweepScratch(Instant before) throws IOException {
        int deleted = 0;
        try (Stream<Path> folders = Files.list(scratch)) {
            for (Path folder : folders.toList()) {
                deleted += isOlder(folder, before) && FileSystemUtils.deleteRecursively(folder) ? 1 : 0;
            }
        }
        return deleted;
    }

    private static boolean isOlder(Path file, Instant before) {
        try {
            return Files.getLastModifiedTime(file).toInstant().isBefore(before);
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            LOG.warn("{} cannot be looked at: {}", file, e.toString());
            return false;
        }
    }
}
