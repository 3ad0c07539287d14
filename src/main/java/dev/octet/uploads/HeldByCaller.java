package dev.octet.uploads;

import me.desair.tus.server.upload.UploadId;
import me.desair.tus.server.upload.UploadIdFactory;
import me.desair.tus.server.upload.UploadLock;
import me.desair.tus.server.upload.UploadLockingService;
import org.jspecify.annotations.Nullable;

/** Locks for the library where the caller has the upload in hand already. */
final class HeldByCaller implements UploadLockingService {
    @Override
    @Nullable
    public UploadLock lockUploadByUri(String requestUri) {
        return null;
    }

    @Override
    public void cleanupStaleLocks() {}

    @Override
    public boolean isLocked(UploadId id) {
        return true;
    }

    @Override
    public void setIdFactory(UploadIdFactory factory) {}
}
