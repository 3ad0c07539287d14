package dev.octet.storage;

import dev.octet.platform.DataFolder;
import dev.octet.platform.OctetProperties;
import dev.octet.platform.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiFunction;
import org.springframework.core.io.Resource;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.FileSystemUtils;

/** Takes files in: stored, looked at, kept whole or not at all. */
@Component
public class Uploads {
    /** Name of the folder of scratch folders, in the data folder. */
    static final String SCRATCH = "scratch";

    private final Blobs blobs;
    private final TransactionTemplate transaction;
    private final Path scratch;
    private final long limit;

    Uploads(Blobs blobs, PlatformTransactionManager transactions, DataFolder folder, OctetProperties properties) {
        this.blobs = blobs;
        this.transaction = new TransactionTemplate(transactions);
        this.scratch = folder.folder(SCRATCH);
        this.limit = properties.maxUploadSize().toBytes();
    }

    /** A look at a stored file; {@code scratch} is an empty folder for as long as that takes. */
    @FunctionalInterface
    public interface Look<S> {
        S at(Path file, Path scratch);
    }

    /**
     * Stores the upload, has it looked at, and keeps it in one transaction.
     *
     * @param body the upload, read once; a file of this machine must not be written any more
     * @param look finds out what the file is, or throws to refuse it
     * @param keep notes it, with {@link Blobs#retain} among the rest
     * @return what {@code keep} returned
     * @throws ProblemException if it is refused or finds no room; then nothing of it stays
     */
    public <S, R> R take(Resource body, Look<S> look, BiFunction<StoredBlob, S, R> keep) throws IOException {
        return take(body, limit, look, keep);
    }

    /** The same with a limit of its own. */
    public <S, R> R take(Resource body, long limitBytes, Look<S> look, BiFunction<StoredBlob, S, R> keep)
            throws IOException {
        try (StoredBlob blob = store(body, Math.min(limit, limitBytes))) {
            S seen = withScratch(folder -> look.at(blobs.local(blob.sha256()), folder));
            return transaction.execute(_ -> keep.apply(blob, seen));
        }
    }

    private StoredBlob store(Resource body, long limitBytes) throws IOException {
        if (body.isFile()) {
            return blobs.adopt(body.getFilePath());
        }
        blobs.requireRoom(Math.max(0, body.contentLength()));
        try (InputStream bytes = body.getInputStream()) {
            return blobs.put(bytes, limitBytes);
        }
    }

    /** Looks at a file that was taken before. */
    public <S> S look(String sha256, Look<S> look) throws IOException {
        return withScratch(folder -> look.at(blobs.local(sha256), folder));
    }

    /** Work that needs a folder for as long as it takes. */
    @FunctionalInterface
    public interface Work<R> {
        R in(Path folder) throws IOException;
    }

    /** Does {@code work} in an empty folder, which is gone afterwards. */
    public <R> R withScratch(Work<R> work) throws IOException {
        Path folder = Files.createTempDirectory(scratch, "look-");
        try {
            return work.in(folder);
        } finally {
            deleteScratch(folder);
        }
    }

    private static void deleteScratch(Path folder) {
        try {
            FileSystemUtils.deleteRecursively(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
