package dev.octet.engine.data.zip;

/**
 * One file of a zip, as its central directory describes it.
 *
 * @param name path within the zip, segments separated by {@code /}; never absolute, never with {@code .} or {@code ..}
 * @param deflated whether its bytes are deflated; otherwise stored
 * @param compressedSize bytes it takes in the zip
 * @param size bytes it claims to hold; checked while reading
 * @param crc CRC-32 of its bytes as claimed; checked while reading
 * @param offset where its local header starts in the file
 * @param limit where the next thing starts, which its bytes must not reach into
 */
public record ArchiveEntry(
        String name, boolean deflated, long compressedSize, long size, long crc, long offset, long limit) {

    /** Whether it is a folder. */
    public boolean isFolder() {
        return name.endsWith("/");
    }

    ArchiveEntry withLimit(long newLimit) {
        return new ArchiveEntry(name, deflated, compressedSize, size, crc, offset, newLimit);
    }
}
