package dev.octet.engine.data.zip;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Writes zip files for tests byte by byte, so that any field can lie.
 *
 * <p>{@code ZipFiles.zip().add(ZipFiles.stored("a.txt", bytes)).write(file)}; the parts of an entry and of the end record can
 * be set to anything before.
 */
public final class ZipFiles {

    /** Stands for what is true, where nothing else is claimed. */
    private static final long TRUE = Long.MIN_VALUE;

    /** One entry; what its headers claim follows from its content until it is changed. */
    public static final class Entry {
        public byte[] name;
        public byte[] localName;
        public byte[] bytes;
        public int method;
        public int localMethod;
        public int flags;
        public long crc;
        public long compressedSize;
        public long size;
        public long offset = TRUE;
        public boolean zip64;
        public boolean descriptor;

        private Entry(String name, byte[] content, boolean deflated) {
            this.name = name.getBytes(StandardCharsets.UTF_8);
            this.localName = this.name;
            this.bytes = deflated ? deflate(content) : content;
            this.method = deflated ? 8 : 0;
            this.localMethod = method;
            CRC32 sum = new CRC32();
            sum.update(content);
            this.crc = sum.getValue();
            this.compressedSize = bytes.length;
            this.size = content.length;
        }
    }

    private final List<Entry> entries = new ArrayList<>();
    private byte[] before = {};
    private long claimedEntries = TRUE;
    private long claimedDirectoryBytes = TRUE;
    private boolean zip64End;

    private ZipFiles() {}

    public static ZipFiles zip() {
        return new ZipFiles();
    }

    public static Entry stored(String name, byte[] content) {
        return new Entry(name, content, false);
    }

    public static Entry deflated(String name, byte[] content) {
        return new Entry(name, content, true);
    }

    public ZipFiles add(Entry entry) {
        entries.add(entry);
        return this;
    }

    public ZipFiles prefix(byte[] bytes) {
        before = bytes.clone();
        return this;
    }

    public ZipFiles claimEntries(long count) {
        claimedEntries = count;
        return this;
    }

    public ZipFiles claimDirectoryBytes(long count) {
        claimedDirectoryBytes = count;
        return this;
    }

    /** Ends with a zip64 record, leaving the short one saturated. */
    public ZipFiles zip64End() {
        zip64End = true;
        return this;
    }

    public Path write(Path file) {
        try {
            return Files.write(file, toBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public byte[] toBytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(before);
        for (Entry e : entries) {
            if (e.offset == TRUE) {
                e.offset = out.size();
            }
            out.writeBytes(local(e));
            out.writeBytes(e.localName);
            out.writeBytes(e.bytes);
            if (e.descriptor) {
                out.writeBytes(little(16)
                        .putInt(0x08074b50)
                        .putInt((int) e.crc)
                        .putInt((int) e.compressedSize)
                        .putInt((int) e.size)
                        .array());
            }
        }
        long start = out.size();
        entries.forEach(e -> out.writeBytes(central(e)));
        end(out, start);
        return out.toByteArray();
    }

    private static byte[] local(Entry e) {
        boolean later = e.descriptor;
        return little(30)
                .putInt(0x04034b50)
                .putShort((short) 20)
                .putShort((short) (e.flags | (later ? 8 : 0)))
                .putShort((short) e.localMethod)
                .putInt(0)
                .putInt(later ? 0 : (int) e.crc)
                .putInt(later ? 0 : (int) e.compressedSize)
                .putInt(later ? 0 : (int) e.size)
                .putShort((short) e.localName.length)
                .putShort((short) 0)
                .array();
    }

    private static byte[] central(Entry e) {
        int extra = e.zip64 ? 28 : 0;
        byte[] header = new byte[46 + e.name.length + extra];
        ByteBuffer out = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(0x02014b50)
                .putShort((short) 45)
                .putShort((short) 20)
                .putShort((short) (e.flags | (e.descriptor ? 8 : 0)))
                .putShort((short) e.method)
                .putInt(0)
                .putInt((int) e.crc)
                .putInt(e.zip64 ? -1 : (int) e.compressedSize)
                .putInt(e.zip64 ? -1 : (int) e.size)
                .putShort((short) e.name.length)
                .putShort((short) extra)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) 0)
                .putInt(0)
                .putInt(e.zip64 ? -1 : (int) e.offset)
                .put(e.name);
        if (e.zip64) {
            out.putShort((short) 1).putShort((short) 24);
            out.putLong(e.size).putLong(e.compressedSize).putLong(e.offset);
        }
        return header;
    }

    private void end(ByteArrayOutputStream out, long start) {
        long bytes = claimedDirectoryBytes == TRUE ? out.size() - start : claimedDirectoryBytes;
        long count = claimedEntries == TRUE ? entries.size() : claimedEntries;
        long end64 = out.size();
        if (zip64End) {
            out.writeBytes(little(56)
                    .putInt(0x06064b50)
                    .putLong(44)
                    .putInt(45 << 16 | 45)
                    .putInt(0)
                    .putInt(0)
                    .putLong(count)
                    .putLong(count)
                    .putLong(bytes)
                    .putLong(start)
                    .array());
            out.writeBytes(little(20)
                    .putInt(0x07064b50)
                    .putInt(0)
                    .putLong(end64)
                    .putInt(1)
                    .array());
        }
        out.writeBytes(little(22)
                .putInt(0x06054b50)
                .putInt(0)
                .putShort((short) (zip64End ? -1 : count))
                .putShort((short) (zip64End ? -1 : count))
                .putInt(zip64End ? -1 : (int) bytes)
                .putInt(zip64End ? -1 : (int) start)
                .putShort((short) 0)
                .array());
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.wrap(new byte[bytes]).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] deflate(byte[] content) {
        Deflater deflater = new Deflater(9, true);
        deflater.setInput(content);
        deflater.finish();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        while (!deflater.finished()) {
            out.write(buffer, 0, deflater.deflate(buffer));
        }
        deflater.end();
        return out.toByteArray();
    }
}
