package dev.octet.engine.torch.archive;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A zip file of uncompressed entries under one folder, as PyTorch's own writer makes them.
 *
 * <p>What is in an entry begins at a multiple of {@value #ALIGNMENT} bytes, so that it can be mapped. Times are always the same.
 */
final class StoredZip implements AutoCloseable {

    static final int ALIGNMENT = 64;

    private static final LocalDateTime NEVER = LocalDateTime.of(1980, 1, 1, 0, 0, 0);
    private static final int LOCAL_HEADER = 30;
    private static final int ZIP64_FIELD = 20;
    private static final long ZIP64_FROM = 0xFFFFFFFFL;
    private static final int PIECE = 1 << 20;

    private final Counted out;
    private final ZipOutputStream zip;
    private final String folder;

    /** @param folder ends with a slash */
    StoredZip(OutputStream out, String folder) {
        this.out = new Counted(out);
        this.zip = new ZipOutputStream(this.out);
        this.folder = folder;
        zip.setMethod(ZipOutputStream.STORED);
    }

    void add(String name, String content) throws IOException {
        add(name, content.getBytes(StandardCharsets.UTF_8));
    }

    void add(String name, byte[] content) throws IOException {
        add(name, MemorySegment.ofArray(content));
    }

    /** Adds {@code content}, which is gone through twice, piece by piece. */
    void add(String name, MemorySegment content) throws IOException {
        CRC32 checksum = new CRC32();
        byte[] piece = new byte[(int) Math.min(PIECE, content.byteSize())];
        for (long at = 0; at < content.byteSize(); at += piece.length) {
            checksum.update(piece, 0, read(content, at, piece));
        }
        ZipEntry entry = new ZipEntry(folder + name);
        entry.setTimeLocal(NEVER);
        entry.setSize(content.byteSize());
        entry.setCompressedSize(content.byteSize());
        entry.setCrc(checksum.getValue());
        entry.setExtra(padding(entry));
        zip.putNextEntry(entry);
        for (long at = 0; at < content.byteSize(); at += piece.length) {
            zip.write(piece, 0, read(content, at, piece));
        }
        zip.closeEntry();
    }

    private static int read(MemorySegment from, long at, byte[] piece) {
        int count = (int) Math.min(piece.length, from.byteSize() - at);
        MemorySegment.copy(from, ValueLayout.JAVA_BYTE, at, piece, 0, count);
        return count;
    }

    /** An extra field, called FB by PyTorch, of as many bytes as make the content begin where it should. */
    private byte[] padding(ZipEntry entry) {
        int name = entry.getName().getBytes(StandardCharsets.UTF_8).length;
        long begin = out.count + LOCAL_HEADER + name + (entry.getSize() >= ZIP64_FROM ? ZIP64_FIELD : 0) + 4;
        int fill = (int) Math.floorMod(-begin, (long) ALIGNMENT);
        byte[] field = new byte[4 + fill];
        field[0] = 'F';
        field[1] = 'B';
        field[2] = (byte) fill;
        return field;
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }

    /** Knows how many bytes have gone by. */
    private static final class Counted extends FilterOutputStream {
        private long count;

        Counted(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            count++;
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
            count += length;
        }
    }
}
