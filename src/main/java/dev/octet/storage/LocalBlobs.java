package dev.octet.storage;

import dev.octet.platform.Ids;
import dev.octet.platform.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Blobs on a disk that all processes of the service see. */
final class LocalBlobs implements Blobs {
    private static final Logger LOG = LoggerFactory.getLogger(LocalBlobs.class);

    private final BlobDisk disk;
    private final BlobLedger ledger;
    private final Ids ids;
    private final Clock clock;

    LocalBlobs(BlobDisk disk, BlobLedger ledger, Ids ids, Clock clock) {
        this.disk = disk;
        this.ledger = ledger;
        this.ids = ids;
        this.clock = clock;
    }

    @Override
    public StoredBlob put(InputStream bytes, long limitBytes) throws IOException {
        String upload = ids.next().toString();
        return pinned(upload, disk.write(bytes, upload, limitBytes));
    }

    @Override
    public StoredBlob adopt(Path file) throws IOException {
        String upload = ids.next().toString();
        return pinned(upload, disk.link(file, upload, clock.instant()));
    }

    private StoredBlob pinned(String upload, BlobDisk.Written written) {
        String pin = "upload:" + upload;
        try {
            ledger.add(written.sha256(), written.sizeBytes(), pin, () -> disk.place(written));
        } finally {
            BlobDisk.deleteQuietly(written.file());
        }
        return new StoredBlob(written.sha256(), written.sizeBytes(), () -> unpin(written.sha256(), pin));
    }

    /** What fails here is made up for by the sweep. */
    private void unpin(String sha256, String pin) {
        try {
            ledger.release(sha256, pin);
            collect(sha256);
        } catch (RuntimeException e) {
            LOG.warn("blob {} is left to the sweep: {}", sha256, e.toString());
        }
    }

    @Override
    public void requireRoom(long bytes) {
        disk.requireRoom(bytes);
    }

    @Override
    public Resource open(String sha256) {
        return new FileSystemResource(local(sha256));
    }

    @Override
    public Path local(String sha256) {
        Path file = disk.path(sha256);
        if (!Files.isReadable(file)) {
            LOG.error("blob {} is missing from the storage", sha256);
            throw ProblemException.unavailable("STORAGE_UNAVAILABLE", "the storage does not have the file now");
        }
        return file;
    }

    @Override
    public void retain(String sha256, String owner) {
        ledger.retain(sha256, owner);
    }

    @Override
    public void release(String sha256, String owner) {
        ledger.release(sha256, owner);
        if (TransactionSynchronizationManager.isSynchronizationActive()) {
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void afterCommit() {
                    // On a thread of its own: this one still holds the connection of its transaction.
                    Thread.ofVirtual().name("collect-blob").start(() -> collectLater(sha256));
                }
            });
        } else {
            collect(sha256);
        }
    }

    private void collectLater(String sha256) {
        try {
            collect(sha256);
        } catch (RuntimeException e) {
            LOG.warn("blob {} is left to the sweep: {}", sha256, e.toString());
        }
    }

    /** Deletes the blob if nobody refers to it any more. */
    void collect(String sha256) {
        ledger.collect(sha256, () -> disk.remove(sha256));
    }
}
