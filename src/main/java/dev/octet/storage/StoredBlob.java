package dev.octet.storage;

/**
 * Bytes that were just stored, pinned until closed.
 *
 * <p>Between storing and retaining nobody refers to the blob; the pin keeps it. Closed, a blob that nobody retained is gone.
 */
public final class StoredBlob implements AutoCloseable {
    private final String sha256;
    private final long sizeBytes;
    private final Runnable unpin;

    StoredBlob(String sha256, long sizeBytes, Runnable unpin) {
        this.sha256 = sha256;
        this.sizeBytes = sizeBytes;
        this.unpin = unpin;
    }

    /** SHA-256 of the bytes, 64 lower-case hexadecimal digits. */
    public String sha256() {
        return sha256;
    }

    public long sizeBytes() {
        return sizeBytes;
    }

    /** Takes the pin away. */
    @Override
    public void close() {
        unpin.run();
    }
}
