package dev.octet.engine.data.zip;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads one entry's header in a zip's central directory. */
final class CentralHeader {

    /** The least it takes: without name, extra fields and comment. */
    static final int BYTES = 46;

    private static final int SIGNATURE = 0x02014b50;
    private static final int ZIP64 = 0x0001;
    private static final int ENCRYPTED = 1 | 1 << 6 | 1 << 13;
    private static final int MAX_NAME = 1024;

    private CentralHeader() {}

    /** The entry at the buffer's position, which moves behind it; its limit is left at {@code end}. */
    static ArchiveEntry read(ByteBuffer in, String where, long end) {
        int at = in.position();
        if (in.remaining() < BYTES || in.getInt(at) != SIGNATURE) {
            throw Archive.malformed(where, "has no header in the zip's directory");
        }
        int flags = Short.toUnsignedInt(in.getShort(at + 8));
        int method = Short.toUnsignedInt(in.getShort(at + 10));
        int nameBytes = Short.toUnsignedInt(in.getShort(at + 28));
        int extraBytes = Short.toUnsignedInt(in.getShort(at + 30));
        int commentBytes = Short.toUnsignedInt(in.getShort(at + 32));
        int total = BYTES + nameBytes + extraBytes + commentBytes;
        if (total > in.remaining()) {
            throw Archive.malformed(where, "its header reaches beyond the zip's directory");
        }
        String name = name(in.slice(at + BYTES, nameBytes), where);
        long[] sizes = {
            Integer.toUnsignedLong(in.getInt(at + 24)),
            Integer.toUnsignedLong(in.getInt(at + 20)),
            Integer.toUnsignedLong(in.getInt(at + 42))
        };
        widen(sizes, in.slice(at + BYTES + nameBytes, extraBytes).order(in.order()), name);
        in.position(at + total);
        if ((flags & ENCRYPTED) != 0) {
            throw Archive.malformed(name, "is encrypted");
        }
        if (method != 0 && method != 8) {
            throw Archive.malformed(name, "is compressed by method " + method + "; only stored and deflated are read");
        }
        ArchiveEntry entry = new ArchiveEntry(
                name, method == 8, sizes[1], sizes[0], Integer.toUnsignedLong(in.getInt(at + 16)), sizes[2], end);
        check(entry);
        return entry;
    }

    private static void check(ArchiveEntry e) {
        if (e.size() < 0
                || e.compressedSize() < 0
                || e.offset() < 0
                || e.offset() > e.limit()
                || e.compressedSize() > e.limit() - e.offset()) {
            throw Archive.malformed(
                    e.name(), "claims " + e.compressedSize() + " bytes from byte " + e.offset() + ", outside the zip");
        }
        if (!e.deflated() && e.size() != e.compressedSize()) {
            throw Archive.malformed(e.name(), "is stored, but claims " + e.size() + " bytes in " + e.compressedSize());
        }
        if (e.isFolder() && e.size() != 0) {
            throw Archive.malformed(e.name(), "is a folder, but claims " + e.size() + " bytes");
        }
    }

    /** Puts the 64-bit sizes of the zip64 extra field in place of those that did not fit 32 bits. */
    private static void widen(long[] sizes, ByteBuffer extra, String name) {
        while (extra.remaining() >= 4) {
            int id = Short.toUnsignedInt(extra.getShort());
            int length = Short.toUnsignedInt(extra.getShort());
            if (length > extra.remaining()) {
                throw Archive.malformed(name, "its extra fields are cut short");
            }
            ByteBuffer field = extra.slice(extra.position(), length).order(extra.order());
            extra.position(extra.position() + length);
            if (id == ZIP64) {
                for (int i = 0; i < sizes.length; i++) {
                    if (sizes[i] == 0xffffffffL) {
                        if (field.remaining() < 8) {
                            throw Archive.malformed(name, "its zip64 field is cut short");
                        }
                        sizes[i] = field.getLong();
                    }
                }
                return;
            }
        }
    }

    private static String name(ByteBuffer bytes, String where) {
        String name;
        try {
            name = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException _) {
            throw Archive.malformed(where, "its name is not UTF-8");
        }
        if (name.isEmpty() || name.length() > MAX_NAME || name.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw Archive.malformed(where, "its name is empty, too long or holds control characters");
        }
        String path = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
        for (String segment : path.split("/", -1)) {
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..") || segment.indexOf('\\') >= 0) {
                throw Archive.malformed(name, "is not a plain relative path");
            }
        }
        return name;
    }
}
