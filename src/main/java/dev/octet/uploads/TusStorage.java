package dev.octet.uploads;

import dev.octet.platform.ProblemException;
import dev.octet.storage.PartialFile;
import dev.octet.storage.PartialFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.function.LongConsumer;
import me.desair.tus.server.upload.UploadId;
import me.desair.tus.server.upload.UploadIdFactory;
import me.desair.tus.server.upload.UploadInfo;
import me.desair.tus.server.upload.UploadLockingService;
import me.desair.tus.server.upload.UploadStorageService;
import me.desair.tus.server.upload.concatenation.UploadConcatenationService;
import org.jspecify.annotations.Nullable;

/**
 * The one upload of one request, as the library sees it.
 *
 * <p>Bytes count once they are down on the disk, at intervals while they come; those that have a checksum only once the library has
 * checked it. So nothing is ever taken back, whenever the process dies.
 */
final class TusStorage implements UploadStorageService {
    private final StoredUploads uploads;
    private final PartialFiles files;
    private final @Nullable PartialFile file;
    private final long maxBytes;
    private final Duration expireAfter;
    private final boolean checked;
    private @Nullable UploadInfo info;

    /**
     * @param upload the upload that the request is for; null if it makes one
     * @param file its bytes, where the caller has them in hand
     * @param checked whether the bytes that come have a checksum
     */
    TusStorage(
            StoredUploads uploads,
            PartialFiles files,
            @Nullable Upload upload,
            @Nullable PartialFile file,
            long maxBytes,
            Duration expireAfter,
            boolean checked) {
        this.uploads = uploads;
        this.files = files;
        this.file = file;
        this.maxBytes = maxBytes;
        this.expireAfter = expireAfter;
        this.checked = checked;
        this.info = upload == null ? null : describe(upload);
    }

    private static UploadInfo describe(Upload upload) {
        UploadInfo info = new UploadInfo();
        info.setId(new UploadId(upload.id()));
        info.setEncodedMetadata(upload.metadata());
        info.setLength(upload.length());
        info.setOffset(upload.received());
        return info;
    }

    private static UUID id(UploadInfo info) {
        return UUID.fromString(info.getId().toString());
    }

    @Override
    public UploadInfo create(UploadInfo asked, @Nullable String owner) {
        if (!asked.hasLength() || asked.getLength() == 0) {
            throw ProblemException.malformed(
                    "INVALID_UPLOAD_LENGTH", "Upload-Length", "must be 1 at least, and is known from the start");
        }
        String metadata = Objects.requireNonNullElse(asked.getEncodedMetadata(), "");
        UploadMetadata.parse(metadata);
        UploadInfo made = describe(uploads.announce(metadata, asked.getLength()));
        this.info = made;
        return made;
    }

    @Override
    @Nullable
    public UploadInfo getUploadInfo(String uploadUrl, @Nullable String owner) {
        return info;
    }

    @Override
    @Nullable
    public UploadInfo getUploadInfo(UploadId id) {
        return info;
    }

    @Override
    public UploadInfo append(UploadInfo upload, InputStream bytes) throws IOException {
        PartialFile held = Objects.requireNonNull(file, "bytes are only taken with the file in hand");
        UUID id = id(upload);
        LongConsumer note = checked ? _ -> {} : received -> uploads.received(id, received);
        upload.setOffset(held.write(upload.getOffset(), bytes, upload.getLength() - upload.getOffset(), note));
        return upload;
    }

    /** Called when all of the request has been checked. */
    @Override
    public void update(UploadInfo upload) {
        uploads.received(id(upload), upload.getOffset());
    }

    @Override
    public void terminateUpload(UploadInfo upload) {
        uploads.delete(id(upload));
        files.delete(id(upload));
    }

    @Override
    public String getUploadUri() {
        return TusProtocol.PATH;
    }

    @Override
    public long getMaxUploadSize() {
        return maxBytes;
    }

    @Override
    public Long getUploadExpirationPeriod() {
        return expireAfter.toMillis();
    }

    /** Limits and ids are ours to choose. */
    @Override
    public void setMaxUploadSize(Long maxUploadSize) {}

    @Override
    public void setUploadExpirationPeriod(@Nullable Long period) {}

    @Override
    public void setIdFactory(UploadIdFactory factory) {}

    @Override
    public void setUploadConcatenationService(UploadConcatenationService service) {}

    @Override
    public UploadConcatenationService getUploadConcatenationService() {
        throw unused();
    }

    @Override
    public InputStream getUploadedBytes(String uploadUri, @Nullable String owner) {
        throw unused();
    }

    @Override
    public InputStream getUploadedBytes(UploadId id) {
        throw unused();
    }

    @Override
    public void copyUploadTo(UploadInfo upload, OutputStream to) {
        throw unused();
    }

    @Override
    public void cleanupExpiredUploads(UploadLockingService locks) {
        throw unused();
    }

    @Override
    public void removeLastNumberOfBytes(UploadInfo upload, long bytes) {
        throw unused();
    }

    private static UnsupportedOperationException unused() {
        return new UnsupportedOperationException("no part of the protocol that is served needs this");
    }
}
