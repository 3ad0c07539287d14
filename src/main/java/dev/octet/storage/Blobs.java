package dev.octet.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.springframework.core.io.Resource;

/**
 * Bytes by their content hash, the port to every kind of store.
 *
 * <p>What is visible is whole and on the disk. The same bytes are kept once. A blob lives as long as somebody refers to it.
 */
public interface Blobs {
    /**
     * Stores all bytes of the stream, which the caller closes.
     *
     * @param limitBytes the most bytes to take
     * @return the blob, pinned: close it when it was retained, or is not wanted
     * @throws IOException if the stream breaks; nothing is kept
     * @throws dev.octet.platform.ProblemException TOO_LARGE past the limit, DISK_FULL, UNAVAILABLE; nothing is kept
     */
    StoredBlob put(InputStream bytes, long limitBytes) throws IOException;

    /**
     * Stores a whole file of this machine, which nobody may write any more; its own name stays.
     *
     * @return the blob, pinned as by {@link #put}
     * @throws IOException if the file cannot be read; nothing is kept
     * @throws dev.octet.platform.ProblemException DISK_FULL, UNAVAILABLE; nothing is kept
     */
    StoredBlob adopt(Path file) throws IOException;

    /**
     * Makes sure that so many more bytes find room, before they are sent.
     *
     * @throws dev.octet.platform.ProblemException DISK_FULL if not
     */
    void requireRoom(long bytes);

    /**
     * The bytes, to be read as often as wanted.
     *
     * @throws dev.octet.platform.ProblemException UNAVAILABLE if the store does not have them now
     */
    Resource open(String sha256);

    /**
     * The bytes as a file of this machine, to be read only.
     *
     * @throws dev.octet.platform.ProblemException UNAVAILABLE if the store does not have them now
     */
    Path local(String sha256);

    /** Notes in the caller's transaction that {@code owner}, such as {@code model:<id>}, refers to the blob. */
    void retain(String sha256, String owner);

    /** Takes the reference back in the caller's transaction; once that is committed, a blob without any is deleted. */
    void release(String sha256, String owner);
}
