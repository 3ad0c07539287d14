package dev.octet.engine.onnx;

import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/**
 * The directory at the end of a zip file, checked before a library loads it.
 *
 * <p>{@code java.util.zip} reads the whole directory into memory and keeps entries' flags and modes to itself. Layout: PKWARE's
 * APPNOTE.TXT, sections 4.3.12 to 4.3.16.
 */
final class ZipDirectory {

    /** Entries that an archive may have. */
    static final int MOST_ENTRIES = 10_000;

    private static final int END = 0x06054b50;
    private static final int END_BYTES = 22;
    private static final int LARGEST_COMMENT = 65_535;
    private static final int ZIP64_LOCATOR = 0x07064b50;
    private static final int ZIP64_LOCATOR_BYTES = 20;
    private static final int ZIP64_END = 0x06064b50;
    private static final int ZIP64_END_BYTES = 56;
    private static final int ENTRY = 0x02014b50;
    private static final int ENTRY_BYTES = 46;
    private static final long MOST_BYTES = MOST_ENTRIES * 1024L;

    private static final int ENCRYPTED = 1;
    private static final int UNIX = 3;
    private static final int UNIX_TYPE = 0xF000;
    private static final int UNIX_FILE = 0x8000;
    private static final int UNIX_FOLDER = 0x4000;

    /** Where the entries are. */
    private record Extent(long start, long bytes, long entries) {}

    private ZipDirectory() {}

    /** Refuses an archive with too many entries, or with one that is encrypted, a link or a device. */
    static void check(FileChannel file) throws IOException {
        Extent extent = locate(file);
        if (extent.entries > MOST_ENTRIES || extent.bytes > MOST_BYTES) {
            throw malformed("the archive has " + extent.entries + " entries in a directory of " + extent.bytes
                    + " bytes; at most " + MOST_ENTRIES + " are unpacked");
        }
        if (extent.start < 0 || extent.bytes < 0) {
            throw malformed("the archive's directory does not fit into the file");
        }
        ByteBuffer entries = read(file, extent.start, (int) extent.bytes);
        long count = 0;
        while (entries.hasRemaining()) {
            if (entries.remaining() < ENTRY_BYTES || entries.getInt(entries.position()) != ENTRY) {
                throw malformed("the archive's directory is broken at byte " + (extent.start + entries.position()));
            }
            entry(entries);
            count++;
        }
        if (count != extent.entries) {
            throw malformed("the archive has " + count + " entries and says it has " + extent.entries);
        }
    }

    private static void entry(ByteBuffer entries) {
        int at = entries.position();
        int nameBytes = entries.getChar(at + 28);
        int bytes = ENTRY_BYTES + nameBytes + entries.getChar(at + 30) + entries.getChar(at + 32);
        if (bytes > entries.remaining()) {
            throw malformed("the archive's directory is cut off");
        }
        byte[] name = new byte[nameBytes];
        entries.get(at + ENTRY_BYTES, name);
        if ((entries.getChar(at + 8) & ENCRYPTED) != 0) {
            throw malformed("archive entry '" + new String(name, StandardCharsets.UTF_8) + "' is encrypted");
        }
        int mode = entries.get(at + 5) == UNIX ? entries.getInt(at + 38) >>> 16 & UNIX_TYPE : 0;
        if (mode != 0 && mode != UNIX_FILE && mode != UNIX_FOLDER) {
            throw malformed("archive entry '" + new String(name, StandardCharsets.UTF_8) + "' is a link or a device");
        }
        entries.position(at + bytes);
    }

    private static Extent locate(FileChannel file) throws IOException {
        int tailBytes = (int) Math.min(file.size(), END_BYTES + LARGEST_COMMENT);
        long tailStart = file.size() - tailBytes;
        ByteBuffer tail = read(file, tailStart, tailBytes);
        for (int i = tailBytes - END_BYTES; i >= 0; i--) {
            if (tail.getInt(i) == END && i + END_BYTES + tail.getChar(i + 20) == tailBytes) {
                long endAt = tailStart + i;
                long entries = tail.getChar(i + 10);
                long bytes = Integer.toUnsignedLong(tail.getInt(i + 12));
                long offset = Integer.toUnsignedLong(tail.getInt(i + 16));
                boolean large = entries == 0xFFFF || bytes == 0xFFFF_FFFFL || offset == 0xFFFF_FFFFL;
                return large ? zip64(file, endAt) : new Extent(endAt - bytes, bytes, entries);
            }
        }
        throw malformed("the archive is cut off or is no zip file: it has no directory at its end");
    }

    private static Extent zip64(FileChannel file, long endAt) throws IOException {
        ByteBuffer locator = read(file, endAt - ZIP64_LOCATOR_BYTES, ZIP64_LOCATOR_BYTES);
        if (locator.getInt(0) != ZIP64_LOCATOR) {
            throw malformed("the archive's directory is broken: no zip64 locator");
        }
        long at = locator.getLong(8);
        ByteBuffer end = read(file, at, ZIP64_END_BYTES);
        if (end.getInt(0) != ZIP64_END) {
            throw malformed("the archive's directory is broken: no zip64 end");
        }
        return new Extent(at - end.getLong(40), end.getLong(40), end.getLong(32));
    }

    private static ByteBuffer read(FileChannel file, long position, int bytes) throws IOException {
        if (position < 0 || position > file.size() - bytes) {
            throw malformed("the archive's directory does not fit into the file");
        }
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (file.read(buffer, position + buffer.position()) < 0) {
                throw new EOFException("the file became shorter while it was read");
            }
        }
        return buffer.flip();
    }

    static EngineException malformed(String what) {
        return new EngineException(Fault.MODEL_MALFORMED, what);
    }
}
