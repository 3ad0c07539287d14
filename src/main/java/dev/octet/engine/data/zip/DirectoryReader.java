package dev.octet.engine.data.zip;

import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads the central directory at the end of a zip. */
final class DirectoryReader {

    static final int MAX_ENTRIES = 200_000;
    private static final long MAX_DIRECTORY_BYTES = 32L << 20;

    private static final String WHERE = "zip directory";
    private static final int END = 0x06054b50;
    private static final int END_BYTES = 22;
    private static final int LOCATOR64 = 0x07064b50;
    private static final int LOCATOR64_BYTES = 20;
    private static final int END64 = 0x06064b50;
    private static final int END64_BYTES = 56;
    private static final int MAX_COMMENT = 0xffff;

    private final FileChannel channel;

    DirectoryReader(FileChannel channel) {
        this.channel = channel;
    }

    private record Directory(long entries, long bytes, long offset) {}

    List<ArchiveEntry> read() {
        Directory directory = locate();
        if (directory.entries > MAX_ENTRIES || directory.bytes > MAX_DIRECTORY_BYTES) {
            throw Archive.malformed(
                    WHERE,
                    "lists " + directory.entries + " entries in " + directory.bytes + " bytes; at most " + MAX_ENTRIES
                            + " in " + MAX_DIRECTORY_BYTES + " are read");
        }
        ByteBuffer headers = bytes(directory.offset, (int) directory.bytes);
        List<ArchiveEntry> entries = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < directory.entries; i++) {
            ArchiveEntry entry = CentralHeader.read(headers, "zip entry " + i, directory.offset);
            if (!names.add(entry.name())) {
                throw Archive.malformed(entry.name(), "is in the zip twice");
            }
            entries.add(entry);
        }
        return withLimits(entries, directory.offset);
    }

    /** Gives each entry the place where the next begins, so that no byte can belong to two. */
    private static List<ArchiveEntry> withLimits(List<ArchiveEntry> entries, long end) {
        List<ArchiveEntry> byOffset = new ArrayList<>(entries);
        byOffset.sort(Comparator.comparingLong(ArchiveEntry::offset));
        long[] offsets = byOffset.stream().mapToLong(ArchiveEntry::offset).toArray();
        if (offsets.length > 0 && offsets[0] != 0) {
            throw Archive.malformed(WHERE, "the first entry starts at byte " + offsets[0] + ", not at the first");
        }
        for (int i = 0; i + 1 < offsets.length; i++) {
            if (offsets[i] == offsets[i + 1]) {
                throw Archive.malformed(byOffset.get(i + 1).name(), "shares its bytes with another entry");
            }
        }
        return entries.stream()
                .map(e -> {
                    int at = Arrays.binarySearch(offsets, e.offset());
                    return e.withLimit(at + 1 < offsets.length ? offsets[at + 1] : end);
                })
                .toList();
    }

    private Directory locate() {
        long size = size();
        int tail = (int) Math.min(size, END_BYTES + MAX_COMMENT);
        ByteBuffer end = bytes(size - tail, tail);
        int at = tail - END_BYTES;
        while (at >= 0
                && !(end.getInt(at) == END && Short.toUnsignedInt(end.getShort(at + 20)) == tail - END_BYTES - at)) {
            at--;
        }
        if (at < 0) {
            throw Archive.malformed(
                    "dataset", "has no zip directory at its end: it is no .npz and no .zip of images, or is cut short");
        }
        int disk = Short.toUnsignedInt(end.getShort(at + 4));
        Directory directory = new Directory(
                Short.toUnsignedLong(end.getShort(at + 10)),
                Integer.toUnsignedLong(end.getInt(at + 12)),
                Integer.toUnsignedLong(end.getInt(at + 16)));
        long endOffset = size - tail + at;
        if (disk == 0xffff
                || directory.entries == 0xffff
                || directory.bytes == 0xffffffffL
                || directory.offset == 0xffffffffL) {
            directory = locate64(endOffset, directory);
        } else if (disk != 0 || end.getShort(at + 6) != 0 || end.getShort(at + 8) != end.getShort(at + 10)) {
            throw Archive.malformed("zip", "is split over several files");
        }
        if (directory.offset < 0
                || directory.bytes < 0
                || directory.offset > endOffset - directory.bytes
                || directory.entries < 0
                || directory.entries > directory.bytes / CentralHeader.BYTES) {
            throw Archive.malformed(
                    WHERE,
                    "claims " + directory.entries + " entries in " + directory.bytes + " bytes from byte "
                            + directory.offset + ", which does not fit the file");
        }
        return directory;
    }

    private Directory locate64(long endOffset, Directory short32) {
        if (endOffset < LOCATOR64_BYTES) {
            return short32;
        }
        ByteBuffer locator = bytes(endOffset - LOCATOR64_BYTES, LOCATOR64_BYTES);
        if (locator.getInt(0) != LOCATOR64) {
            return short32;
        }
        long offset = locator.getLong(8);
        if (offset < 0 || offset > endOffset - LOCATOR64_BYTES - END64_BYTES) {
            throw Archive.malformed(WHERE, "its zip64 record is outside the file");
        }
        ByteBuffer end = bytes(offset, END64_BYTES);
        if (end.getInt(0) != END64) {
            throw Archive.malformed(WHERE, "has no zip64 record where it should be");
        }
        if (end.getInt(16) != 0 || end.getInt(20) != 0 || end.getLong(24) != end.getLong(32)) {
            throw Archive.malformed("zip", "is split over several files");
        }
        return new Directory(end.getLong(32), end.getLong(40), end.getLong(48));
    }

    private ByteBuffer bytes(long position, int count) {
        ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        Archive.readFully(channel, buffer, position, WHERE);
        return buffer.flip();
    }

    private long size() {
        try {
            return channel.size();
        } catch (IOException e) {
            throw new EngineException(Fault.IO, "The dataset can't be read: " + e.getMessage(), e);
        }
    }
}
